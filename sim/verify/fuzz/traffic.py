"""Random words for a core's host link: valid packets, nearly valid ones, and noise."""

from collections.abc import Callable

import numpy as np
from amaranth import Shape

from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_host import cut_packets
from backspike.hdl.host_map import MEMORIES, REGISTERS, Command, header
from backspike.hdl.params import CoreParams
from backspike.sim.engines import packets

__all__ = ["Traffic"]

#: Steps of an ADVANCE are kept below this: a core would do as many as it is told to.
_STEPS = 4
_ADVANCE = header(Command.ADVANCE, 0, 1)
_WORD = 1 << 32


class Traffic:
    """A source of words, equal for equal ``rng``.

    Parameters
    ----------
    rng : numpy.random.Generator
    programs : list of Program
        Valid programs of one core; their words are among those that are written.
    """

    def __init__(self, rng: np.random.Generator, programs: list[Program]) -> None:
        self._rng, self._programs = rng, programs
        self._params: CoreParams = programs[0].params
        self._memories = [name for name in MEMORIES if MEMORIES[name].exists(self._params)]
        self._writable = [
            number
            for number, register in enumerate(REGISTERS.values())
            if register.writable and register.exists(self._params)
        ]
        self._kinds: tuple[tuple[float, Callable[[], np.ndarray]], ...] = (
            (0.25, self._write),
            (0.15, self._write_register),
            (0.10, self._read),
            (0.10, self._spikes),
            (0.15, self._advance),
            (0.03, packets.clear),
            (0.02, self._echo),
            (0.12, self._odd),
            (0.06, self._damaged),
            (0.02, self._noise),
        )

    def words(self) -> np.ndarray:
        """Some packets in a row, uint32; the last one is whole."""
        chances, makers = zip(*self._kinds, strict=True)
        chosen = self._rng.choice(len(makers), self._rng.integers(1, 12), p=chances)
        return _with_few_steps(np.concatenate([makers[kind]() for kind in chosen]))

    def _below(self, end: int) -> int:
        return int(self._rng.integers(end))

    def _place(self, name: str) -> tuple[int, int]:
        """Address and count of words of a memory, often at its end, at times beyond."""
        depth = MEMORIES[name].depth(self._params)
        count = min(1 + int(self._rng.geometric(0.5)), depth)
        first = int(self._rng.choice([0, self._below(depth), depth - count, depth - count + 1]))
        return first, count

    def _write(self) -> np.ndarray:
        """Words for a memory: those of a program, any, or some with one bit changed."""
        name = str(self._rng.choice(self._memories))
        first, count = self._place(name)
        layout = MEMORIES[name].layout(self._params)
        beats = MEMORIES[name].beats(self._params)
        words = self._some_words(name, first, count, Shape.cast(layout).width)
        body = [np.array([first], np.uint32), packets.split_beats(words, beats)]
        return packets.packet(Command.WRITE, MEMORIES[name].number, np.concatenate(body))

    def _some_words(self, name: str, first: int, count: int, width: int) -> np.ndarray:
        program = self._programs[self._below(len(self._programs))]
        known = program.memories.get(name, np.zeros(1, np.uint64))
        words = known[np.arange(first, first + count) % len(known)]
        kind = self._rng.random()
        if kind < 0.2:
            words = self._rng.choice(known, count)
        elif kind < 0.35:
            words = words ^ np.uint64(1 << self._below(width))
        elif kind < 0.5:
            words = self._rng.integers(0, 1 << width, count, np.uint64, endpoint=False)
        elif kind < 0.55:
            words = np.full(count, self._rng.choice([0, (1 << width) - 1]), np.uint64)
        return words

    def _write_register(self) -> np.ndarray:
        """A value for a register, mostly one that it can hold."""
        number = int(self._rng.choice(self._writable))
        low, high = list(REGISTERS.values())[number].limits(self._params)
        any_value = int(self._rng.integers(low, high + 1))
        value = int(self._rng.choice([low, high, high + 1, any_value]))
        if self._rng.random() < 0.05:
            value = self._below(_WORD)
        return packets.packet(Command.WRITE, 0, [number, value % _WORD])

    def _read(self) -> np.ndarray:
        name = str(self._rng.choice(self._memories))
        return packets.packet(Command.READ, MEMORIES[name].number, self._place(name))

    def _spikes(self) -> np.ndarray:
        p = self._params
        if self._rng.random() < 0.5:
            axons = self._rng.integers(0, p.input_axons + 2, self._rng.integers(1, 9))
            return packets.packet(Command.SPIKE, 0, axons)
        first, count = self._below(p.input_rows + 1), 1 + self._below(p.input_rows)
        rows = self._rng.integers(0, _WORD, count)
        return packets.packet(Command.SPIKE_ROWS, self._below(256), [first, *rows])

    def _advance(self) -> np.ndarray:
        return packets.advance(self._below(_STEPS))

    def _echo(self) -> np.ndarray:
        return packets.echo(self._rng.integers(0, _WORD, self._below(5)))

    def _odd(self) -> np.ndarray:
        """A packet of any operation, argument and length, with small numbers or any words."""
        operation = int(self._rng.choice([self._below(9), self._below(256)]))
        argument = int(self._rng.choice([0, self._below(len(MEMORIES)), self._below(256)]))
        length = int(self._rng.choice([self._below(4), self._below(9), self._below(200)]))
        body = self._rng.integers(0, self._rng.choice([4, 64, _WORD]), length)
        head = operation << 24 | argument << 16 | length
        return np.concatenate([[head], body]).astype(np.uint32)

    def _damaged(self) -> np.ndarray:
        """A valid packet with one bit changed, and made whole again."""
        maker = self._kinds[self._below(7)][1]
        words = maker().copy()
        words[self._below(len(words))] ^= np.uint32(1 << self._below(32))
        return self._made_whole(words)

    def _noise(self) -> np.ndarray:
        """Any words."""
        return self._made_whole(self._rng.integers(0, _WORD, 1 + self._below(20), np.uint32))

    def _made_whole(self, words: np.ndarray) -> np.ndarray:
        """The words, mostly in packets that are not long, and as many more as the last one has."""
        most = int(self._rng.choice([8, 64, 0xFFFF], p=[0.6, 0.38, 0.02]))
        at = 0
        while at < len(words):
            length = int(words[at]) & 0xFFFF
            if length > most:
                words[at] ^= length
                words[at] |= length % most
            at += 1 + (int(words[at]) & 0xFFFF)
        more = self._rng.integers(0, _WORD, at - len(words), np.uint32)
        return np.concatenate([words, more])


def _with_few_steps(words: np.ndarray) -> np.ndarray:
    """The words, but for the number of steps where a packet asks for many."""
    words, at = words.astype(np.uint32), 0
    for head, payload in cut_packets(words):
        if head & 0xFF00FFFF == _ADVANCE:
            words[at + 1] %= _STEPS
        at += 1 + len(payload)
    return words
