"""The host's end of the framing of :mod:`backspike.hdl.host.frames`: frames to bytes, and back."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from backspike.hdl.host.frames import (
    ESCAPE,
    FLAG,
    HEAD_WORDS,
    TOGGLE,
    answer_layout,
    question_layout,
)

__all__ = ["Answer", "Deframer", "question"]

_FLAG, _ESCAPE = bytes([FLAG]), bytes([ESCAPE])


def question(
    kind: int, tag: int, limit: int, position: int, awaited: int, payload: np.ndarray
) -> bytes:
    """A frame of the host, as bytes for the line."""
    layout = question_layout()
    fields = {
        "kind": kind,
        "tag": tag,
        "limit": limit,
        "position": position & 0xFFFF,
        "awaited": awaited & 0xFFFF,
    }
    head = sum(value << layout[name].offset for name, value in fields.items())
    body = head.to_bytes(4 * HEAD_WORDS, "little") + payload.astype("<u4").tobytes()
    return frame(body)


def frame(body: bytes) -> bytes:
    """Any whole number of words, checked and framed."""
    checked = body + zlib.crc32(body).to_bytes(4, "little")
    for special in (_ESCAPE, _FLAG):
        checked = checked.replace(special, _ESCAPE + bytes([special[0] ^ TOGGLE]))
    return _FLAG + checked + _FLAG


@dataclass(frozen=True)
class Answer:
    """A frame of the board; see :func:`backspike.hdl.host.frames.answer_layout`."""

    kind: int
    tag: int
    idle: bool
    reserved: int
    damaged: int
    position: int
    awaited: int
    payload: np.ndarray


class Deframer:
    """Collects bytes of the board, and cuts them into answers; what is damaged is counted.

    A frame of the host that comes back, as from a port that echoes, is no answer: where an answer
    has zeros, it says how long the answer may be. It is counted, too.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self.damaged = self.echoed = 0

    def feed(self, received: bytes) -> Iterator[Answer]:
        """Take bytes; yields the undamaged answers that they complete."""
        self._pending += received
        *frames, self._pending = self._pending.split(_FLAG)
        for content in frames:
            if not content:
                continue
            if (answer := _decode(bytes(content))) is None:
                self.damaged += 1
            elif answer.reserved:
                self.echoed += 1
            else:
                yield answer


def _decode(content: bytes) -> Answer | None:
    """The answer between two flags; none if it is damaged."""
    first, *parts = content.split(_ESCAPE)
    if not all(parts):  # an escape of nothing, or of an escape
        return None
    body = first + b"".join(bytes([part[0] ^ TOGGLE]) + part[1:] for part in parts)
    words, rest = divmod(len(body), 4)
    if rest or words <= HEAD_WORDS or zlib.crc32(body[:-4]) != int.from_bytes(body[-4:], "little"):
        return None
    layout, head = answer_layout(), int.from_bytes(body[: 4 * HEAD_WORDS], "little")

    def field(name: str) -> int:
        where = layout[name]
        return head >> where.offset & (1 << where.width) - 1

    return Answer(
        kind=field("kind"),
        tag=field("tag"),
        idle=bool(field("idle")),
        reserved=field("reserved"),
        damaged=field("damaged"),
        position=field("position"),
        awaited=field("awaited"),
        payload=np.frombuffer(body[4 * HEAD_WORDS : -4], "<u4").astype(np.uint32),
    )
