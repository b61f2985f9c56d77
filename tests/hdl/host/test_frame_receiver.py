"""Frames of the host, undamaged and damaged, byte by byte."""

import pytest

from backspike.fpga.framing import frame
from backspike.hdl.host.frame_receiver import BYTE_CYCLES, FrameReceiver
from backspike.hdl.host.frames import ESCAPE, FLAG
from backspike.sim.engines.simulate import simulate


def test_a_frame_of_the_host_or_that_it_is_damaged(rng, bodies):
    dut = FrameReceiver()
    outcomes = set()

    async def bench(ctx):
        for _ in range(20):
            body = bodies.random(rng)
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
                assert words[:-1] == bodies.words(body)
            assert good == [intact]
            outcomes.add(intact)

    simulate(dut, bench, limit_cycles=100_000)
    assert outcomes == {True, False}


async def send(ctx, dut, sent):
    """Bytes one after the other, ``None`` for a broken one; returns the ends of frames."""
    ends = []
    for byte in sent:
        ctx.set(dut.valid, byte is not None)
        ctx.set(dut.broken, byte is None)
        ctx.set(dut.byte, byte or 0)
        for _ in range(BYTE_CYCLES):
            await ctx.tick()
            ctx.set(dut.valid, 0)
            ctx.set(dut.broken, 0)
            if ctx.get(dut.ends):
                ends.append(ctx.get(dut.good))
    return ends


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sent: [*sent[:3], None, *sent[3:]],
        lambda sent: [*sent[:3], *sent[4:]],
        lambda sent: [*sent[:-1], 0, FLAG],
        lambda sent: [*sent[:-1], ESCAPE, FLAG],
        lambda sent: [*sent[:3], ESCAPE, ESCAPE, *sent[3:]],
    ],
    ids=["broken byte", "lost byte", "byte too many", "escape at the end", "escape of an escape"],
)
def test_a_frame_that_is_spoilt_spoils_no_other(spoil, rng, bodies):
    dut = FrameReceiver()

    async def bench(ctx):
        for _ in range(3):
            good = frame(bodies.random(rng))
            assert await send(ctx, dut, good) == [1]
            assert await send(ctx, dut, spoil(list(good))) == [0]

    simulate(dut, bench, limit_cycles=100_000)


def test_flags_alone_end_no_frame():
    dut = FrameReceiver()

    async def bench(ctx):
        assert await send(ctx, dut, [FLAG] * 5) == []

    simulate(dut, bench)


@pytest.mark.parametrize("byte", [ESCAPE, 0, None], ids=["escape", "byte", "broken byte"])
def test_a_single_byte_between_flags_is_a_damaged_frame(byte):
    dut = FrameReceiver()

    async def bench(ctx):
        assert await send(ctx, dut, [FLAG, byte, FLAG, FLAG]) == [0]

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"valid": 1, "byte": 1}, *[{"valid": 0}] * 8, {"valid": 1}], None),
        (
            [{"valid": 1, "byte": 1}, *[{"valid": 0}] * 7, {"valid": 1}],
            "a byte comes when the last is checked",
        ),
        ([{"valid": 1, "broken": 1}], "what is broken is no byte"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise):
    told = break_contract(FrameReceiver(), *inputs)
    assert told == (promise and f"FrameReceiver: {promise}")
