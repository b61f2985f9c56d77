# amaranth: UnusedElaboratable=no
"""A core behind a serial line, and its lights."""

import re

import numpy as np
import pytest

from backspike.fpga.framing import Deframer, question
from backspike.hdl.device import ACTIVE_LED, ERROR_LED, Device
from backspike.hdl.host.frames import FrameKind
from backspike.hdl.host_map import IDENTITY, Command, ErrorCode, Response, header
from backspike.sim.engines.simulate import simulate

DIVISOR, HOLD_BITS = 4, 6


class Line:
    """The host at the end of the serial line."""

    def __init__(self, dut):
        self.dut, self.finished, self.position = dut, False, 0
        self._answers, self._deframer = [], Deframer()

    async def listen(self, ctx):
        """Bytes of the device, sampled in the middle of their bits."""
        while not self.finished:
            if ctx.get(self.dut.tx):
                await ctx.tick()
                continue
            await ctx.tick().repeat(DIVISOR + DIVISOR // 2)
            byte = 0
            for bit in range(8):
                byte |= ctx.get(self.dut.tx) << bit
                await ctx.tick().repeat(DIVISOR)
            self._answers += self._deframer.feed(bytes([byte]))

    async def send(self, ctx, frame):
        for byte in frame:
            for bit in (0, *(byte >> n & 1 for n in range(8)), 1):
                ctx.set(self.dut.rx, bit)
                await ctx.tick().repeat(DIVISOR)

    async def ask(self, ctx, words, kind=FrameKind.DATA, awaited=0):
        """Send a frame; returns the answer."""
        payload = np.array(words, np.uint32)
        await self.send(ctx, question(kind, 0, 100, self.position, awaited, payload))
        self.position += len(words)
        return await self.answer(ctx)

    async def answer(self, ctx):
        """Wait for the answer to a frame."""
        while not self._answers:
            await ctx.tick()
        return self._answers.pop()


@pytest.fixture
def device(small):
    return Device(small(learning=False), divisor=DIVISOR, leds=3, hold_bits=HOLD_BITS)


def run(device, host):
    line = Line(device)

    async def bench(ctx):
        await host(ctx, line)
        line.finished = True

    simulate(device, bench, line.listen, limit_cycles=100_000)


async def until_idle(ctx, line, awaited=0):
    """Ask until the core has answered all; returns its words."""
    while not (answer := await line.ask(ctx, [], awaited=awaited)).idle:
        pass
    return answer.payload.tolist()


def test_a_register_is_read_over_the_line(device):
    async def host(ctx, line):
        await line.ask(ctx, [header(Command.READ, 0, 2), 0, 1])
        assert await until_idle(ctx, line) == [header(Response.DATA, 0, 1), IDENTITY]

    run(device, host)


def test_a_reset_of_the_link_resets_the_core(device):
    async def host(ctx, line):
        await line.ask(ctx, [header(Command.ECHO, 0, 9)])  # the core waits for nine words
        line.position = 0
        await line.ask(ctx, [], kind=FrameKind.RESET)
        await line.ask(ctx, [header(Command.ECHO, 7, 0)])
        assert await until_idle(ctx, line) == [header(Response.ECHO, 7, 0)]

    run(device, host)


def test_lights_of_activity_and_of_errors(device):
    def lit(ctx, led):
        return ctx.get(device.leds) >> led & 1

    async def host(ctx, line):
        await ctx.tick().repeat(4 << HOLD_BITS)
        assert not lit(ctx, ACTIVE_LED)
        await line.ask(ctx, [header(Command.ECHO, 0, 0)])
        seen = {ACTIVE_LED: 0, ERROR_LED: 0}
        await line.send(
            ctx, question(FrameKind.DATA, 0, 9, 1, 0, np.array([0x99 << 24], np.uint32))
        )
        for _ in range(1 << HOLD_BITS):
            for led in seen:
                seen[led] += lit(ctx, led)
            await ctx.tick()
        assert all(seen.values())
        error = header(Response.ERROR, ErrorCode.UNKNOWN_COMMAND.value, 1)
        await line.answer(ctx)
        line.position += 1
        assert (await until_idle(ctx, line))[-2:] == [error, 0x99 << 24]
        await ctx.tick().repeat(4 << HOLD_BITS)
        assert not lit(ctx, ACTIVE_LED)
        assert not lit(ctx, ERROR_LED)

    run(device, host)


@pytest.mark.parametrize("leds", [1, 33])
def test_a_number_of_lights_out_of_range_is_refused(leds, small):
    message = f"leds must be between 2 and 32, not {leds}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Device(small(), divisor=DIVISOR, leds=leds)
