"""Generators of the lanes."""

import pytest

from backspike.golden.core.random_bank import draw, random_fraction
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.seeds import default_seeds
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("lanes", [1, 2, 4])
def test_generators_are_those_of_the_golden_core(lanes, rng, bus, small, twin):
    p = small(lanes)
    dut, t = RandomBank(default_seeds(p)), twin(p)
    states = t.state.random

    async def bench(ctx):
        for _ in range(60):
            lane = rng.randrange(lanes)
            match rng.choice(["draw", "draw", "rest", "write", "read", "dither"]):
                case "draw":
                    ctx.set(dut.draw, 1)
                    await ctx.tick()
                    ctx.set(dut.draw, 0)
                    draw(states)
                case "rest":
                    await ctx.tick()
                case "write":
                    states[lane] = rng.randrange(1, 1 << 32)
                    await bus.host_write(ctx, dut.host, lane, int(states[lane]))
                case "read":
                    assert await bus.host_read(ctx, dut.host, lane) == states[lane]
                case "dither":
                    dither = rng.choice([0, 0, 1, 2, 3])
                    ctx.set(dut.dither, dither)
                    t.set_registers(dither=dither)
            expected = [random_fraction(t.state, n, 16) for n in range(lanes)]
            assert [ctx.get(bits) for bits in dut.bits] == expected

    simulate(dut, bench)
