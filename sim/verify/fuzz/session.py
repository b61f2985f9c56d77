"""One core under random words: every answer, and the whole memory image after each exchange."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.core.golden_host import GoldenHost, cut_packets
from backspike.hdl.host_map import COUNTERS, MEMORIES, Command, Response
from backspike.hdl.params import CoreParams
from backspike.sim.engines import packets
from backspike.sim.engines.link_engine import LinkEngine, Transport
from backspike.sim.verify.fuzz.traffic import Traffic
from backspike.sim.verify.random_program import random_program
from backspike.sim.verify.scoreboard import explain_word

__all__ = ["Fault", "Session", "Tally"]

#: Memories that the core changes by itself, beside those that are dynamic.
_LEARNED = ("dense", "sparse", "tags", "delays", "random", "noise")
_CYCLES = sum(name.startswith("cycles_") for name in COUNTERS)
_COUNTERS = MEMORIES["counters"].number


class Fault(Exception):
    """A core that does something else than the host map says."""


class Tally(NamedTuple):
    """Work of a session.

    Attributes
    ----------
    packets, words : int
        Sent, beside those that read the memories.
    refused : int
        Packets answered by ERROR.
    images : int
        Comparisons of all memories.
    untold : int
        Runs of steps with words that no golden core holds: they ended, and changed no program.
    """

    packets: int
    words: int
    refused: int
    images: int
    untold: int


class Session:
    """A core, behind a transport, and its golden host.

    Parameters
    ----------
    params : CoreParams
        The core.
    transport : Transport
        The way to the RTL.
    seed : int
        Repeats it.
    """

    def __init__(self, params: CoreParams, transport: Transport, seed: int) -> None:
        self.params = params
        self._rng = np.random.default_rng(seed)
        self._programs = [random_program(self._rng, params) for _ in range(3)]
        self._traffic = Traffic(self._rng, self._programs)
        self._rtl = transport
        self._golden = GoldenHost(GoldenCore(params))
        self._packets = self._words = self._refused = self._images = self._untold = 0
        transport.reset()
        for way in (transport, self._golden):
            engine = LinkEngine(params, way)
            engine.load(self._programs[0])
            for name, memory in MEMORIES.items():
                if memory.seeds and memory.exists(params):
                    engine.write(name, memory.seeds(params, seed))

    def run(self, exchanges: int) -> Tally:
        """Exchange words so often.

        Raises
        ------
        Fault
            At the first difference; it says where.
        HangError
            If the core does not answer any more.
        """
        self._compare(self._image())
        for number in range(exchanges):
            words = self._traffic.words()
            try:
                self._exchange(words)
                self._compare(np.concatenate([self._image(), packets.echo([number])]))
            except Fault as fault:
                raise Fault(f"exchange {number}: {fault}") from None
        return Tally(self._packets, self._words, self._refused, self._images, self._untold)

    def _exchange(self, words: np.ndarray) -> None:
        """Send words; steps that nobody can tell in advance, apart."""
        self._packets += sum(1 for _ in cut_packets(words))
        self._words += len(words)
        for part in self._parts(words):
            if self._is_untold(part):
                self._run_untold(part)
            else:
                self._compare(part)

    def _parts(self, words: np.ndarray) -> Iterator[np.ndarray]:
        """The words up to steps that nobody can tell in advance, those steps, the others."""
        begin = at = 0
        for head, payload in cut_packets(words):
            end = at + 1 + len(payload)
            if head >> 24 == Command.ADVANCE.value:
                if at > begin:
                    yield words[begin:at]
                yield words[at:end]
                begin = end
            at = end
        if at > begin:
            yield words[begin:]

    def _is_untold(self, words: np.ndarray) -> bool:
        return bool(
            not self._golden.knows_steps
            and words[0] >> 24 == Command.ADVANCE.value
            and words[0] & 0xFFFF == 1
            and words[1]
        )

    def _compare(self, words: np.ndarray) -> None:
        """Send words to both; the answers must be the same, but for cycles."""
        got = self._rtl.exchange(words).tolist()
        for head, payload in cut_packets(words):
            expected = self._golden.exchange(np.array([head, *payload], np.uint32)).tolist()
            answer, got = got[: len(expected)], got[len(expected) :]
            if expected and expected[0] >> 24 == Response.ERROR.value:
                self._refused += 1
            if _told(head, payload, answer) != _told(head, payload, expected):
                raise Fault(self._difference([head, *payload], expected, answer))
        if got:
            raise Fault(f"{_shown(got)} after the last answer")

    def _difference(self, question: list[int], expected: list[int], answer: list[int]) -> str:
        """The first word of a memory that differs, or all words of an answer."""
        if question[0] >> 24 == Command.READ.value and answer[:1] == expected[:1]:
            name = next(n for n, m in MEMORIES.items() if m.number == question[0] >> 16 & 0xFF)
            beats = MEMORIES[name].beats(self.params)
            told = [_told(question[0], question[1:], words)[1:] for words in (expected, answer)]
            both = [packets.join_beats(np.array(words), beats) for words in told]
            at = int(np.argmax(both[0] != both[1]))
            place = question[1] + question[2] - len(both[0]) + at
            return explain_word(self.params, name, place, both[0][at], both[1][at])
        return f"{_shown(question)} must be answered by {_shown(expected)}, not {_shown(answer)}"

    def _image(self) -> np.ndarray:
        """Packets that read all memories."""
        self._images += 1
        return np.concatenate([
            packets.read(self.params, name)
            for name, memory in MEMORIES.items()
            if memory.exists(self.params)
        ])

    def _run_untold(self, words: np.ndarray) -> None:
        """Run steps with words out of range: they must end, and change nothing but state."""
        self._untold += 1
        step = self._golden.register("step")
        answer = packets.parse(self._rtl.exchange(words))
        done = answer.payload(int(answer.of(Response.DONE)[-1])).tolist()
        if done != [(step + int(words[1])) & 0xFFFFFFFF]:
            raise Fault(f"{words[1]} steps from {step} on must not end at {done}")
        self._repair()

    def _repair(self) -> None:
        """Clear both, put a program's words in the place of those out of range, and let the golden
        core go on from the weights that the RTL has."""
        self._compare(packets.clear())
        rtl = LinkEngine(self.params, self._rtl)
        for name in _LEARNED:
            if MEMORIES[name].exists(self.params):
                beats = MEMORIES[name].beats(self.params)
                words = packets.split_beats(rtl.read(name), beats)
                body = np.concatenate([np.zeros(1, np.uint32), words])
                number = MEMORIES[name].number
                self._golden.exchange(packets.packet(Command.WRITE, number, body))
        self._level_counters(rtl)
        self._compare(self._image())
        first = self._programs[0]
        for name, address in list(self._golden.aside):
            words = first.memories[name][address : address + 1]
            self._compare(packets.write(self.params, name, words, address))
        for name in ("axons", "lists", "rows"):
            self._compare(packets.write(self.params, name, first.memories[name]))
        self._compare(packets.write_registers(self.params, {"rows": first.registers["rows"]}))

    def _level_counters(self, rtl: LinkEngine) -> None:
        """Give the golden core the counters of the RTL."""
        if self.params.counters:
            for name, count in zip(COUNTERS, rtl.read("counters").tolist(), strict=True):
                self._golden.core.set_counter(name, count)


def _told(head: int, payload: list[int], answer: list[int]) -> list[int]:
    """The words of an answer that can be told in advance: no counters of cycles."""
    is_read = head >> 16 == Command.READ.value << 8 | _COUNTERS
    if not is_read or len(answer) < 2 or answer[0] >> 24 != Response.DATA.value:
        return answer
    cycles = max(0, _CYCLES - payload[0])
    return [*answer[:1], *answer[1 + 2 * cycles :]]


def _shown(words: list[int]) -> str:
    """Some words, in hexadecimal."""
    more = f" and {len(words) - 12} more" if len(words) > 12 else ""
    return " ".join(f"{word:08x}" for word in words[:12]) + more if words else "nothing"
