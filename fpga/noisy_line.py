"""A serial line with more on it than frames of the host, for tests of the link."""

from typing import Any

import numpy as np

from backspike.fpga.framing import frame, question
from backspike.fpga.serial_link import SerialTransport
from backspike.hdl.host.frames import ESCAPE, FLAG, FrameKind

__all__ = ["NoisyTransport"]


class NoisyTransport(SerialTransport):
    """Sends noise before its frames: bytes, damaged frames, and frames that carry nothing new.

    Parameters
    ----------
    port, baud, **options
        As of :class:`.SerialTransport`.
    rng : numpy.random.Generator
        Draws the noise.
    """

    def __init__(self, port: str, baud: int, rng: np.random.Generator, **options: Any) -> None:
        self._rng = rng
        self.noise = 0
        """Bytes of noise so far."""
        super().__init__(port, baud, **options)

    def exchange(self, words: np.ndarray) -> np.ndarray:
        """See :meth:`.SerialTransport.exchange`."""
        makers = (self._bytes, self._damaged, self._unknown, self._early)
        for number in self._rng.integers(len(makers), size=self._rng.integers(1, 5)):
            made = makers[number]()
            self._serial.write(made)
            self.noise += len(made)
        return super().exchange(words)

    def _bytes(self) -> bytes:
        """Any bytes, many of which mean something to frames."""
        special = [FLAG, ESCAPE, FLAG ^ 0x20, ESCAPE ^ 0x20, int(self._rng.integers(256))]
        count = self._rng.integers(1, 200)
        chosen = self._rng.choice([special, self._rng.integers(0, 256, 5).tolist()])
        return bytes(self._rng.choice(chosen, count).tolist())

    def _damaged(self) -> bytes:
        """A frame with the next words, and one bit changed or its end missing."""
        whole = bytearray(self._frame(FrameKind.DATA, self._sent))
        if self._rng.random() < 0.5:
            return bytes(whole[: self._rng.integers(1, len(whole) - 1)])
        at = int(self._rng.integers(8, 8 * (len(whole) - 1)))
        whole[at // 8] ^= 1 << at % 8
        return bytes(whole)

    def _unknown(self) -> bytes:
        """A frame of no kind that there is, or of no length that there is."""
        if self._rng.random() < 0.5:
            kind = int(self._rng.choice([n for n in range(256) if n not in set(FrameKind)]))
            return self._frame(kind, self._sent)
        return frame(self._rng.bytes(int(self._rng.integers(0, 8))))

    def _early(self) -> bytes:
        """A frame whose words come after others that have not come yet."""
        return self._frame(FrameKind.DATA, self._sent + int(self._rng.integers(1, 0x4000)))

    def _frame(self, kind: int, position: int) -> bytes:
        words = self._rng.integers(0, 1 << 32, self._rng.integers(1, 60), np.uint32)
        tag = int(self._rng.integers(256))
        return question(int(kind), tag, 255, position, self._received, words)
