"""The trace of a reward."""

import pytest

from backspike.hdl.learning.reward_trace import RewardTrace
from backspike.sim.engines.simulate import simulate


def test_rewards_are_those_of_plain_python(rng):
    dut = RewardTrace()
    r1 = pending = 0

    def limited(value):
        return min(max(value, -128), 127)

    async def bench(ctx):
        nonlocal r1, pending
        for _ in range(300):
            controls = {name: rng.random() < 0.3 for name in ("step", "set", "add")}
            controls["clear"] = rng.random() < 0.03
            decay = rng.choice([0, 65536, 60000, rng.randrange(65537)])
            impulse = rng.choice([-128, 127, rng.randrange(-30, 30)])
            value = rng.randrange(-128, 128)
            ctx.set(dut.decay, decay)
            await ctx.tick().repeat(2)
            for name, level in controls.items():
                ctx.set(getattr(dut, name), level)
            ctx.set(dut.impulse, impulse)
            ctx.set(dut.set_value, value)
            await ctx.tick()
            for name in controls:
                ctx.set(getattr(dut, name), 0)
            if controls["clear"]:
                r1 = pending = 0
            elif controls["step"]:
                kept = abs(r1) * decay // 65536
                r1, pending = limited((kept if r1 >= 0 else -kept) + pending), 0
            elif controls["set"]:
                pending = value
            elif controls["add"]:
                pending = limited(pending + impulse)
            assert ctx.get(dut.value) == r1

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"decay": 5}, {}, {}, {"step": 1}], None),
        ([{"decay": 5}, {}, {"decay": 4}, {"step": 1}], "a step waits for the decay of the last"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise):
    told = break_contract(RewardTrace(), *inputs)
    assert told == (promise and f"RewardTrace: {promise}")
