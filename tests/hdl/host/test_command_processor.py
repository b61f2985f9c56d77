"""Packets in, packets out: the three parts together, against a plain model of the commands."""

import pytest

from backspike.hdl.host.command_processor import CommandProcessor
from backspike.hdl.host.router import read_latency
from backspike.hdl.host_map import Command, Response, header
from backspike.sim.engines.simulate import simulate

INPUT_ROWS, STEP = 2, 1234


class Model:
    """Plain model of what packets come to."""

    def __init__(self, make, p):
        self.make, self.p = make, p
        self.stored, self.answers, self.inputs, self.runs = {}, [], [], []
        self.refused = 0

    def take(self, packet):
        command, number, payload = packet[0] >> 24, packet[0] >> 16 & 0xFF, packet[1:]
        error = self.make.error(packet)
        if command == Command.SPIKE.value and payload:
            self._spike(payload)
        if error is not None:
            self.refused += 1
            self.answers += [header(Response.ERROR, error.value, 1), packet[0]]
        elif command == Command.ECHO.value:
            self.answers += [header(Response.ECHO, number, len(payload)), *payload]
        elif command == Command.WRITE.value:
            step = self.make.beats(packet)
            for n, first in enumerate(range(1, len(payload), step)):
                word = sum(x << 32 * k for k, x in enumerate(payload[first : first + step]))
                self.stored[number, payload[0] + n] = word
        elif command == Command.READ.value:
            self._read(number, *payload, self.make.beats(packet))
        elif command == Command.SPIKE_ROWS.value:
            mask = (1 << self.p.lanes) - 1
            self.inputs += [(payload[0] + n, bits & mask) for n, bits in enumerate(payload[1:])]
        elif command != Command.SPIKE.value:
            self.runs.append(payload[0] if payload else "clear")
            self.answers += [header(Response.DONE, 0, 1), STEP]

    def _spike(self, axons):
        for axon in axons:
            if axon >= INPUT_ROWS * self.p.lanes:
                break
            self.inputs.append((axon // self.p.lanes, 1 << axon % self.p.lanes))

    def _read(self, number, address, count, beats):
        self.answers.append(header(Response.DATA, number, count * beats))
        for word in (self.stored.get((number, address + n), 0) for n in range(count)):
            self.answers += [word >> 32 * k & 0xFFFFFFFF for k in range(beats)]


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_packets_are_done_and_answered(p_idle, p_stall, compact, rng, bus, small, packets):
    p = small(2, 4, 2, compact=compact)
    make = packets(p, rng, INPUT_ROWS)
    dut, model = CommandProcessor(p), Model(make, p)
    sent = [packet for packet in (make.packet() for _ in range(150)) if not long_read(packet)]
    for packet in sent:
        model.take(packet)
    stored, inputs, runs, refused, fed, finished = {}, [], [], [], [], []

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, [word for packet in sent for word in packet], rng, p_idle)
        fed.append(True)

    async def surround(ctx):
        """Memories, input spikes and a sequencer."""
        ctx.set(dut.registers.input_rows, INPUT_ROWS)
        ctx.set(dut.registers.step, STEP)
        coming, running = [None] * read_latency(p), 0
        while not finished:
            if (answer := coming.pop(0)) is not None:
                ctx.set(dut.port.r_data, answer)
            place = ctx.get(dut.memory), ctx.get(dut.port.address)
            reads = ctx.get(dut.port.en) and not ctx.get(dut.port.write)
            coming.append(stored.get(place, 0) if reads else None)
            if ctx.get(dut.port.en) and ctx.get(dut.port.write):
                stored[place] = ctx.get(dut.port.w_data)
            ctx.set(dut.inputs.ready, rng.random() >= p_stall)
            if ctx.get(dut.inputs.valid & dut.inputs.ready):
                spikes = ctx.get(dut.inputs.p)
                inputs.append((spikes.row, spikes.bits))
            refused.extend([1] * ctx.get(dut.refused))
            running = max(0, running - 1)
            if ctx.get(dut.run.advance):
                runs.append(ctx.get(dut.run.n_steps))
                running = rng.randrange(5)
            if ctx.get(dut.run.clear):
                runs.append("clear")
                running = 5
            await ctx.tick()
            ctx.set(dut.run.running, running > 0)

    async def check(ctx):
        assert await bus.get_all(ctx, dut.o, len(model.answers), rng, p_stall) == model.answers
        while not fed or ctx.get(dut.busy):
            await ctx.tick()
        finished.append(True)
        assert stored == model.stored
        assert inputs == model.inputs
        assert runs == model.runs
        assert len(refused) == model.refused

    simulate(dut, feed, surround, check)
    assert model.refused
    assert runs


def long_read(packet):
    """It would take the bench long, and finds nothing more."""
    return packet[0] >> 24 == Command.READ.value and len(packet) > 2 and packet[2] > 1000


def test_reports_pass_while_the_core_runs(rng, bus, small):
    dut = CommandProcessor(small())
    reports = [rng.randrange(1 << 32) for _ in range(10)]

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, [header(Command.ADVANCE, 0, 1), 3], rng)
        ctx.set(dut.run.running, 1)
        await bus.put_all(ctx, dut.reports, reports, rng, 0.3)
        ctx.set(dut.run.running, 0)

    async def check(ctx):
        done = [header(Response.DONE, 0, 1), 0]
        assert await bus.get_all(ctx, dut.o, len(reports) + 2, rng, 0.4) == reports + done

    simulate(dut, feed, check)


@pytest.mark.parametrize(
    ("packet", "cycles"),
    [
        ([header(Command.CLEAR, 0, 1), 0], 4),
        ([header(Command.WRITE, 3, 3), 0, 1, 2], 8),
        ([header(Command.SPIKE, 0, 2), 0, 1], 5),
    ],
)
def test_cycles_of_a_packet(packet, cycles, small):
    """A header, two cycles to check it, the words and, after an address, two more checks."""
    dut = CommandProcessor(small())

    async def bench(ctx):
        ctx.set(dut.registers.input_rows, 2)
        ctx.set(dut.inputs.ready, 1)
        ctx.set(dut.i.valid, 1)
        taken, count = 0, 0
        while taken < len(packet):
            ctx.set(dut.i.payload, packet[taken])
            _, _, ready = await ctx.tick().sample(dut.i.ready)
            taken += ready
            count += 1
        assert count == cycles

    simulate(dut, bench)


def test_nothing_is_taken_while_the_core_runs(small):
    """After a reset it sweeps without having been told to."""
    dut = CommandProcessor(small())

    async def bench(ctx):
        ctx.set(dut.run.running, 1)
        ctx.set(dut.i.valid, 1)
        ctx.set(dut.i.payload, header(Command.ECHO, 0, 0))
        for _ in range(4):
            await ctx.tick()
            assert not ctx.get(dut.i.ready)
            assert ctx.get(dut.busy)
        ctx.set(dut.run.running, 0)
        assert ctx.get(dut.i.ready)

    simulate(dut, bench)
