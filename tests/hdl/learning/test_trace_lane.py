"""One step of the traces of a neuron."""

import pytest

from backspike.hdl.learning.trace_lane import TraceLane
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("more_factors", [False, True])
def test_traces_are_those_of_plain_python(more_factors, rng, small):
    p = small(more_factors=more_factors)
    dut = TraceLane(p)

    async def bench(ctx):
        for _ in range(200):
            traces = [rng.choice([0, 127, rng.randrange(128)]) for _ in range(p.y_kinds)]
            decays = [rng.choice([0, 65536, rng.randrange(65537)]) for _ in traces]
            impulses = [rng.choice([0, 127 << 7, rng.randrange(1 << 14)]) for _ in traces]
            random, fired = rng.choice([0, 65535, rng.randrange(65536)]), rng.randrange(2)
            ctx.set(dut.traces, traces)
            ctx.set(dut.constants, {"decay": decays, "impulse": impulses})
            ctx.set(dut.random, random)
            ctx.set(dut.en, 1)
            await ctx.tick()
            ctx.set(dut.en, 0)
            ctx.set(dut.random, rng.randrange(65536))
            ctx.set(dut.fraction, random)
            ctx.set(dut.fired, fired)
            for _ in range(rng.randrange(3)):
                await ctx.tick()
            rounding = random % 128 if more_factors else 0
            expected = [
                min(127, (trace * decay + random >> 16) + fired * (impulse + rounding >> 7))
                for trace, decay, impulse in zip(traces, decays, impulses, strict=True)
            ]
            assert list(ctx.get(dut.moved)) == expected

    simulate(dut, bench)
