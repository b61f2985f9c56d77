"""The way to a core on a board: a transport over a serial port."""

import time
from collections.abc import Iterator

import numpy as np
import serial

from backspike.fpga.framing import Answer, Deframer, question
from backspike.golden.errors import UserError
from backspike.hdl.host.frames import MAX_PAYLOAD, RING_WORDS, FrameKind

__all__ = ["LinkError", "SerialTransport"]

#: Words of a frame: halved when frames are damaged, doubled again when none is.
_LEAST, _MOST = 4, MAX_PAYLOAD
#: Most frames of a round: all behind a damaged one are lost.
_FRAMES = 4
#: Empty frames behind a round on a line that damages frames: one answer of any of them will do.
_SPARE = 2
#: Seconds of silence to bear with from a slow board, such as an emulated one.
_SLOWEST = 2.0
_NOTHING = np.zeros(0, np.uint32)


class LinkError(UserError):
    """The board cannot be reached, or does not go on."""


class SerialTransport:
    """A :class:`backspike.sim.engines.link_engine.Transport`; see :mod:`backspike.hdl.host.frames`.

    Works in rounds: send as many words as the board has room for, in frames, then listen until the
    last frame is answered, or nothing comes for ``timeout`` seconds; what the board still awaits is
    sent in the next round. On a bad line, empty frames follow the last one, so that a round need
    not wait for the timeout because a single frame was damaged. Opening resets the core.

    Parameters
    ----------
    port : str
        Serial port, such as ``/dev/ttyUSB0``.
    baud : int
        Bits per second.
    timeout : float
        Seconds of silence after which frames or answers count as lost at first, beyond the time
        that a frame and its answer take on the line; becomes longer as answers come late.
    patience : float
        Seconds without an answer, or without a word to or from a busy core, before giving up.

    Raises
    ------
    LinkError
        If the port cannot be opened, is in use, or no board answers.
    """

    def __init__(
        self, port: str, baud: int, *, timeout: float = 0.03, patience: float = 10.0
    ) -> None:
        self.port, self.patience = port, patience
        self.repeats = 0
        """Rounds that had to send something again."""
        self._timeout = self._fastest = timeout
        self._byte_seconds = 10 / baud
        self._deframer = Deframer()
        self._tag, self._size = 0, _MOST // 2
        self._closing = 0  # tag of the first frame behind which a round has no more words
        self._board_damaged = 0
        self._noise = False  # something came, if only noise
        try:
            self._serial = serial.Serial(port, baud, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise LinkError(_why_not(port, error)) from None
        try:
            self.reset()
        except BaseException:
            self._serial.close()
            raise

    @property
    def damaged(self) -> int:
        """Damaged frames that came from the board."""
        return self._deframer.damaged

    def reset(self) -> None:
        """See :meth:`backspike.sim.engines.link_engine.Transport.reset`."""
        self._sent, self._received = 0, 0  # words, since the reset
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            self._ask(FrameKind.RESET, 0, _NOTHING)
            for answer in self._answers():
                if answer.kind == FrameKind.RESET and answer.tag == self._tag:
                    return
        raise LinkError(
            f"{self.port}: no board answers{self._instead()}: is the bitstream of this board "
            "loaded, and the speed right?"
        )

    def _instead(self) -> str:
        """Words for what came instead of answers, if anything did."""
        if self._deframer.echoed:
            return " (the port sends back what it is sent)"
        if self._deframer.damaged:
            return f" ({self._deframer.damaged} damaged frames)"
        return " (bytes come, but no frames)" if self._noise else ""

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """See :meth:`backspike.sim.engines.link_engine.Transport.exchange`.

        Raises
        ------
        LinkError
            If the port fails, the board falls silent, or the core hangs.
        """
        words = np.ascontiguousarray(words, np.uint32)
        first, end = self._sent, self._sent + words.size
        got: list[np.ndarray] = []
        heard = moved = time.monotonic()
        answered = True
        while True:
            before, last = (self._sent, self._received), self._tag
            damaged = self._deframer.damaged, self._board_damaged
            self._send_round(words, first)
            waited, answered, idle, late = not answered, False, False, False
            for answer in self._answers():
                heard = time.monotonic()
                idle = self._take(answer, got) and self._sent == end
                if answered := _ahead_tag(answer.tag, self._closing) >= 0:
                    break
                # Not lost: the board is slow. Answers behind the one that was enough are not late.
                late |= waited and _ahead_tag(last, answer.tag) >= 0
            if idle:
                return np.concatenate([_NOTHING, *got])
            now = time.monotonic()
            if (self._sent, self._received) != before:
                moved = now
            intact = damaged == (self._deframer.damaged, self._board_damaged)
            self._adapt(answered, late, intact)
            if now - heard > self.patience:
                raise LinkError(f"{self.port}: the board has fallen silent")
            if now - moved > 6 * self.patience:
                raise LinkError(f"{self.port}: the core hangs: no word to or from it")

    def close(self) -> None:
        """See :meth:`backspike.sim.engines.link_engine.Transport.close`."""
        self._serial.close()

    def _send_round(self, words: np.ndarray, first: int) -> None:
        """Send what the board has room for and the line may let pass, or only ask."""
        at = self._sent - first
        stop = min(words.size, at + RING_WORDS, at + _FRAMES * self._size)
        while True:
            part = words[at : min(stop, at + self._size)]
            self._ask(FrameKind.DATA, first + at, part)
            at += part.size
            if at >= stop:
                break
        self._closing = self._tag
        for _ in range(_SPARE if self._size < _MOST // 2 else 0):
            self._ask(FrameKind.DATA, first + at, _NOTHING)

    def _ask(self, kind: FrameKind, position: int, payload: np.ndarray) -> None:
        """Send one frame with a tag of its own."""
        self._tag = self._tag + 1 & 0xFF
        limit = min(self._size, 255)
        frame = question(kind.value, self._tag, limit, position, self._received, payload)
        try:
            self._serial.write(frame)
        except OSError as error:
            raise LinkError(f"{self.port}: {error}") from None

    def _take(self, answer: Answer, got: list[np.ndarray]) -> bool:
        """Note what arrived; returns whether the core is done and nothing is missing."""
        if answer.kind != FrameKind.DATA:
            return False
        self._board_damaged = answer.damaged
        self._sent += _ahead(answer.awaited, self._sent)
        known = -_ahead(answer.position, self._received)
        if 0 <= known < answer.payload.size:
            got.append(answer.payload[known:])
            self._received += answer.payload.size - known
        elif known != answer.payload.size:
            return False
        return answer.idle and _ahead_tag(answer.tag, self._closing) >= 0

    def _adapt(self, answered: bool, late: bool, intact: bool) -> None:
        """Short frames for a bad line, long ones for a good one, patience for a slow board."""
        if late:
            self._timeout = min(_SLOWEST, 1.5 * self._timeout)
        elif answered:
            self._timeout = max(self._fastest, 0.9 * self._timeout)
        if answered and intact:
            self._size = min(_MOST, self._size * 2)
        elif not late:
            self.repeats += 1
            self._size = max(_LEAST, self._size // 2)

    def _answers(self) -> Iterator[Answer]:
        """Answers, until the line is silent for the timeout, or has none for the patience."""
        on_the_line = 8 * (self._size + 8) * self._byte_seconds  # one frame and its answer
        self._serial.timeout = self._timeout + 2 * on_the_line
        heard = time.monotonic()
        try:
            while received := self._serial.read(max(1, self._serial.in_waiting)):
                self._noise = True
                for answer in self._deframer.feed(received):
                    heard = time.monotonic()
                    yield answer
                if time.monotonic() - heard > self.patience:
                    return
        except OSError as error:
            raise LinkError(f"{self.port}: {error}") from None


def _ahead_tag(one: int, other: int) -> int:
    """Distance by which a tag modulo 256 is ahead of another; negative if behind."""
    return ((one - other + 0x80) & 0xFF) - 0x80


def _ahead(position: int, reference: int) -> int:
    """Distance by which a number modulo 65536 is ahead of a count; negative if behind."""
    return ((position - reference + 0x8000) & 0xFFFF) - 0x8000


def _why_not(port: str, error: Exception) -> str:
    """The reason for which a port could not be opened, in one line."""
    number = getattr(error, "errno", None)
    if number == 2 or isinstance(error, FileNotFoundError):
        return f"{port}: there is no such port"
    if number == 13:
        return f"{port}: no permission: add yourself to the group that owns it (often dialout)"
    if number in (11, 16) or "lock" in str(error):
        return f"{port}: the port is in use"
    return f"{port}: no usable serial port ({error})"
