"""Traces of a neuron that move in every step, one word per cycle."""

import pytest

from backspike.hdl.layouts import y_trace_layout
from backspike.hdl.learning.step_lane import StepLane
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("more_factors", [False, True])
def test_words_move_one_after_the_other(more_factors, words, bus, small):
    p, rng = small(more_factors=more_factors), words.rng
    dut = StepLane(p)
    decays = [rng.choice([0, 65536, rng.randrange(65537)]) for _ in range(p.y_kinds)]
    impulses = [rng.randrange(1 << 14) for _ in decays]

    def moved(word, random, fired):
        rounding = random % 128 if more_factors else 0
        constants = zip(word.items(), decays, impulses, strict=True)
        return {
            name: min(127, (trace * decay + random >> 16) + fired * (impulse + rounding >> 7))
            for (name, trace), decay, impulse in constants
        }

    async def bench(ctx):
        ctx.set(dut.constants, {"decay": decays, "impulse": impulses})
        expected = None
        for _ in range(200):
            word, en = words.fields(y_trace_layout(p)), rng.random() < 0.8
            random, fired = rng.choice([0, 65535, rng.randrange(65536)]), rng.randrange(2)
            for port, value in ((dut.word, word), (dut.random, random), (dut.fired, fired)):
                ctx.set(port, value)
            ctx.set(dut.en, en)
            await ctx.tick()
            if en:
                expected = moved(word, random, fired)
            if expected:
                assert bus.plain(ctx.get(dut.kept)) == expected

    simulate(dut, bench)
