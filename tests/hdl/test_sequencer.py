"""The order of the phases, and what is awake in them."""

import pytest

from backspike.hdl.sequencer import Sequencer
from backspike.sim.engines.simulate import simulate

PHASES = "host", "dendrite", "deliver", "trace", "learn"
STARTS = {"start_dendrite": "dendrite", "start_serving": "serve", "start_traces": "traces"}
AWAKE = {
    "host": {"command", "dendrite", "accumulate", "serve", "learn"},
    "dendrite": {"dendrite", "accumulate"},
    "deliver": {"accumulate", "serve"},
    "trace": {"learn"},
    "learn": {"serve", "learn"},
}


async def wait_until_idle(ctx, dut):
    while ctx.get(dut.run.running):
        await ctx.tick()


async def watch(ctx, dut, rng, n_steps, p_stall=0.0):
    """Run steps, with phases of random length; returns events, phases and steps reported."""
    events, phases, reported = [], [], []
    busy = dict.fromkeys(STARTS.values(), 0)
    ctx.set(dut.run.n_steps, n_steps)
    ctx.set(dut.run.advance, 1)
    await ctx.tick()
    ctx.set(dut.run.advance, 0)
    while ctx.get(dut.run.running):
        ctx.set(dut.steps.ready, rng.random() >= p_stall)
        (phase,) = (name for name in PHASES if ctx.get(getattr(dut.counts, f"cycles_{name}")))
        if not phases or phases[-1] != phase:
            phases.append(phase)
        if ctx.get(dut.steps.valid) and ctx.get(dut.steps.ready):
            reported.append(ctx.get(dut.steps.payload))
        now = ["step_begins"] if ctx.get(dut.step_begins) else []
        now += [start for start, part in STARTS.items() if ctx.get(getattr(dut, part).start)]
        now += ["step_ends"] if ctx.get(dut.step_ends) else []
        assert ctx.get(dut.counts.steps) == ("step_ends" in now)
        awake = {name for name, _ in dut.wake.shape() if ctx.get(dut.wake[name])}
        assert awake >= AWAKE[phase]
        to_learn = phase == "trace" and ctx.get(dut.registers.epoch_ends)
        assert ctx.get(dut.learning) == (phase == "learn" or to_learn)
        for name in now:
            events.append(
                "start_learning" if name == "start_serving" and phase == "trace" else name
            )
        if {"start_serving", "start_traces", "step_ends"} & set(now):
            assert not any(busy.values()), "a phase was cut short"
        if "start_serving" in now:
            assert "serve" in awake
        if "start_traces" in now:
            assert "learn" in awake
        if "step_ends" in now:
            assert "command" in awake
        for start, name in STARTS.items():
            busy[name] = rng.randrange(4) if start in now else max(0, busy[name] - 1)
        await ctx.tick()
        for name, cycles in busy.items():
            ctx.set(getattr(dut, name).busy, cycles > 0)
    return events, phases, reported


@pytest.mark.parametrize("p_stall", [0, 0.6])
@pytest.mark.parametrize("report", [0, 1])
@pytest.mark.parametrize(
    ("learning", "learn", "epoch_ends"), [(True, 1, 1), (True, 1, 0), (True, 0, 1), (False, 1, 1)]
)
def test_order_of_phases(learning, learn, epoch_ends, report, p_stall, rng, small):
    dut = Sequencer(small(learning=learning))
    n_steps = rng.randrange(1, 5)

    async def bench(ctx):
        await wait_until_idle(ctx, dut)
        ctx.set(dut.registers.learn, learn)
        ctx.set(dut.registers.epoch_ends, epoch_ends)
        ctx.set(dut.registers.report, report)
        ctx.set(dut.registers.step, 77)
        events, phases, reported = await watch(ctx, dut, rng, n_steps, p_stall)
        step = ["step_begins", "start_dendrite", "start_serving"]
        traced, learned = learning and learn, learning and learn and epoch_ends
        step += ["start_traces"] if traced else []
        step += ["start_learning"] if learned else []
        assert events == [*step, "step_ends"] * n_steps
        assert phases == list(PHASES[1 : 5 if learned else 4 if traced else 3]) * n_steps
        assert reported == [77] * (n_steps if report else 0)
        assert ctx.get(dut.counts.cycles_host)

    simulate(dut, bench)


def test_no_steps_are_done_at_once(small):
    dut = Sequencer(small())

    async def bench(ctx):
        await wait_until_idle(ctx, dut)
        ctx.set(dut.run.advance, 1)
        await ctx.tick()
        assert not ctx.get(dut.run.running)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("changes", "sweep"),
    [({}, 8 * 4), ({"delay_slots": 2}, 8), ({"delay_slots": 2, "input_rows": 9}, 13)],
)
def test_a_sweep_of_the_deepest_memory_after_reset_and_on_demand(changes, sweep, small):
    dut = Sequencer(small(**changes))

    async def bench(ctx):
        for _ in range(2):
            addresses = []
            while ctx.get(dut.run.running):
                assert ctx.get(dut.clear.en)
                addresses.append(ctx.get(dut.clear.address))
                await ctx.tick()
            assert addresses == list(range(sweep))
            assert not ctx.get(dut.clear.en)
            ctx.set(dut.run.clear, 1)
            await ctx.tick()
            ctx.set(dut.run.clear, 0)

    simulate(dut, bench)
