"""Frames to the host against the host's end of them, byte by byte."""

import pytest

from backspike.fpga.framing import frame
from backspike.hdl.host.frame_transmitter import FrameTransmitter
from backspike.sim.engines.simulate import simulate


def test_a_frame_is_the_hosts(rng, bus, bodies):
    dut = FrameTransmitter()
    sent = [bodies.random(rng) for _ in range(12)]
    expected = b"".join(frame(body) for body in sent)

    async def feed(ctx):
        for body in sent:
            first, *others = bodies.words(body)
            while ctx.get(dut.busy):
                await ctx.tick()
            ctx.set(dut.start, 1)
            ctx.set(dut.i.payload, first)
            await ctx.tick()
            ctx.set(dut.start, 0)
            ctx.set(dut.last, 0)
            await bus.put_all(ctx, dut.i, others, rng, 0.3)
            ctx.set(dut.last, 1)

    async def listen(ctx):
        got = await bus.get_all(ctx, dut.o, len(expected), rng, 0.5)
        assert bytes(got) == expected

    simulate(dut, feed, listen)


def test_a_byte_nine_cycles_after_the_last_one(small):
    dut = FrameTransmitter()

    async def bench(ctx):
        ctx.set(dut.start, 1)
        ctx.set(dut.last, 1)
        ctx.set(dut.o.ready, 1)
        await ctx.tick()
        ctx.set(dut.start, 0)
        taken = []
        for cycle in range(100):
            if ctx.get(dut.o.valid):
                taken.append(cycle)
            await ctx.tick()
        # The flag and the first byte, its three neighbours, a cycle for the next word, its CRC.
        assert taken[:5] == [0, 1, 10, 19, 28]
        assert taken[5] == 28 + 9 + 1
        assert not ctx.get(dut.busy)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"start": 1, "o.ready": 1}, *[{"start": 0}] * 36, {"last": 1}, {}], None),
        ([{"start": 1, "o.ready": 1}, *[{"start": 0}] * 38], "the next word is there"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise):
    told = break_contract(FrameTransmitter(), *inputs)
    assert told == (promise and f"FrameTransmitter: {promise}")
