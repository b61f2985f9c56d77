"""Traces of axons and compartments, those that know their times, too."""

import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.golden.core.trace_kernels import update_traces
from backspike.hdl.learning.traces import TraceUnit, trace_constants
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.seeds import default_seeds
from backspike.sim.engines.simulate import simulate


class WithRandom(wiring.Elaboratable):
    def __init__(self, p):
        self.traces = TraceUnit(p)
        self.random = RandomBank(default_seeds(p)) if p.has_random else None

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
        en, row = ctx.get(dut.spikes.en), ctx.get(dut.spikes.row)
        await ctx.tick()
        cycles += 1
        if en:
            spikes = t.state.spikes[row * lanes : (row + 1) * lanes].tolist()
            ctx.set(dut.spikes.data, sum(bit << lane for lane, bit in enumerate(spikes)))
    return cycles


async def read_row(ctx, reader, row):
    ctx.set(reader.en, 1)
    ctx.set(reader.row, row)
    await ctx.tick()
    ctx.set(reader.en, 0)
    return list(ctx.get(reader.data))


def random_registers(rng, p):
    """Rows that have traces, and constants by which these move."""
    registers = {
        name: rng.choice([0, 65536, 65535, rng.randrange(65537)])
        if name.endswith("decay")
        else rng.choice([0, 127 << 7, rng.randrange(1 << 14)])
        for name in trace_constants(p)
    }
    for which, rows in (("x", p.rows), ("y", p.compartment_rows)):
        first = rng.randrange(rows)
        registers |= {f"{which}_first": first}
        registers |= {f"{which}_rows": rng.randrange(rows - first + 1)}
    return registers


def side(t, p, which):
    """Words of a memory of the golden core, the traces in them, and the past of these."""
    traces, then, time, past = getattr(t.state, which)
    kinds = p.x_kinds if which == "x" else p.y_kinds
    fields = [traces[:, k] for k in range(kinds)]
    if p.has_history:
        fields += [*(then[:, k] for k in range(kinds)), time]
    words = sum(field.astype(int) << 7 * n for n, field in enumerate(fields))
    return words, traces[:, :kinds], sum(past[:, :, k] << 7 * k for k in range(kinds))


@pytest.mark.parametrize(
    ("lanes", "changes"),
    [
        (1, {}),
        (2, {"more_factors": True}),
        (4, {}),
        (2, {"stochastic": False}),
        (2, {"history": 4}),
        (2, {"history": 4, "more_factors": True, "stochastic": False}),
        (1, {"history": 2, "more_factors": True, "lava": True}),
        (4, {"history": 8, "more_factors": True, "lava": True}),
    ],
)
def test_updates_are_those_of_the_golden_core(lanes, changes, rng, bus, small, twin):
    p = small(lanes, 4, 3, **changes)
    dut, t = WithRandom(p), twin(p)
    traces = dut.traces

    async def check(ctx, rows_of_past):
        for which in "xy":
            words, _, past = side(t, p, which)
            for row in range(len(words) // lanes):
                row_lanes = slice(row * lanes, (row + 1) * lanes)
                got = await read_row(ctx, getattr(traces, which), row)
                assert got == words[row_lanes].tolist()
            for row, slot in rows_of_past[which]:
                row_lanes = slice(row * lanes, (row + 1) * lanes)
                reader = getattr(traces, f"{which}_past")
                got = await read_row(ctx, reader, row * p.history + slot)
                assert got == past[slot, row_lanes].tolist()

    async def bench(ctx):
        for which, host in (("x", traces.host_x), ("y", traces.host_y)):
            array = side(t, p, which)[1]
            array[...] = [[rng.choice([0, 127, rng.randrange(128)]) for _ in r] for r in array]
            for n, word in enumerate(side(t, p, which)[0].tolist()):
                await bus.host_write(ctx, host, n, word)
        step, epoch = 0, 1
        for _ in range(12):
            if step == 0:
                epoch = rng.randrange(1, p.history + 2) if p.has_history else 1
            t.state.spikes[:] = [rng.randrange(2) for _ in range(p.axons)]
            registers = random_registers(rng, p)
            for name, value in registers.items():
                ctx.set(getattr(traces, name), value)
            t.set_registers(**registers, epoch=epoch, epoch_step=step)
            ends = step + 1 == epoch
            if p.has_history:
                ctx.set(traces.epoch_step, step)
                ctx.set(traces.epoch_ends, ends)
            update_traces(t.state, ends)
            cycles = await run_update(ctx, traces, t, lanes)
            rows = registers["x_rows"] + registers["y_rows"]
            if p.has_history:
                assert cycles == rows * (3 + 2 * epoch * ends)
            else:
                assert cycles == (rows + 2 if rows else 0)
            await check(ctx, _past_of(p, registers, epoch) if ends else {"x": [], "y": []})
            step = 0 if ends else step + 1
            if rng.random() < 0.3:
                depth = p.history if p.has_history else 1
                row = rng.randrange(p.rows * depth)
                ctx.set(traces.clear.en, 1)
                ctx.set(traces.clear.address, row)
                await ctx.tick()
                ctx.set(traces.clear.en, 0)
                for *now, past in (t.state.x, t.state.y):
                    for array in now:
                        array[row * lanes : (row + 1) * lanes] = 0
                    past[row % depth, row // depth * lanes :][:lanes] = 0
        for which, host in (("x", traces.host_x), ("y", traces.host_y)):
            words = side(t, p, which)[0].tolist()
            assert [await bus.host_read(ctx, host, n) for n in range(len(words))] == words

    simulate(dut, bench)


def _past_of(p, registers, epoch):
    """Rows that have a past after an epoch, each with the steps that it keeps."""
    if not p.has_history:
        return {"x": [], "y": []}
    return {
        which: [
            (registers[f"{which}_first"] + row, slot)
            for row in range(registers[f"{which}_rows"])
            for slot in range(min(epoch, p.history))
        ]
        for which in "xy"
    }


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"x.en": 1}, {"x.en": 0, "start": 1, "x_rows": 2}, {"start": 0}], None),
        ([{"start": 1, "x_rows": 2}, {"start": 0, "x.en": 1}], "nobody looks at traces that move"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(TraceUnit(small(2)), *inputs)
    assert told == (promise and f"TraceUnit: {promise}")
