"""Requests done: what reaches memories, inputs and the sequencer, and what is read."""

import pytest

from backspike.hdl.host.command_executor import CommandExecutor
from backspike.hdl.host.router import read_latency
from backspike.hdl.host_map import Command
from backspike.sim.engines.simulate import simulate


class Requests:
    """The packet reader's side: an address that counts, and words with the last one marked."""

    def __init__(self, dut, rng):
        self.dut, self.rng = dut, rng

    async def do(self, ctx, command, *, words=(), address=0, count=0, two_beats=0, during=None):
        """Do a request; calls ``during`` in every cycle. Returns how it ended."""
        request, words = self.dut.request, list(words)
        await ctx.tick().repeat(3)  # a header comes before
        ctx.set(request.head.operation, command.value)
        ctx.set(request.two_beats, two_beats)
        ctx.set(request.start, 1)
        await ctx.tick()
        ctx.set(request.start, 0)
        offers = False
        for _ in range(1000):
            ctx.set(request.address, address)
            ctx.set(request.count, count)
            ctx.set(request.last, len(words) == 1)
            offers = bool(words) and (offers or self.rng.random() < 0.7)
            ctx.set(self.dut.i.valid, offers)
            ctx.set(self.dut.i.p, words[0] if words else 0)
            if during is not None:
                during(ctx)
            taken = ctx.get(self.dut.i.valid & self.dut.i.ready)
            moved = ctx.get(self.dut.next)
            ends = [name for name in ("done", "refuse", "ran") if ctx.get(getattr(self.dut, name))]
            await ctx.tick()
            words, offers = words[taken:], offers and not taken
            address, count = address + moved, count - moved
            if ends:
                ctx.set(self.dut.i.valid, 0)
                return ends
        raise AssertionError("the request does not end")


CORES = {
    "fast": {},
    "compact": {"compact": True},
    "halves": {"compact": True, "single_port": True},
}


@pytest.mark.parametrize("core", CORES.values(), ids=CORES)
@pytest.mark.parametrize("two_beats", [0, 1])
def test_words_are_written_and_read(core, two_beats, rng, small):
    dut = CommandExecutor(p := small(**core))
    stored, got, coming = {}, [], [None] * read_latency(p)

    def memory(ctx):
        """Answers no earlier than it must, and takes what is passed on."""
        if (answer := coming.pop(0)) is not None:
            ctx.set(dut.port.r_data, answer)
        reads = ctx.get(dut.port.en) and not ctx.get(dut.port.write)
        coming.append(stored[ctx.get(dut.port.address)] if reads else None)
        if ctx.get(dut.port.en) and ctx.get(dut.port.write):
            stored[ctx.get(dut.port.address)] = ctx.get(dut.port.w_data)
        ctx.set(dut.o.ready, rng.random() < 0.6)
        if ctx.get(dut.o.valid & dut.o.ready):
            got.append(ctx.get(dut.o.p))

    async def bench(ctx):
        requests = Requests(dut, rng)
        beats = [rng.randrange(1 << 32) for _ in range(5 << two_beats)]
        ends = await requests.do(
            ctx, Command.WRITE, words=beats, address=7, two_beats=two_beats, during=memory
        )
        assert ends == ["done"]
        step = 1 + two_beats
        words = [beats[n : n + step] for n in range(0, len(beats), step)]
        expected = {7 + n: sum(b << 32 * k for k, b in enumerate(w)) for n, w in enumerate(words)}
        assert stored == expected
        ctx.set(dut.opened, 1)
        ends = await requests.do(
            ctx, Command.READ, address=7, count=5, two_beats=two_beats, during=memory
        )
        assert ends == ["done"]
        assert got == beats

    simulate(dut, bench)


@pytest.mark.parametrize("core", CORES.values(), ids=CORES)
def test_a_word_takes_its_latency_and_a_cycle_per_beat(core, rng, small):
    dut = CommandExecutor(p := small(**core))
    cycles = []

    async def bench(ctx):
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.opened, 1)
        await Requests(dut, rng).do(
            ctx, Command.READ, count=3, two_beats=1, during=lambda ctx: cycles.append(1)
        )

    simulate(dut, bench)
    assert len(cycles) == 3 * (p.halves_tables + read_latency(p) + 2) + 1


@pytest.mark.parametrize("command", [Command.WRITE, Command.READ])
@pytest.mark.parametrize("two_beats", [0, 1])
def test_an_access_stays_for_two_cycles_where_tables_are_halved(command, two_beats, rng, small):
    dut = CommandExecutor(small(**CORES["halves"]))
    accesses = []

    def during(ctx):
        ctx.set(dut.o.ready, rng.random() < 0.6)
        data = ctx.get(dut.port.w_data) if ctx.get(dut.port.write) else None
        accesses.append((ctx.get(dut.port.address), data) if ctx.get(dut.port.en) else None)

    async def bench(ctx):
        ctx.set(dut.opened, 1)
        await Requests(dut, rng).do(
            ctx,
            command,
            words=range(5 << two_beats) if command == Command.WRITE else (),
            count=5,
            two_beats=two_beats,
            during=during,
        )

    simulate(dut, bench)
    made = [access for access in accesses if access]
    assert made[::2] == made[1::2]
    assert [address for address, _ in made[::2]] == list(range(5))
    firsts = [n for n, access in enumerate(accesses) if access][::2]
    assert all(accesses[n] == accesses[n + 1] for n in firsts)


def test_nothing_is_read_before_the_header_is_out(rng, small):
    dut = CommandExecutor(small())
    waits = iter([0] * 4 + [1] * 100)
    reads = []

    def during(ctx):
        ctx.set(dut.opened, next(waits))
        ctx.set(dut.o.ready, 1)
        reads.append(ctx.get(dut.port.en))

    async def bench(ctx):
        await Requests(dut, rng).do(ctx, Command.READ, count=1, during=during)

    simulate(dut, bench)
    assert reads.index(1) == 4


@pytest.mark.parametrize("lanes", [1, 4])
def test_spikes_of_axons_and_of_rows(lanes, rng, bus, small):
    dut = CommandExecutor(small(lanes, input_rows=4))
    taken = []

    def during(ctx):
        ctx.set(dut.inputs.ready, rng.random() < 0.5)
        if ctx.get(dut.inputs.valid & dut.inputs.ready):
            spikes = bus.plain(ctx.get(dut.inputs.p))
            taken.append((spikes["row"], spikes["bits"]))

    async def bench(ctx):
        ctx.set(dut.input_rows, 3)
        requests = Requests(dut, rng)
        axons = [rng.randrange(3 * lanes) for _ in range(6)]
        assert await requests.do(ctx, Command.SPIKE, words=axons, during=during) == ["done"]
        assert taken == [(axon // lanes, 1 << axon % lanes) for axon in axons]
        taken.clear()
        words = [axons[0], 3 * lanes, axons[1]]
        assert await requests.do(ctx, Command.SPIKE, words=words, during=during) == ["refuse"]
        assert taken == [(axons[0] // lanes, 1 << axons[0] % lanes)]
        taken.clear()
        rows = [rng.randrange(1 << lanes) for _ in range(3)]
        ends = await requests.do(ctx, Command.SPIKE_ROWS, words=rows, address=1, during=during)
        assert ends == ["done"]
        assert taken == list(enumerate(rows, 1))

    simulate(dut, bench)


@pytest.mark.parametrize("command", [Command.ADVANCE, Command.CLEAR])
def test_a_run_ends_when_the_sequencer_does(command, rng, small):
    dut = CommandExecutor(small())
    begun, cycles = [], []

    def during(ctx):
        if ctx.get(dut.run.advance):
            begun.append(ctx.get(dut.run.n_steps))
        if ctx.get(dut.run.clear):
            begun.append("clear")
        ctx.set(dut.run.running, 0 < len(cycles) < 6)
        if begun:
            cycles.append(1)

    async def bench(ctx):
        words = [77] if command is Command.ADVANCE else []
        assert await Requests(dut, rng).do(ctx, command, words=words, during=during) == ["ran"]

    simulate(dut, bench)
    assert begun == [77 if command is Command.ADVANCE else "clear"]
    assert len(cycles) == 7
