"""Pipelines around the synapse memories."""

import pytest

from backspike.hdl.delivery.word_reader import CompactReader, PipelinedReader
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("reader", [PipelinedReader, CompactReader])
@pytest.mark.parametrize(("p_idle", "p_stall", "p_lock"), [(0, 0, 0), (0.3, 0.5, 0.4)])
def test_words_come_with_what_was_read(reader, p_idle, p_stall, p_lock, words, bus, small):
    """The memory answers with the low bits of the address, and keeps them."""
    p, rng = small(1, compact=reader is CompactReader), words.rng
    dut = reader(p)
    offered = words.many(word_layout(p), 60)
    n_cycles, finished = 0, False

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, offered, rng, p_idle)

    async def memory(ctx):
        nonlocal n_cycles
        while not finished:
            dense, sparse = ctx.get(dut.dense_en), ctx.get(dut.sparse_en)
            address, locked = ctx.get(dut.i.p.address), ctx.get(dut.locked)
            assert not dense or not (sparse or locked)
            await ctx.tick()
            n_cycles += 1
            if dense:
                ctx.set(dut.stored.weights[0], address)
            if sparse:
                ctx.set(dut.stored.entry.weight, address)
            ctx.set(dut.locked, rng.random() < p_lock)

    async def check(ctx):
        nonlocal finished
        got = await bus.get_all(ctx, dut.o, len(offered), rng, p_stall, extra_cycles=0)
        for word, read in zip(offered, got, strict=True):
            assert read["word"] == word
            stored = read["stored"]["entry"]["weight"]
            if not word["sparse"]:
                stored = read["stored"]["weights"]["0"]
            assert stored == word["address"]
        if not (p_idle or p_stall or p_lock):
            # The memory has not yet counted the cycle of the last one.
            every, latency = (2, 1) if reader is CompactReader else (1, 2)
            assert n_cycles == every * (len(offered) - 1) + latency
        assert not ctx.get(dut.busy)
        finished = True

    simulate(dut, feed, check, memory)


def test_a_compact_core_learns_one_word_at_a_time(small):
    dut = CompactReader(small(1, compact=True))

    async def bench(ctx):
        ctx.set(dut.learn, 1)
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        assert ctx.get(dut.i.ready)
        for _ in range(6):
            await ctx.tick()
            assert not ctx.get(dut.i.ready)
        ctx.set(dut.written, 1)
        await ctx.tick()
        ctx.set(dut.written, 0)
        assert not ctx.get(dut.i.ready)
        await ctx.tick()
        assert ctx.get(dut.i.ready)

    simulate(dut, bench)
