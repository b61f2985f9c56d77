"""The host's protocol as arrays: packets to a core, and the meaning of its answers.

Pure functions on streams of 32-bit words (uint32); :mod:`backspike.hdl.host_map` defines them.
Words of two beats travel low beat first.
"""

from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from backspike.golden.engine import Record
from backspike.golden.names import find_memory
from backspike.hdl.host_map import (
    MEMORIES,
    REGISTERS,
    Command,
    ErrorCode,
    Response,
    header,
)
from backspike.hdl.params import CoreParams
from backspike.sim.engines.packets_kernels import scan

__all__ = [
    "MAX_LENGTH",
    "Packets",
    "ProtocolError",
    "advance",
    "clear",
    "echo",
    "join_beats",
    "packet",
    "parse",
    "read",
    "split_beats",
    "write",
    "write_registers",
]

#: Longest payload of a packet, in 32-bit words.
MAX_LENGTH = 0xFFFF

_NAMES = {memory.number: name for name, memory in MEMORIES.items()}
#: Tells of each byte if it is an operation that a core answers with.
_ANSWERS = np.isin(np.arange(256), [member.value for member in Response])


class ProtocolError(RuntimeError):
    """The core refused a packet, or its answer makes no sense."""


def packet(operation: Command | Response, argument: int = 0, payload: object = ()) -> np.ndarray:
    """One packet.

    Raises
    ------
    ValueError
        If the payload is longer than a packet can be.
    """
    body = np.asarray(payload, np.uint32).reshape(-1)
    if body.size > MAX_LENGTH:
        raise ValueError(f"payload must have at most {MAX_LENGTH} words, not {body.size}")
    head = np.array([header(operation, argument, body.size)], np.uint32)
    return np.concatenate([head, body])


def echo(words: object) -> np.ndarray:
    """Ask for the same words back."""
    return packet(Command.ECHO, 0, words)


def clear() -> np.ndarray:
    """Zero all dynamic state."""
    return packet(Command.CLEAR)


def advance(steps: int) -> np.ndarray:
    """Run time steps."""
    return packet(Command.ADVANCE, 0, [steps])


def split_beats(words: np.ndarray, beats: int) -> np.ndarray:
    """Host words, uint64, as the 32-bit beats of the stream."""
    words = np.asarray(words, np.uint64)
    if beats == 1:
        return words.astype(np.uint32)
    return (
        np
        .stack([words & np.uint64(0xFFFFFFFF), words >> np.uint64(32)], 1)
        .astype(np.uint32)
        .reshape(-1)
    )


def join_beats(stream: np.ndarray, beats: int) -> np.ndarray:
    """32-bit beats of the stream as host words, uint64."""
    if beats == 1:
        return stream.astype(np.uint64)
    pairs = stream.astype(np.uint64).reshape(-1, 2)
    return pairs[:, 0] | pairs[:, 1] << np.uint64(32)


def write(params: CoreParams, memory: str, words: np.ndarray, first: int = 0) -> np.ndarray:
    """Write host words, uint64, to consecutive addresses, in as many packets as it takes."""
    _check_span(params, memory, first, len(words))
    beats = MEMORIES[memory].beats(params)
    most = (MAX_LENGTH - 1) // beats
    number = MEMORIES[memory].number
    parts = [
        packet(
            Command.WRITE,
            number,
            np.concatenate([[first + at], split_beats(words[at : at + most], beats)]),
        )
        for at in range(0, len(words), most)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def write_registers(params: CoreParams, values: dict[str, int]) -> np.ndarray:
    """Write registers by name in ``host_map.REGISTERS``; signed ones may be negative.

    Those that follow each other there go in one packet.
    """
    names = list(REGISTERS)
    words = {names.index(name): value & 0xFFFFFFFF for name, value in values.items()}
    firsts = [number for number in sorted(words) if number - 1 not in words]
    parts = []
    for first in firsts:
        run = list(takewhile(words.__contains__, range(first, len(names))))
        values_of_run = np.array([words[number] for number in run], np.uint64)
        parts.append(write(params, "registers", values_of_run, first))
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def read(params: CoreParams, memory: str, first: int = 0, count: int | None = None) -> np.ndarray:
    """Read ``count`` host words (all to the end without it), in as many packets as it takes."""
    if count is None:
        count = find_memory(params, memory).depth(params) - first
    _check_span(params, memory, first, count)
    most = MAX_LENGTH // MEMORIES[memory].beats(params)
    number = MEMORIES[memory].number
    parts = [
        packet(Command.READ, number, [first + at, min(most, count - at)])
        for at in range(0, count, most)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint32)


def _check_span(params: CoreParams, memory: str, first: int, count: int) -> None:
    """Raise unless ``memory`` exists and has ``count`` words from ``first`` on."""
    depth = find_memory(params, memory).depth(params)
    if first < 0 or first + count > depth:
        raise ValueError(
            f"address must be between 0 and {depth - 1} in memory {memory!r}, "
            f"not {first if first < 0 else first + count - 1}"
        )


@dataclass(frozen=True)
class Packets:
    """A stream of answers, cut into packets.

    Attributes
    ----------
    words : numpy.ndarray
        The stream, uint32.
    starts : numpy.ndarray
        Where the payload of each packet starts in it, int64, shape (packets,).
    operations, arguments, lengths : numpy.ndarray
        Header of each packet, int64, shape (packets,).
    """

    words: np.ndarray
    starts: np.ndarray
    operations: np.ndarray
    arguments: np.ndarray
    lengths: np.ndarray

    def of(self, operation: Response) -> np.ndarray:
        """Indices of the packets of one kind."""
        return np.flatnonzero(self.operations == operation.value)

    def payload(self, index: int) -> np.ndarray:
        """Payload of one packet."""
        return self.words[self.starts[index] : self.starts[index] + self.lengths[index]]

    def check(self) -> "Packets":
        """Raise ``ProtocolError`` if the core refused a packet.

        Raises
        ------
        ProtocolError
            Names the error, the command and its argument, as the core reports them.
        """
        refused = self.of(Response.ERROR)
        if refused.size:
            index = int(refused[0])
            raise ProtocolError(_explain(int(self.arguments[index]), int(self.payload(index)[0])))
        return self

    def data(self, params: CoreParams, memory: str) -> np.ndarray:
        """Host words of all answers to reads of one memory, uint64."""
        number = MEMORIES[memory].number
        indices = [int(i) for i in self.of(Response.DATA) if self.arguments[i] == number]
        parts = [self.payload(i) for i in indices]
        stream = np.concatenate(parts) if parts else np.zeros(0, np.uint32)
        return join_beats(stream, MEMORIES[memory].beats(params))

    def record(self, params: CoreParams, first_step: int = 0) -> Record:
        """Spikes that ADVANCE reported, their steps counted from ``first_step``.

        Raises
        ------
        ProtocolError
            If spikes come before any step.
        """
        rows = self.of(Response.SPIKES)
        steps = self.of(Response.STEP)
        which = np.searchsorted(steps, rows) - 1
        if which.size and which[0] < 0:
            raise ProtocolError("the core reported spikes before it named a step")
        at = self.starts[rows]
        numbers = self.words[at].astype(np.int64)
        bits = self.words[at + 1][:, None] >> np.arange(params.lanes, dtype=np.uint32) & 1
        spike, lane = np.nonzero(bits)
        step = self.words[self.starts[steps]].astype(np.int64)[which]
        return Record(
            ((step - first_step) & 0xFFFFFFFF)[spike], numbers[spike] * params.lanes + lane
        )


def parse(words: np.ndarray) -> Packets:
    """Cut a stream of answers into packets.

    Raises
    ------
    ProtocolError
        If the stream holds something else than whole answers.
    """
    words = np.ascontiguousarray(words, np.uint32)
    starts, end = scan(words)
    if end != words.size:
        raise ProtocolError(f"the core's answer ends within a packet ({words.size} words)")
    heads = words[starts - 1].astype(np.int64)
    operations = heads >> 24
    known = _ANSWERS[operations]
    if not known.all():
        bad = int(np.argmin(known))
        raise ProtocolError(
            f"the core answered with an unknown header {int(heads[bad]):#010x} "
            f"at word {int(starts[bad]) - 1}"
        )
    return Packets(words, starts, operations, heads >> 16 & 0xFF, heads & 0xFFFF)


def _explain(code: int, refused: int) -> str:
    """Sentence that an ERROR packet stands for."""
    codes = {member.value: member.name for member in ErrorCode}
    commands = {member.value: member.name for member in Command}
    operation, argument, length = refused >> 24, refused >> 16 & 0xFF, refused & 0xFFFF
    command = commands.get(operation, f"{operation:#04x}")
    memory = ""
    if command in ("WRITE", "READ"):
        memory = f" of memory {argument} ({_NAMES.get(argument, 'no such memory')})"
    elif argument:
        memory = f" with argument {argument}"
    return (
        f"the core refused {command}{memory}, {length} words of payload: "
        f"{codes.get(code, f'error {code}')}"
    )
