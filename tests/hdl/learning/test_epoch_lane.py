"""Traces of a neuron over epochs, against plain Python."""

import pytest

from backspike.hdl.layouts import y_trace_layout
from backspike.hdl.learning.epoch_lane import EpochLane
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("changes", [{}, {"more_factors": True}, {"lava": True}])
def test_a_word_is_noted_and_moved(changes, words, bus, small):
    p, rng = small(history=8, **changes), words.rng
    dut = EpochLane(p)
    kinds = range(1, p.y_kinds + 1)
    decays = [rng.choice([0, 65536, rng.randrange(65537)]) for _ in kinds]
    impulses = [rng.randrange(1 << 14) for _ in kinds]

    def raised(trace, kind, random):
        rounding = random % 128 if p.more_factors else 0
        return min(127, trace + (impulses[kind - 1] + rounding >> 7))

    def noted(word, step, fired, random):
        word = dict(word)
        if step == 0:
            word["time"] = 0
        if fired:
            for kind in kinds if word["time"] else ():
                word[f"trace{kind}"] = raised(word[f"trace{kind}"], kind, random)
            word["time"] = step + 1
        return word

    def moved(word, step, random):
        word = dict(word)
        for kind in kinds:
            trace = word[f"trace{kind}"] * decays[kind - 1] + random >> 16
            trace = raised(trace, kind, random) if word["time"] == step else min(trace, 127)
            word[f"trace{kind}"] = trace
            if word["time"] == step or step == 1:
                word[f"then{kind}"] = trace
        return word

    async def pulse(ctx, name):
        ctx.set(getattr(dut, name), 1)
        await ctx.tick()
        ctx.set(getattr(dut, name), 0)

    async def bench(ctx):
        ctx.set(dut.constants, {"decay": decays, "impulse": impulses})
        for _ in range(40):
            word, epoch_step = words.fields(y_trace_layout(p)), rng.randrange(8)
            random, fired, on_x = rng.randrange(65536), rng.randrange(2), rng.randrange(2)
            inputs = {"word": word, "epoch_step": epoch_step, "random": random}
            for name, value in (inputs | {"fired": fired, "on_x": on_x}).items():
                ctx.set(getattr(dut, name), value)
            await pulse(ctx, "note")
            word = noted(word, epoch_step, fired, 65535 if p.lava and on_x else random)
            assert bus.plain(ctx.get(dut.kept)) == word
            for step in range(1, epoch_step + 2):
                random = rng.randrange(65536)
                ctx.set(dut.random, random)
                ctx.set(dut.step, step)
                await pulse(ctx, "decay")
                word = moved(word, step, random)
                assert list(ctx.get(dut.moved)) == [word[f"trace{kind}"] for kind in kinds]
                await pulse(ctx, "add")
                assert bus.plain(ctx.get(dut.kept)) == word

    simulate(dut, bench)
