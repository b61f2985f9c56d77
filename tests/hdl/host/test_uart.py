# amaranth: UnusedElaboratable=no
"""The serial line, bit by bit."""

import re

import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.hdl.host.uart import UartReceiver, UartTransmitter
from backspike.sim.engines.simulate import simulate

DIVISORS = 4, 5, 13


async def receive(ctx, dut, levels, *, quiet=0):
    """Drive the line; returns bytes in order, and ``None`` for a broken one."""
    events = []
    for level in [*levels, *[1] * quiet]:
        ctx.set(dut.rx, level)
        await ctx.tick()
        if ctx.get(dut.valid):
            events.append(ctx.get(dut.byte))
        if ctx.get(dut.broken):
            events.append(None)
    return events


def levels_of(byte, divisor, stop=1):
    """The line during a byte, cycle by cycle."""
    bits = [0, *(byte >> n & 1 for n in range(8)), stop]
    return [bit for bit in bits for _ in range(divisor)]


@pytest.mark.parametrize("divisor", DIVISORS)
def test_bytes_are_received(divisor, rng):
    dut = UartReceiver(divisor)
    sent = [rng.choice([0, 0xFF, 0x55, rng.randrange(256)]) for _ in range(12)]

    async def bench(ctx):
        levels = [1] * 10
        for byte in sent:
            levels += levels_of(byte, divisor) + [1] * rng.choice([0, 0, rng.randrange(30)])
        assert await receive(ctx, dut, levels, quiet=2 * divisor) == sent

    simulate(dut, bench)


def test_a_clock_that_differs_by_two_percent_does_not_matter(rng):
    dut = UartReceiver(50)
    sent = [rng.randrange(256) for _ in range(4)]

    async def bench(ctx):
        for divisor in (49, 51):
            levels = [level for byte in sent for level in levels_of(byte, divisor)]
            assert await receive(ctx, dut, levels, quiet=100) == sent

    simulate(dut, bench)


@pytest.mark.parametrize("divisor", DIVISORS)
def test_a_missing_stop_bit_is_broken_and_the_next_byte_is_not(divisor, rng):
    dut = UartReceiver(divisor)
    first, second = rng.randrange(256), rng.randrange(256)

    async def bench(ctx):
        levels = levels_of(first, divisor, stop=0) + [1] * divisor + levels_of(second, divisor)
        assert await receive(ctx, dut, levels, quiet=2 * divisor) == [None, second]

    simulate(dut, bench)


@pytest.mark.parametrize("divisor", DIVISORS)
def test_a_break_is_broken_once(divisor, rng):
    """A start bit comes only after the line was high, however long it was low before."""
    dut = UartReceiver(divisor)
    byte = rng.randrange(256)

    async def bench(ctx):
        levels = [0] * rng.randrange(12 * divisor, 40 * divisor) + [1] * divisor
        assert await receive(ctx, dut, levels + levels_of(byte, divisor), quiet=20) == [None, byte]

    simulate(dut, bench)


def test_a_spike_of_the_line_is_no_start_bit():
    dut = UartReceiver(13)

    async def bench(ctx):
        assert await receive(ctx, dut, [1] * 5 + [0] * 4 + [1] * 200) == []

    simulate(dut, bench)


@pytest.mark.parametrize("divisor", DIVISORS)
def test_bytes_are_transmitted_bit_by_bit(divisor, rng, bus):
    dut = UartTransmitter(divisor)
    sent = [rng.randrange(256) for _ in range(5)]
    line = []

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, sent, rng)

    async def listen(ctx):
        await ctx.tick()  # the first byte is taken
        for _ in range(10 * divisor * len(sent)):
            line.append(ctx.get(dut.tx))
            await ctx.tick()
        assert ctx.get(dut.tx) == 1

    simulate(dut, feed, listen)
    assert line == [level for byte in sent for level in levels_of(byte, divisor)]


def test_what_one_end_sends_the_other_receives(rng, bus):
    class Loop(wiring.Elaboratable):
        receiver, transmitter = UartReceiver(4), UartTransmitter(4)

        def elaborate(self, platform):
            m = Module()
            m.submodules.receiver, m.submodules.transmitter = self.receiver, self.transmitter
            m.d.comb += self.receiver.rx.eq(self.transmitter.tx)
            return m

    loop, sent, got = Loop(), [rng.randrange(256) for _ in range(20)], []

    async def feed(ctx):
        await bus.put_all(ctx, loop.transmitter.i, sent, rng, 0.1)

    async def listen(ctx):
        while len(got) < len(sent):
            _, _, valid, byte, broken = await ctx.tick().sample(
                loop.receiver.valid, loop.receiver.byte, loop.receiver.broken
            )
            assert not broken
            got.extend([byte] * valid)

    simulate(loop, feed, listen)
    assert got == sent


@pytest.mark.parametrize("part", [UartReceiver, UartTransmitter])
@pytest.mark.parametrize("divisor", [3, 65536, 4.0])
def test_a_divisor_out_of_range_is_refused(part, divisor):
    message = f"divisor must be between 4 and 65535, not {divisor!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        part(divisor)


@pytest.mark.parametrize("divisor", [*DIVISORS, 101])
def test_a_byte_comes_in_the_middle_of_its_stop_bit(divisor):
    dut = UartReceiver(divisor)
    came = []

    async def bench(ctx):
        for cycle, level in enumerate(levels_of(0x65, divisor) + [1] * divisor):
            ctx.set(dut.rx, level)
            if ctx.get(dut.valid):
                came.append(cycle)
            await ctx.tick()

    simulate(dut, bench)
    synchronizer = 2
    assert came == [9 * divisor + divisor // 2 + synchronizer]


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"i.valid": 1}, {"i.valid": 0}, *[{}] * 50], None),
        ([{}, {"tx": 0}], "the line rests between bytes"),
        ([{"i.valid": 1}, {"tx": 1}], "a byte begins with a start bit"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise):
    told = break_contract(UartTransmitter(4), *inputs)
    assert told == (promise and f"UartTransmitter: {promise}")
