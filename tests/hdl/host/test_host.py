# amaranth: UnusedElaboratable=no
"""The host's side as a whole: packets in, answers out, and what passes it by."""

import pytest

from backspike.hdl.host.host import Host
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS, Command, ErrorCode, Response
from backspike.hdl.host_map import header as head
from backspike.sim.engines.simulate import simulate

NAMES = list(REGISTERS)


class Around:
    """A host's side, the memories behind it, and a line of packets to it."""

    def __init__(self, p, rng, bus):
        self.dut, self.rng, self.bus, self.finished = Host(p), rng, bus, False
        self.stored, self.inputs = {}, []
        self.refused = 0

    async def surround(self, ctx):
        """Memories, which answer in the next cycle; spikes are taken as they come."""
        memories = {
            name: getattr(self.dut.memories, name) for name in self.dut.memories.signature.members
        }
        while not self.finished:
            answers = {}
            for name, port in memories.items():
                if ctx.get(port.en):
                    place = name, ctx.get(port.address)
                    if ctx.get(port.write):
                        self.stored[place] = ctx.get(port.w_data)
                    else:
                        answers[name] = self.stored.get(place, 0)
            ctx.set(self.dut.inputs.ready, self.rng.random() < 0.5)
            if ctx.get(self.dut.inputs.valid & self.dut.inputs.ready):
                spikes = ctx.get(self.dut.inputs.p)
                self.inputs.append((spikes.row, spikes.bits))
            self.refused += ctx.get(self.dut.refused)
            await ctx.tick()
            for name, answer in answers.items():
                ctx.set(memories[name].r_data, answer)

    async def send(self, ctx, command, argument, *payload):
        packet = [head(command, argument, len(payload)), *payload]
        await self.bus.put_all(ctx, self.dut.i, packet, self.rng, 0.2)

    async def take(self, ctx, count):
        """So many words, and no more; then the core is at rest."""
        words = await self.bus.get_all(ctx, self.dut.o, count, self.rng, 0.3)
        assert not ctx.get(self.dut.busy)
        return words

    async def read(self, ctx, memory, address, count=1):
        """Words of a memory."""
        memory = MEMORIES[memory]
        beats = memory.beats(self.dut.params)
        await self.send(ctx, Command.READ, memory.number, address, count)
        first, *words = await self.take(ctx, 1 + beats * count)
        assert first == head(Response.DATA, memory.number, beats * count)
        return [
            sum(beat << 32 * k for k, beat in enumerate(words[n : n + beats]))
            for n in range(0, len(words), beats)
        ]

    def run(self, bench, *others):
        async def host(ctx):
            await bench(ctx)
            self.finished = True

        simulate(self.dut, host, self.surround, *others)


@pytest.fixture(params=[False, True], ids=["fast", "compact"])
def around(request, rng, bus, small):
    return Around(small(noise=True, tags=True, compact=request.param), rng, bus)


def test_every_memory_is_written_and_read(around, rng):
    p = around.dut.params

    async def bench(ctx):
        names = list(around.dut.memories.signature.members)
        assert set(names) == set(MEMORIES) - {"registers", "counters", "delays"}
        expected = {}
        for name in rng.sample(names, len(names)):
            memory = MEMORIES[name]
            address = rng.randrange(memory.depth(p))
            beats = [rng.randrange(1 << 32) for _ in range(memory.beats(p))]
            await around.send(ctx, Command.WRITE, memory.number, address, *beats)
            expected[name, address] = sum(beat << 32 * n for n, beat in enumerate(beats))
        for (name, address), word in expected.items():
            assert await around.read(ctx, name, address) == [word], name
        assert around.stored == expected

    around.run(bench)


def test_registers_are_shown_to_the_core_and_to_the_host(around, rng):
    async def bench(ctx):
        values = around.dut.registers
        for name in ("rows", "input_rows", "learn_first", "visit", "x1_decay"):
            value = rng.randrange(REGISTERS[name].limits(around.dut.params)[1] + 1)
            await around.send(ctx, Command.WRITE, 0, NAMES.index(name), value)
            assert await around.read(ctx, "registers", NAMES.index(name)) == [value]
            assert ctx.get(getattr(values, name)) == value
        ctx.set(around.dut.next_step, 1)
        await ctx.tick()
        ctx.set(around.dut.next_step, 0)
        assert await around.read(ctx, "registers", NAMES.index("step")) == [1]
        ctx.set(around.dut.clear.en, 1)
        await ctx.tick()
        ctx.set(around.dut.clear.en, 0)
        assert ctx.get(values.step) == 0
        ctx.set(around.dut.rewards.reward, -3)
        assert await around.read(ctx, "registers", NAMES.index("reward")) == [0xFFFFFFFD]

    around.run(bench)


def test_counters_of_the_parts_are_read(around, rng):
    async def bench(ctx):
        totals = dict.fromkeys(COUNTERS, 0)
        for _ in range(20):
            for name in COUNTERS:
                rise = rng.choice([0, 1, 65535])
                ctx.set(getattr(around.dut.counts, name), rise)
                totals[name] += rise
            await ctx.tick()
        for name in COUNTERS:
            ctx.set(getattr(around.dut.counts, name), 0)
        assert await around.read(ctx, "counters", 0, len(COUNTERS)) == list(totals.values())

    around.run(bench)


def test_a_run_takes_inputs_and_reports_before_it_is_done(around, rng, bus):
    dut = around.dut
    rows = [{"row": rng.randrange(4), "bits": rng.randrange(1, 4)} for _ in range(3)]

    async def sequencer(ctx):
        """A run, of which one step is reported."""
        while not ctx.get(dut.run.advance):
            await ctx.tick()
        assert ctx.get(dut.run.n_steps) == 7
        assert around.inputs == [(0, 1), (1, 2)]
        await ctx.tick()
        ctx.set(dut.run.running, 1)
        await bus.put_all(ctx, dut.steps, [55], rng, 0.3)
        await bus.put_all(ctx, dut.spikes, rows, rng, 0.3)
        assert ctx.get(dut.busy)
        ctx.set(dut.run.running, 0)

    async def bench(ctx):
        await around.send(ctx, Command.WRITE, 0, NAMES.index("input_rows"), 2)
        await around.send(ctx, Command.SPIKE_ROWS, 0, 0, 1, 2)
        await around.send(ctx, Command.ADVANCE, 0, 7)
        expected = [head(Response.STEP, 0, 1), 55]
        for row in rows:
            expected += [head(Response.SPIKES, 0, 2), row["row"], row["bits"]]
        expected += [head(Response.DONE, 0, 1), 0]
        assert await around.take(ctx, len(expected)) == expected

    around.run(bench, sequencer)


def test_a_refused_packet_shows_for_a_cycle(around):
    async def bench(ctx):
        await around.send(ctx, Command.WRITE, MEMORIES["counters"].number, 0, 1)
        expected = [head(Response.ERROR, ErrorCode.READ_ONLY.value, 1)]
        expected.append(head(Command.WRITE, MEMORIES["counters"].number, 2))
        assert await around.take(ctx, 2) == expected
        assert around.refused == 1
        assert not around.stored

    around.run(bench)


def test_an_answer_that_waits_keeps_the_core_busy(around):
    async def bench(ctx):
        await around.send(ctx, Command.ECHO, 9)
        await ctx.tick().repeat(20)
        assert ctx.get(around.dut.o.valid)
        assert ctx.get(around.dut.busy)
        assert await around.take(ctx, 1) == [head(Response.ECHO, 9, 0)]

    around.run(bench)


def test_a_core_without_counters_has_none(small, rng, bus):
    around = Around(small(counters=False), rng, bus)

    async def bench(ctx):
        await around.send(ctx, Command.READ, MEMORIES["counters"].number, 0, 1)
        error = head(Response.ERROR, ErrorCode.UNKNOWN_MEMORY.value, 1)
        assert (await around.take(ctx, 2))[0] == error

    around.run(bench)
