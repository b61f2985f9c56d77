"""Steps that a waveform shows."""

from typing import NamedTuple

from backspike.golden.errors import UserError, check_int

__all__ = ["Window"]

#: Greatest number of a step.
_MOST = (1 << 31) - 1


class Window(NamedTuple):
    """First and last step of a waveform, both included."""

    first: int
    last: int

    @classmethod
    def of(cls, steps: object) -> "Window":
        """The window of a pair of integers.

        Raises
        ------
        TypeError, ValueError
            If it is none.
        """
        if not isinstance(steps, tuple | list) or len(steps) != 2:
            raise TypeError(f"steps must be a pair, the first and the last one, not {steps!r}")
        first, last = steps
        check_int("last step", last, 0, _MOST)
        check_int("first step", first, 0, _MOST)
        if first > last:
            raise UserError(f"first step must be at most the last one, {last}, not {first}")
        return cls(int(first), int(last))
