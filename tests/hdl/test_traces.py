"""Traces of axons, compartments and the reward."""

import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.golden.learning_kernels import update_traces
from backspike.hdl.random import RandomBank
from backspike.hdl.traces import RewardTrace, Traces
from backspike.sim.simulate import simulate


class WithRandom(wiring.Elaboratable):
    def __init__(self, p):
        self.traces = Traces(p)
        self.random = RandomBank(p) if p.has_random else None

    def elaborate(self, platform):
        m = Module()
        m.submodules.traces = self.traces
        if self.random:
            m.submodules.random = self.random
            m.d.comb += self.random.draw.eq(self.traces.draw)
            for sink, bits in zip(self.traces.random, self.random.bits, strict=True):
                m.d.comb += sink.eq(bits)
        return m


async def run_update(ctx, dut, t, lanes):
    """Returns how many cycles it is busy."""
    ctx.set(dut.start, 1)
    await ctx.tick()
    ctx.set(dut.start, 0)
    cycles = 0
    while ctx.get(dut.busy):
        en, row = ctx.get(dut.look_en), ctx.get(dut.look_row)
        await ctx.tick()
        cycles += 1
        if en:
            spikes = t.state.spikes[row * lanes : (row + 1) * lanes].tolist()
            ctx.set(dut.look_bits, sum(bit << lane for lane, bit in enumerate(spikes)))
    return cycles


@pytest.mark.parametrize(("lanes", "stochastic"), [(1, True), (2, True), (4, True), (2, False)])
def test_updates_are_those_of_the_golden_core(lanes, stochastic, rng, bus, small, twin):
    p = small(lanes, 4, 3, stochastic=stochastic)
    dut, t = WithRandom(p), twin(p)
    traces = dut.traces

    async def read(ctx, which, row):
        ctx.set(getattr(traces, f"{which}_en"), 1)
        ctx.set(getattr(traces, f"{which}_row"), row)
        await ctx.tick()
        ctx.set(getattr(traces, f"{which}_en"), 0)
        return [ctx.get(trace) for trace in getattr(traces, which)]

    async def bench(ctx):
        for array, host in ((t.state.x1, traces.host_x), (t.state.y1, traces.host_y)):
            array[:] = [rng.choice([0, 127, rng.randrange(128)]) for _ in array]
            for n, trace in enumerate(array.tolist()):
                await bus.host_write(ctx, host, n, trace)
        for _ in range(6):
            t.state.spikes[:] = [rng.randrange(2) for _ in range(p.axons)]
            registers = {}
            for which, rows in (("x", p.rows), ("y", p.compartment_rows)):
                first = rng.randrange(rows)
                registers |= {
                    f"{which}_first": first,
                    f"{which}_rows": rng.randrange(rows - first + 1),
                    f"{which}1_decay": rng.choice([0, 65536, 65535, rng.randrange(65537)]),
                    f"{which}1_impulse": rng.choice([0, 127, rng.randrange(128)]),
                }
            for name, value in registers.items():
                ctx.set(getattr(traces, name.replace("1", "")), value)
            t.set_registers(**registers)
            update_traces(t.size, t.state)
            cycles = await run_update(ctx, traces, t, lanes)
            rows = registers["x_rows"] + registers["y_rows"]
            assert cycles == (rows + 2 if rows else 0)
            for which, array in (("x", t.state.x1), ("y", t.state.y1)):
                for row in range(len(array) // lanes):
                    expected = array[row * lanes : (row + 1) * lanes].tolist()
                    assert await read(ctx, which, row) == expected
            if rng.random() < 0.3:
                row = rng.randrange(p.rows)
                ctx.set(traces.clear, 1)
                ctx.set(traces.clear_row, row)
                await ctx.tick()
                ctx.set(traces.clear, 0)
                t.state.x1[row * lanes : (row + 1) * lanes] = 0
                t.state.y1[row * lanes : (row + 1) * lanes] = 0
        for array, host in ((t.state.x1, traces.host_x), (t.state.y1, traces.host_y)):
            got = [await bus.host_read(ctx, host, n) for n in range(len(array))]
            assert got == array.tolist()

    simulate(dut, bench)


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
            for name, level in controls.items():
                ctx.set(getattr(dut, name), level)
            ctx.set(dut.decay, decay)
            ctx.set(dut.impulse, impulse)
            ctx.set(dut.set_value, value)
            await ctx.tick()
            if controls["clear"]:
                r1 = pending = 0
            elif controls["step"]:
                kept = abs(r1) * decay // 65536
                r1, pending = limited((kept if r1 >= 0 else -kept) + pending), 0
            elif controls["set"]:
                pending = value
            elif controls["add"]:
                pending = limited(pending + impulse)
            assert ctx.get(dut.r1) == r1

    simulate(dut, bench)
