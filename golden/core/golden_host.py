"""The golden core behind the host's packets: what a command may change, and what is answered."""

from collections.abc import Iterator

import numpy as np
from amaranth import Shape

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Record
from backspike.golden.errors import UserError
from backspike.golden.memory_words import check_words
from backspike.golden.word_limits import check_plastic, check_rows
from backspike.hdl.host_map import (
    MEMORIES,
    REGISTERS,
    Command,
    ErrorCode,
    Memory,
    Response,
    header,
)

__all__ = ["GoldenHost", "cut_packets"]

_BEAT = 32
_MOST = 0xFFFF  # words of a payload
_NAMES = {memory.number: name for name, memory in MEMORIES.items()}


class _Refused(Exception):
    """A packet that changes nothing more."""

    def __init__(self, code: ErrorCode) -> None:
        self.code = code


class GoldenHost:
    """Does with any words what the RTL does with them, and answers the same words.

    A word of a memory may have a value that a golden core cannot hold, such as a list beyond the
    memory. It is kept aside and can be read back; until it is overwritten, no step can be told in
    advance. Words that :func:`.check_rows` or :func:`.check_plastic`
    refuses have the same effect, and so have other rows in use than in the steps since the last
    CLEAR.

    Parameters
    ----------
    core : GoldenCore
        What the commands are for.

    Attributes
    ----------
    aside : dict of (str, int) to int
        Words that no golden core holds, by memory and address.
    """

    def __init__(self, core: GoldenCore) -> None:
        self.core = core
        self.aside: dict[tuple[str, int], int] = {}
        self._used: tuple[int, int] | None = None  # in the steps since all was cleared

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """Answers, uint32, to whole packets.

        Raises
        ------
        UserError
            If a step is to be done that cannot be told in advance.
        """
        answers: list[int] = []
        for head, payload in cut_packets(words):
            try:
                answers += self._do(head, payload)
            except _Refused as refused:
                answers += [header(Response.ERROR, refused.code.value, 1), head]
        return np.array(answers, np.uint32)

    @property
    def knows_steps(self) -> bool:
        """Tell if the words are such that a step can be told in advance."""
        core = self.core
        try:
            check_rows(core.params, core.read("rows"), *self._in_use)
            check_plastic(core.params, core.read("axons"), core.read("lists"))
        except UserError:
            return False
        return not self.aside and self._used in (None, self._in_use)

    @property
    def _in_use(self) -> tuple[int, int]:
        """Rows of compartments and of inputs in use."""
        return self.register("rows"), self.register("input_rows")

    def reset(self) -> None:
        """Begin to listen anew, as :meth:`.Transport.reset`."""

    def close(self) -> None:
        """Nothing to free."""

    def _do(self, head: int, payload: list[int]) -> list[int]:
        """Do one packet; returns its answer."""
        length = len(payload)
        match head >> 24:
            case Command.ECHO.value:
                return [header(Response.ECHO, head >> 16 & 0xFF, length), *payload]
            case Command.WRITE.value:
                self._write(self._memory(head, writes=True), payload)
                return []
            case Command.READ.value:
                return self._read(self._memory(head), payload)
            case Command.SPIKE.value:
                self._unless(length > 0)
                self._spike(payload)
                return []
            case Command.SPIKE_ROWS.value:
                self._unless(length > 1)
                self._spike_rows(payload[0], payload[1:])
                return []
            case Command.ADVANCE.value:
                self._unless(length == 1)
                return [*self._advance(payload[0]), *self._done()]
            case Command.CLEAR.value:
                self._unless(length == 0)
                self.core.clear()
                self._used = None
                return self._done()
        raise _Refused(ErrorCode.UNKNOWN_COMMAND)

    @staticmethod
    def _unless(right_length: bool) -> None:
        if not right_length:
            raise _Refused(ErrorCode.BAD_LENGTH)

    def _memory(self, head: int, *, writes: bool = False) -> str:
        """Name of the memory that a header has as its argument."""
        name = _NAMES.get(head >> 16 & 0xFF, "")
        if not name or not MEMORIES[name].exists(self.core.params):
            raise _Refused(ErrorCode.UNKNOWN_MEMORY)
        if writes and name == "counters":
            raise _Refused(ErrorCode.READ_ONLY)
        return name

    def _span(self, name: str, first: int, count: int) -> tuple[Memory, int]:
        """A memory and the beats of its words, if it has so many words from there on."""
        memory = MEMORIES[name]
        if first + count > memory.depth(self.core.params):
            raise _Refused(ErrorCode.OUT_OF_RANGE)
        return memory, memory.beats(self.core.params)

    def _read(self, name: str, payload: list[int]) -> list[int]:
        self._unless(len(payload) == 2)
        first, count = payload
        memory, beats = self._span(name, first, count)
        if count * beats > _MOST:
            raise _Refused(ErrorCode.OUT_OF_RANGE)
        words = self.core.read(name, first, count).tolist()
        words = [self.aside.get((name, first + n), word) for n, word in enumerate(words)]
        parts = [word >> _BEAT * beat & 0xFFFFFFFF for word in words for beat in range(beats)]
        return [header(Response.DATA, memory.number, len(parts)), *parts]

    def _write(self, name: str, payload: list[int]) -> None:
        beats = MEMORIES[name].beats(self.core.params)
        self._unless(len(payload) > beats and (len(payload) - 1) % beats == 0)
        first, *parts = payload
        self._span(name, first, len(parts) // beats)
        for number in range(len(parts) // beats):
            own = parts[number * beats : (number + 1) * beats]
            word = sum(part << _BEAT * beat for beat, part in enumerate(own))
            if name == "registers":
                self._write_register(first + number, word)
            else:
                self._write_word(name, first + number, word)

    def _write_word(self, name: str, address: int, word: int) -> None:
        """Write the bits that a word of the memory has."""
        p = self.core.params
        word &= (1 << Shape.cast(MEMORIES[name].layout(p)).width) - 1
        array = np.array([word], np.uint64)
        self.aside.pop((name, address), None)
        try:
            check_words(p, name, array, address)
        except UserError:
            self.aside[name, address] = word
        else:
            self.core.write(name, array, address)

    def _write_register(self, address: int, word: int) -> None:
        """Write the bits that a register stores, if it can be written and may have that value."""
        p = self.core.params
        name = list(REGISTERS)[address]
        register = REGISTERS[name]
        if not register.writable or not register.exists(p):
            return
        stored = register.stored(p)
        value = word & (1 << stored.width) - 1
        if stored.signed:
            value = register.value(value)
        if value <= register.limits(p)[1]:
            self.core.set_register(name, value)

    def register(self, name: str) -> int:
        """Value of a register, as a host word."""
        return int(self.core.read("registers", list(REGISTERS).index(name), 1)[0])

    def _spike(self, axons: list[int]) -> None:
        """Fire axons, up to the first that is not in use."""
        p = self.core.params
        for axon in axons:
            if axon // p.lanes >= self.register("input_rows"):
                raise _Refused(ErrorCode.OUT_OF_RANGE)
            self.core.fire([axon])

    def _spike_rows(self, first: int, rows: list[int]) -> None:
        if first + len(rows) > self.register("input_rows"):
            raise _Refused(ErrorCode.OUT_OF_RANGE)
        lanes = self.core.params.lanes
        for row, bits in enumerate(rows, first):
            self.core.fire(row * lanes + n for n in range(lanes) if bits >> n & 1)

    def _advance(self, steps: int) -> list[int]:
        """Run steps; returns what is reported of them."""
        if not steps:
            return []
        if not self.knows_steps:
            raise UserError("words must be ones that a core can hold")
        self._used = self._in_use
        first, reports = self.register("step"), self.register("report")
        record = self.core.run(steps, record=bool(reports))
        return self._reports(first, steps, record) if reports else []

    def _reports(self, first: int, steps: int, record: Record) -> list[int]:
        words: list[int] = []
        lanes = self.core.params.lanes
        for step in range(steps):
            words += [header(Response.STEP, 0, 1), first + step & 0xFFFFFFFF]
            fired = record.compartments[record.steps == step]
            for row in np.unique(fired // lanes).tolist():
                of_row = fired[fired // lanes == row] % lanes
                words += [header(Response.SPIKES, 0, 2), row, int(np.sum(1 << of_row))]
        return words

    def _done(self) -> list[int]:
        return [header(Response.DONE, 0, 1), self.register("step")]


def cut_packets(words: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """Header and payload of each packet.

    Raises
    ------
    ValueError
        If the last one is cut short.
    """
    stream = np.asarray(words, np.uint32).tolist()
    at = 0
    while at < len(stream):
        head = stream[at]
        end = at + 1 + (head & 0xFFFF)
        if end > len(stream):
            raise ValueError(f"the packet at word {at} must have {head & 0xFFFF} words of payload")
        yield head, stream[at + 1 : end]
        at = end
