"""Reward traces of all channels, step by step, against the golden arithmetic."""

from dataclasses import dataclass

import pytest

from backspike.golden.core.arith import saturate, shift_to_zero
from backspike.hdl.host_map import REGISTERS, REWARDS
from backspike.hdl.learning.rewards import Rewards
from backspike.sim.engines.simulate import simulate


@dataclass
class Trace:
    """A reward, and what is added to it in the next step."""

    value: int = 0
    next: int = 0
    decay: int = 0

    def step(self):
        self.value = saturate(shift_to_zero(self.value * self.decay, 16) + self.next, 8)
        self.next = 0


def impulse_of(rng):
    return rng.choice([-128, 127, rng.randrange(-30, 30)])


async def pulse(ctx, port):
    ctx.set(port, 1)
    await ctx.tick()
    ctx.set(port, 0)


@pytest.mark.parametrize("channels", [1, 2, 4])
@pytest.mark.parametrize("more", [False, True])
def test_every_trace_takes_its_own(more, channels, rng, small):
    p = small(more_factors=more, reinforcements=channels)
    dut = Rewards(p)
    traces = {name: Trace() for name in REWARDS if REGISTERS[name].exists(p)}
    assert len(traces) == channels * (1 + more)

    async def raise_some(ctx):
        name, value = rng.choice(list(traces)), impulse_of(rng)
        channel, which = REWARDS[name]
        if rng.random() < 0.3:
            ctx.set(dut.host.written, value)
            await pulse(ctx, getattr(dut.host, f"set_{name}"))
            traces[name].next = value
        else:
            ctx.set(dut.i.impulse, value)
            ctx.set(dut.i.channel, channel)
            await pulse(ctx, getattr(dut.i, which))
            traces[name].next = saturate(traces[name].next + value, 8)

    async def bench(ctx):
        for _ in range(60):
            for name, trace in traces.items():
                trace.decay = rng.choice([0, 65536, rng.randrange(65537)])
                ctx.set(getattr(dut.registers, f"{name}_decay"), trace.decay)
            for _ in range(rng.randrange(6)):
                await raise_some(ctx)
            await ctx.tick().repeat(2)
            await pulse(ctx, dut.step)
            for trace in traces.values():
                trace.step()
            if rng.random() < 0.1:
                await pulse(ctx, dut.clear.en)
                traces.update({name: Trace() for name in traces})
            for name, trace in traces.items():
                channel, which = REWARDS[name]
                assert ctx.get(getattr(dut.host, name)) == trace.value, name
                assert ctx.get(getattr(dut.o, which)[channel]) == trace.value, name

    simulate(dut, bench)


def test_a_core_without_r0_keeps_none(small):
    dut = Rewards(small())

    async def bench(ctx):
        ctx.set(dut.i.impulse, 5)
        await pulse(ctx, dut.i.r0)
        await pulse(ctx, dut.step)
        assert (ctx.get(dut.o.r0[0]), ctx.get(dut.o.r1[0])) == (0, 0)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{}, {}, {"i.r1": 1}, {"i.r1": 0, "step": 1}], None),
        ([{}, {}, {"i.r1": 1, "step": 1}], "no impulse is lost"),
        ([{"i.r1": 1, "i.r0": 1}], "an impulse is of one trace"),
        ([{}, {}, {"host.set_reward": 1, "step": 1}], "the host writes between steps"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(Rewards(small()), *inputs)
    assert told == (promise and f"Rewards: {promise}")
