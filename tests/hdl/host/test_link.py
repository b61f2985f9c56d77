"""The board's end of the host link against the host's framing, with a core that echoes."""

import numpy as np
import pytest

from backspike.fpga.framing import Deframer, question
from backspike.hdl.host.frame_receiver import BYTE_CYCLES
from backspike.hdl.host.frames import FLAG, RING_WORDS, FrameKind
from backspike.hdl.host.link import HostLink
from backspike.sim.engines.simulate import simulate

LIMIT = 200_000
NONE = np.zeros(0, np.uint32)


def drive(ctx, signal, before, value):
    """Set a signal where it changes: each time, the simulator looks at the whole design."""
    if value != before:
        ctx.set(signal, value)
    return value


class Bench:
    """Host and core at the two ends of a link."""

    def __init__(self, rng):
        self.dut, self.rng = HostLink(), rng
        self.to_core, self.from_core = [], []  # words that the core took, and those it offers
        self.core_takes, self.finished, self.resets, self.events = True, False, 0, []
        self._deframer, self._answers = Deframer(), []

    def run(self, host):
        async def bench(ctx):
            await host(ctx)
            self.finished = True

        simulate(self.dut, bench, self._core, self._line, limit_cycles=LIMIT)

    async def _core(self, ctx):
        dut, takes, offered = self.dut, None, None
        ticks = aiter(
            ctx.tick().sample(
                dut.o.valid, dut.o.p, dut.i.ready, dut.reset, dut.arrived, dut.damaged
            )
        )
        while not self.finished:
            takes = drive(ctx, dut.o.ready, takes, self.core_takes and self.rng.random() < 0.7)
            word = self.from_core[0] if self.from_core else None
            drive(ctx, dut.i.valid, offered is not None, word is not None)
            offered = drive(ctx, dut.i.p, offered, word) if word is not None else None
            _, _, valid, payload, ready, reset, arrived, damaged = await anext(ticks)
            if valid and takes:
                self.to_core.append(payload)
            if ready and offered is not None:
                del self.from_core[0]
            self.resets += reset
            self.events += ["arrived"] * arrived + ["damaged"] * damaged

    async def _line(self, ctx):
        line, ready = self.dut.line, None
        ticks = aiter(ctx.tick().sample(line.valid, line.p))
        while not self.finished:
            ready = drive(ctx, line.ready, ready, self.rng.random() < 0.5)
            _, _, valid, byte = await anext(ticks)
            if valid and ready:
                self._answers += self._deframer.feed(bytes([byte]))

    async def send(self, ctx, frame):
        for byte in frame:
            ctx.set(self.dut.valid, 1)
            ctx.set(self.dut.byte, byte)
            await ctx.tick()
            ctx.set(self.dut.valid, 0)
            await ctx.tick().repeat(BYTE_CYCLES)

    async def ask(self, ctx, position, awaited, words=(), *, kind=FrameKind.DATA, tag=0, limit=100):
        """Send a frame; returns the answer to it."""
        payload = np.array(words, np.uint32)
        await self.send(ctx, question(kind, tag, limit, position, awaited, payload))
        ticks = aiter(ctx.tick())
        while not self._answers:
            await anext(ticks)
        (answer,) = self._answers
        self._answers.clear()
        return answer


@pytest.fixture
def bench(rng):
    return Bench(rng)


def words(rng, count):
    return [rng.randrange(1 << 32) for _ in range(count)]


def test_words_arrive_once_and_in_order(bench, rng):
    sent, offered = words(rng, 60), words(rng, 60)
    bench.from_core = list(offered)

    async def host(ctx):
        position, got = 0, []
        while position < len(sent) or len(got) < len(offered):
            some = sent[position : position + rng.randrange(12)]
            repeats = rng.random() < 0.3
            for _ in range(1 + repeats):
                answer = await bench.ask(ctx, position, len(got), some, tag=position % 256)
            assert answer.tag == position % 256
            assert answer.position == len(got)
            assert answer.awaited == position + len(some)
            position += len(some)
            if rng.random() < 0.7:  # or it was lost, and comes again
                got += answer.payload.tolist()
        assert got == offered
        await ctx.tick().repeat(100)
        assert bench.to_core == sent

    bench.run(host)


def test_a_damaged_frame_is_counted_and_changes_nothing(bench, rng):
    sent = words(rng, 5)

    async def host(ctx):
        frame = bytearray(question(FrameKind.DATA, 1, 100, 0, 0, np.array(sent, np.uint32)))
        frame[9] ^= 1 if frame[9] ^ 1 not in (FLAG, FLAG - 1) else 4
        await bench.send(ctx, frame)
        await ctx.tick().repeat(100)
        assert bench.events == ["damaged"]
        assert bench.to_core == []
        answer = await bench.ask(ctx, 0, 0, sent)
        assert (answer.damaged, answer.awaited) == (1, 5)
        await ctx.tick().repeat(100)
        assert bench.to_core == sent

    bench.run(host)


def test_words_out_of_turn_are_passed_over(bench, rng):
    async def host(ctx):
        answer = await bench.ask(ctx, 3, 0, words(rng, 4))  # three words before them were lost
        assert answer.awaited == 0
        assert bench.to_core == []

    bench.run(host)


def test_an_answer_has_no_more_words_than_it_may(bench, rng):
    bench.from_core = offered = words(rng, 9)

    async def host(ctx):
        await ctx.tick().repeat(20)
        answer = await bench.ask(ctx, 0, 0, limit=4)
        assert answer.payload.tolist() == offered_before[:4]
        assert not answer.idle
        answer = await bench.ask(ctx, 0, 4)
        assert answer.payload.tolist() == offered_before[4:]
        assert answer.idle

    offered_before = list(offered)
    bench.run(host)


def test_a_core_that_takes_nothing_stops_the_host_and_no_word_is_lost(bench, rng):
    sent = words(rng, RING_WORDS + 100)
    bench.core_takes = False

    async def host(ctx):
        position = 0
        while position < len(sent):
            answer = await bench.ask(ctx, position, 0, sent[position : position + 120])
            if answer.awaited == position:
                bench.core_takes = True
            assert answer.awaited in (position, min(len(sent), position + 120))
            position = answer.awaited
        while len(bench.to_core) < len(sent):
            await ctx.tick()
        assert bench.to_core == sent

    bench.run(host)


def test_a_reset_numbers_words_from_0(bench, rng):
    async def host(ctx):
        await bench.ask(ctx, 0, 0, words(rng, 7))
        assert bench.resets == 0
        answer = await bench.ask(ctx, 99, 99, kind=FrameKind.RESET)
        assert bench.resets == 1
        assert (answer.kind, answer.position, answer.awaited) == (FrameKind.RESET, 0, 0)
        assert (await bench.ask(ctx, 0, 0, [1])).awaited == 1

    bench.run(host)


def test_a_core_with_something_to_do_is_not_idle(bench):
    async def host(ctx):
        ctx.set(bench.dut.core_busy, 1)
        assert not (await bench.ask(ctx, 0, 0)).idle
        ctx.set(bench.dut.core_busy, 0)
        assert (await bench.ask(ctx, 0, 0)).idle

    bench.run(host)
