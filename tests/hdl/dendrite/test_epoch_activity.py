"""The spikes of a learning epoch, step by step, against sets of rows."""

import pytest

from backspike.hdl.dendrite.epoch_activity import EpochActivity
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("epoch", [1, 2, 5])
@pytest.mark.parametrize("lanes", [1, 4])
def test_spikes_of_the_steps_so_far(lanes, epoch, rng, small):
    p = small(lanes, 4, 3)
    dut = EpochActivity(p)
    rows = sorted(rng.sample(range(p.rows), rng.randrange(1, p.rows + 1)), reverse=True)

    async def ask(ctx, reader, row):
        ctx.set(getattr(dut, reader).en, 1)
        ctx.set(getattr(dut, reader).row, row)
        await ctx.tick()
        ctx.set(getattr(dut, reader).en, 0)

    async def bench(ctx):
        seen = {}
        for step in range(4 * epoch):
            begins = step % epoch == 0
            seen = dict.fromkeys(rows, 0) if begins else seen
            ctx.set(dut.begins, begins)
            before = dict(seen)
            for row in rows:
                bits = rng.randrange(1 << lanes) if rng.random() < 0.3 else 0
                seen[row] |= bits
                ctx.set(dut.fired.valid, 1)
                ctx.set(dut.fired.first, row == rows[0])
                ctx.set(dut.fired.spikes, {"row": row, "bits": bits})
                await ctx.tick()
                ctx.set(dut.fired.valid, 0)
                while rng.random() < 0.3:
                    await ctx.tick()
            while ctx.get(dut.busy):
                await ctx.tick()
            for row in rows:
                await ask(ctx, "gate", row)
                assert ctx.get(dut.gate.data) == before[row], "spikes of this step gate the next"
                await ask(ctx, "look", row)
                assert ctx.get(dut.look.data) == seen[row]
                found = min((n for n in rows if n >= row and seen[n]), default=None)
                for reader in ("scan", "walk"):
                    await ask(ctx, reader, row)
                    got = getattr(dut, reader).data
                    assert ctx.get(got.any) == (found is not None)
                    if found is not None:
                        assert (ctx.get(got.row), ctx.get(got.bits)) == (found, seen[found])
            ctx.set(dut.next_step, 1)
            await ctx.tick()
            ctx.set(dut.next_step, 0)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        (
            [
                {"fired.valid": 1, "fired.first": 1},
                {"fired.valid": 0},
                {},
                {"next_step": 1, "begins": 1},
            ],
            None,
        ),
        (
            [{"fired.valid": 1, "fired.first": 1}, {"fired.valid": 0, "next_step": 1}],
            "a step ends when all its rows are in",
        ),
        (
            [{"fired.valid": 1, "fired.first": 1}, {"fired.valid": 0, "begins": 1}],
            "it is the same step meanwhile",
        ),
        (
            [{"fired.valid": 1, "fired.first": 1}, {"fired.valid": 0, "clear.en": 1}],
            "nobody sweeps an epoch that grows",
        ),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(EpochActivity(small()), *inputs)
    assert told == (promise and f"EpochActivity: {promise}")
