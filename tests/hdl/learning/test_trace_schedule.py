"""Order of reads, moves and writes of rows of traces."""

import pytest
from amaranth import Shape

from backspike.hdl.learning.trace_schedule import TRACED_ROW, EpochSchedule, StepSchedule
from backspike.sim.engines.simulate import simulate


def row_of(ctx, stage):
    """Row in a stage, if there is one."""
    return ctx.get(stage.row) if ctx.get(stage.valid) else None


def test_a_step_moves_a_row_per_cycle(rng):
    dut = StepSchedule()

    async def bench(ctx):
        rows = [rng.choice([None, rng.randrange(100)]) for _ in range(60)]
        for cycle, row in enumerate(rows):
            ctx.set(dut.current, {"valid": row is not None, "on_x": 1, "row": row or 0})
            window = [row, *reversed(rows[max(0, cycle - 2) : cycle]), None, None][:3]
            stages = (dut.read, dut.move, dut.write)
            assert [row_of(ctx, stage) for stage in stages] == window
            assert ctx.get(dut.draw) == (row is not None)
            assert ctx.get(dut.busy) == any(row is not None for row in window)
            assert ctx.get(dut.next)
            await ctx.tick()

    simulate(dut, bench)


def test_an_epoch_moves_a_row_through_its_steps(rng):
    dut = EpochSchedule()
    stages = ("read", "note", "move", "add", "write")

    async def bench(ctx):
        for _ in range(20):
            epoch_step, ends, n_rows = rng.randrange(5), rng.randrange(2), rng.randrange(1, 4)
            ctx.set(dut.epoch_step, epoch_step)
            ctx.set(dut.epoch_ends, ends)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            steps = [("move", "add")] * (epoch_step + 1) * ends
            expected = ["read", "note", *(stage for step in steps for stage in step), "write"]
            for row in range(n_rows):
                ctx.set(dut.current, {"valid": 1, "on_x": 0, "row": row})
                ctx.set(dut.last, row == n_rows - 1)
                n_draws, added = 0, []
                for stage in expected:
                    assert ctx.get(dut.busy)
                    active = [name for name in stages if ctx.get(getattr(dut, name).valid)]
                    assert active == [stage]
                    assert row_of(ctx, getattr(dut, stage)) == row
                    assert ctx.get(dut.next) == (stage == "write")
                    n_draws += ctx.get(dut.draw)
                    if stage == "add":
                        added.append(ctx.get(dut.step))
                    await ctx.tick()
                assert n_draws == 1 + (epoch_step + 1) * ends
                assert added == [n + 1 for n in range((epoch_step + 1) * ends)]
            assert not ctx.get(dut.busy)
            ctx.set(dut.current.valid, 0)

    simulate(dut, bench)


def test_a_row_says_if_it_is_one_and_of_which_side():
    widths = {str(name): Shape.cast(field.shape).width for name, field in TRACED_ROW}
    assert widths == {"valid": 1, "on_x": 1, "row": 16}


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"start": 1}, {"start": 0, "current.valid": 1}, {}, {}, {"current.valid": 1}], None),
        ([{"start": 1}, {"start": 0}], "rows come while it is busy"),
        (
            [{"start": 1}, {"start": 0, "current.valid": 1}, {"epoch_step": 1}],
            "the epoch stays meanwhile",
        ),
        (
            [{"start": 1, "epoch_ends": 1}, {"start": 0, "current.valid": 1}, {}, {"step": 2}],
            "its steps are those of the epoch",
        ),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise):
    told = break_contract(EpochSchedule(), *inputs)
    assert told == (promise and f"EpochSchedule: {promise}")
