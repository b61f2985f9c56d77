"""The checks of packets, and the requests made of those in order."""

import pytest

from backspike.hdl.host.packet_reader import PacketReader
from backspike.hdl.host_map import MEMORIES, Command, Response, header
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("p_idle", [0, 0.4])
def test_requests_of_packets_in_order_and_errors_of_the_others(p_idle, rng, bus, small, packets):
    p = small(2, 4, 2)
    make = packets(p, rng, input_rows=2)
    dut = PacketReader(p)
    request = dut.request
    sent, outcomes = [make.packet() for _ in range(80)], set()

    async def feed(ctx):
        ctx.set(dut.input_rows, 2)
        await bus.put_all(ctx, dut.i, [word for packet in sent for word in packet], rng, p_idle)

    async def until_answered(ctx):
        """Answers until the request or the refused packet is to be finished; refusals."""
        started, refused = False, 0
        while True:
            started |= bool(ctx.get(request.start))
            refused += ctx.get(dut.refused)
            answer = ctx.get(dut.request.response) if ctx.get(dut.answer) else None
            await ctx.tick()
            if answer is not None or started:
                return started, refused, answer

    async def check(ctx):
        for packet in sent:
            command, error = packet[0] >> 24, make.error(packet)
            late = command == Command.SPIKE.value and len(packet) > 1  # its range is checked later
            started, refused, answer = await until_answered(ctx)
            assert ctx.get(request.head.as_value()) == packet[0]
            assert started == (error is None or late)
            assert refused == (not started)
            if not started:
                assert (ctx.get(dut.error), answer) == (error, Response.ERROR)
                assert ctx.get(request.empty)
            else:
                expected = {Command.ECHO: Response.ECHO, Command.READ: Response.DATA}
                assert answer == expected.get(Command(command))
                await take_words(ctx, packet, Command(command))
            outcomes.add(error)
            ctx.set(dut.done, 1)
            await ctx.tick()
            ctx.set(dut.done, 0)
        assert ctx.get(dut.busy) == 0

    async def take_words(ctx, packet, command):
        """Take the rest of the packet, one word per address."""
        skipped = {Command.READ: 2, Command.WRITE: 1, Command.SPIKE_ROWS: 1}.get(command, 0)
        if command is Command.READ:
            assert ctx.get(request.count) == packet[2]
        for number, word in enumerate(packet[1 + skipped :], 1):
            while not ctx.get(dut.words.valid):
                await ctx.tick()
            assert ctx.get(dut.words.p) == word
            assert ctx.get(request.last) == (number == len(packet) - 1 - skipped)
            if skipped:
                assert ctx.get(request.address) == packet[1] + number - 1
            for port in (dut.words.ready, dut.next):
                ctx.set(port, 1)
            await ctx.tick()
            for port in (dut.words.ready, dut.next):
                ctx.set(port, 0)
        assert ctx.get(request.empty)

    simulate(dut, feed, check)
    assert None in outcomes
    assert len(outcomes) > 3


def test_the_rest_of_a_request_that_is_refused_late_is_discarded(rng, bus, small):
    dut = PacketReader(small())
    head = Command.SPIKE.value << 24 | 3

    async def bench(ctx):
        await bus.put_all(ctx, dut.i, [head], rng)
        await ctx.tick().repeat(2)
        ctx.set(dut.words.ready, 1)
        ctx.set(dut.refuse, 1)
        await bus.put_all(ctx, dut.i, [99], rng)
        ctx.set(dut.words.ready, 0)
        ctx.set(dut.refuse, 0)
        await bus.put_all(ctx, dut.i, [1, 2], rng)
        assert ctx.get(dut.answer)
        assert ctx.get(dut.request.response) == Response.ERROR
        assert ctx.get(dut.error).name == "OUT_OF_RANGE"

    simulate(dut, bench, limit_cycles=100)


def test_no_header_is_taken_while_the_core_runs(small):
    dut = PacketReader(small())

    async def bench(ctx):
        ctx.set(dut.running, 1)
        ctx.set(dut.i.valid, 1)
        await ctx.tick().repeat(5)
        assert not ctx.get(dut.i.ready)
        assert ctx.get(dut.busy)
        ctx.set(dut.running, 0)
        assert ctx.get(dut.i.ready)

    simulate(dut, bench)


@pytest.mark.parametrize(
    "name", [name for name in MEMORIES if name != "counters"], ids=lambda name: name
)
@pytest.mark.parametrize("count", [1, 2])
def test_a_write_may_reach_the_end_of_its_memory_and_not_beyond(name, count, small):
    p = small(dendrite_lanes=2, tags=True, delays=True, noise=True, traces=True, stochastic=True)
    memory = MEMORIES[name]
    last = memory.depth(p) - count
    head = header(Command.WRITE, memory.number, 1 + count * memory.beats(p))
    for address, starts in ((last, True), (last + 1, False)):
        dut = PacketReader(p)

        async def bench(ctx, dut=dut, address=address, starts=starts):
            ctx.set(dut.i.valid, 1)
            ctx.set(dut.i.payload, head)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.payload, address)
            await ctx.tick().until(dut.i.ready)
            ctx.set(dut.i.valid, 0)
            while not ctx.get(dut.request.start) and not ctx.get(dut.refused):
                await ctx.tick()
            assert ctx.get(dut.request.start) == starts, f"word {address} of {memory.depth(p)}"

        simulate(dut, bench, limit_cycles=20)
