"""Memory of traces: two readers, updates, sweeps and a history."""

import pytest

from backspike.hdl.learning.trace_memory import TraceMemory
from backspike.sim.engines.simulate import simulate


async def read(ctx, reader, row):
    ctx.set(reader.en, 1)
    ctx.set(reader.row, row)
    await ctx.tick()
    ctx.set(reader.en, 0)
    return list(ctx.get(reader.data))


@pytest.mark.parametrize("side", ["x", "y"])
def test_rows_of_its_side_are_kept(side, words, bus, small):
    p, rng = small(2, history=4), words.rng
    dut = TraceMemory(p, side)
    rows = p.rows if side == "x" else p.compartment_rows
    now, past = {}, {}

    def stage(valid, row, own):
        return {"valid": valid, "on_x": int((side == "x") == own), "row": row}

    async def bench(ctx):
        for _ in range(100):
            row, step, own = rng.randrange(rows), rng.randrange(1, 9), rng.random() < 0.7
            kept = [words.fields(dut.layout) for _ in range(2)]
            moved = [rng.randrange(128), rng.randrange(128)]
            ctx.set(dut.write, stage(1, row, own))
            ctx.set(dut.add, stage(1, row, own))
            ctx.set(dut.step, step)
            for lane in range(2):
                ctx.set(dut.kept[lane], kept[lane])
                ctx.set(dut.moved[lane], moved[lane])
            await ctx.tick()
            ctx.set(dut.write, stage(0, 0, own))
            ctx.set(dut.add, stage(0, 0, own))
            if own:
                now[row], past[row * 4 + (step - 1) % 4] = kept, moved
            if rng.random() < 0.1:
                cleared = rng.randrange(rows * 4)
                ctx.set(dut.clear.en, 1)
                ctx.set(dut.clear.address, cleared)
                await ctx.tick()
                ctx.set(dut.clear.en, 0)
                zero = dict.fromkeys(kept[0], 0)
                if cleared < rows:
                    now[cleared] = [zero, zero]
                past[cleared] = [0, 0]
            row = rng.choice([*now, 0])
            if row in now:
                ctx.set(dut.read, stage(1, row, True))
                await ctx.tick()
                ctx.set(dut.read, stage(0, 0, True))
                assert [bus.plain(ctx.get(word)) for word in dut.words] == now[row]
                words_read = await read(ctx, dut.reader, row)
                packed = [dut.layout.const(word).as_bits() for word in now[row]]
                assert words_read == packed
                assert await bus.host_read(ctx, dut.host, 2 * row + 1) == packed[1]
            if past:
                address = rng.choice([*past])
                assert await read(ctx, dut.past, address) == past[address]

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"write": {"valid": 1, "on_x": 0, "row": 6}, "host.en": 1}], None),
        ([{"read": {"valid": 1, "on_x": 1, "row": 6}}], "a row that is read is there"),
        ([{"write": {"valid": 1, "on_x": 1, "row": 6}}], "a row that is written is there"),
        (
            [{key: {"valid": 1, "on_x": 1, "row": 2} for key in ("read", "write")}],
            "no row is read while it is written",
        ),
        (
            [{"write": {"valid": 1, "on_x": 1}, "clear.en": 1, "clear.address": 3}],
            "nobody else writes meanwhile",
        ),
        ([{"past.en": 1, "past.row": 24}], "what is recalled has its place"),
        ([{"past.en": 1, "add": {"valid": 1, "on_x": 1}}], "nothing is recalled while it changes"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(TraceMemory(small(2, history=4), "x"), *inputs)
    assert told == (promise and f"TraceMemory: {promise}")
