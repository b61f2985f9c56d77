"""The register slice between two streams."""

import pytest
from amaranth import unsigned

from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.5, 0), (0, 0.5), (0.3, 0.7)])
def test_everything_passes_in_order(p_idle, p_stall, rng, bus):
    dut = StreamBuffer(unsigned(8))
    sent = [rng.randrange(256) for _ in range(50)]

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, sent, rng, p_idle)

    async def check(ctx):
        assert await bus.get_all(ctx, dut.o, len(sent), rng, p_stall) == sent

    simulate(dut, feed, check)


def test_latency_is_one_cycle_and_throughput_one_word_per_cycle():
    dut = StreamBuffer(unsigned(8))

    async def bench(ctx):
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        for word in range(10):
            ctx.set(dut.i.payload, word)
            assert ctx.get(dut.i.ready)
            await ctx.tick()
            assert (ctx.get(dut.o.valid), ctx.get(dut.o.payload)) == (1, word)

    simulate(dut, bench)


def test_ready_is_a_register():
    """It holds two words, and does not look at the other end's ``ready`` in the same cycle."""
    dut = StreamBuffer(unsigned(8))

    async def bench(ctx):
        ctx.set(dut.i.valid, 1)
        taken = []
        for _ in range(4):
            taken.append(ctx.get(dut.i.ready))
            await ctx.tick()
        assert taken == [1, 1, 0, 0]
        ctx.set(dut.o.ready, 1)
        assert not ctx.get(dut.i.ready)
        await ctx.tick()
        assert ctx.get(dut.i.ready)

    simulate(dut, bench)
