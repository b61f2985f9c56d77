"""Frames of the host link against the host's end of them, byte by byte."""

from backspike.fpga.framing import frame
from backspike.hdl.host.frame_receiver import BYTE_CYCLES, FrameReceiver
from backspike.hdl.host.frame_transmitter import FrameTransmitter
from backspike.hdl.host.frames import ESCAPE, FLAG
from backspike.sim.engines.simulate import simulate


def body_of(rng):
    """Words with many bytes that must be escaped."""
    bytes_ = (FLAG, ESCAPE, 0, 0xFF, rng.randrange(256))
    return bytes(rng.choice(bytes_) for _ in range(4 * rng.randrange(1, 12)))


def words_of(body):
    return [int.from_bytes(body[n : n + 4], "little") for n in range(0, len(body), 4)]


def test_a_transmitted_frame_is_the_hosts(rng, bus):
    dut = FrameTransmitter()
    bodies = [body_of(rng) for _ in range(12)]
    expected = b"".join(frame(body) for body in bodies)

    async def feed(ctx):
        for body in bodies:
            first, *others = words_of(body)
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


def test_a_received_frame_is_the_hosts_or_is_found_damaged(rng):
    dut = FrameReceiver()
    outcomes = set()

    async def bench(ctx):
        for _ in range(20):
            body = body_of(rng)
            sent, intact = bytearray(frame(body)), rng.random() < 0.5
            if not intact:
                # Within the frame, and no flag: that would make two frames of it.
                where = rng.randrange(1, len(sent) - 1)
                choices = set(range(256)) - {sent[where], FLAG}
                sent[where] = rng.choice(sorted(choices))
            words, good = [], []
            for byte in sent:
                ctx.set(dut.byte, byte)
                ctx.set(dut.valid, 1)
                for _ in range(rng.choice((BYTE_CYCLES, 2 * BYTE_CYCLES))):
                    await ctx.tick()
                    ctx.set(dut.valid, 0)
                    if ctx.get(dut.word_en):
                        words.append(ctx.get(dut.word))
                    if ctx.get(dut.ends):
                        good.append(ctx.get(dut.good))
            if intact:
                assert words[:-1] == words_of(body)
            assert good == [intact]
            outcomes.add(intact)

    simulate(dut, bench, limit_cycles=100_000)
    assert outcomes == {True, False}
