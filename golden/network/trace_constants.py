"""Impulses and time constants of traces and rewards."""

import math
from dataclasses import dataclass

from backspike.golden.errors import check_number
from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_MAX
from backspike.hdl.params import REINFORCEMENTS

__all__ = ["TRACE_NAMES", "TraceConstants"]

TRACE_NAMES = ("x1", "x2", "y1", "y2", "y3")


@dataclass(frozen=True)
class TraceConstants:
    """Impulse and time constant of each trace; rewards have no impulse of their own.

    An impulse is a multiple of 1/128 up to 127, its fraction rounded at random; a time constant is
    in steps, and 0 forgets at once. Those of rewards may be one for each reinforcement channel.
    """

    x1: tuple[float, float] = (0, 0.0)
    x2: tuple[float, float] = (0, 0.0)
    y1: tuple[float, float] = (0, 0.0)
    y2: tuple[float, float] = (0, 0.0)
    y3: tuple[float, float] = (0, 0.0)
    r0: float | tuple[float, ...] = 0.0
    r1: float | tuple[float, ...] = 0.0

    def __post_init__(self) -> None:
        for name in TRACE_NAMES:
            pair = getattr(self, name)
            if not isinstance(pair, tuple | list) or len(pair) != 2:
                raise TypeError(
                    f"trace {name} must have an impulse and a time constant, such as (16, 20.0), "
                    f"not {pair!r}"
                )
            impulse = check_number(f"impulse of trace {name}", pair[0])
            if not 0 <= impulse <= TRACE_MAX:
                raise ValueError(
                    f"impulse of trace {name} must be between 0 and {TRACE_MAX}, not {impulse}"
                )
            if (impulse * (1 << IMPULSE_FRACTION)) % 1:
                raise ValueError(
                    f"impulse of trace {name} must be a multiple of 1/128, not {impulse}"
                )
            object.__setattr__(self, name, (impulse, _checked_tau(name, pair[1])))
        for name in ("r0", "r1"):
            taus = getattr(self, name)
            several = isinstance(taus, tuple | list)
            checked = tuple(_checked_tau(name, tau) for tau in (taus if several else [taus]))
            if not 1 <= len(checked) <= REINFORCEMENTS:
                raise ValueError(
                    f"time constants of {name} must be one or up to {REINFORCEMENTS}, not {taus}"
                )
            object.__setattr__(self, name, checked if several else checked[0])

    def reward_taus(self, name: str) -> tuple[float, ...]:
        """Time constants of r0 or r1 by channel; a channel without one forgets at once."""
        taus = getattr(self, name)
        if not isinstance(taus, tuple):
            return (taus,) * REINFORCEMENTS
        return taus + (0.0,) * (REINFORCEMENTS - len(taus))

    @property
    def fractional(self) -> list[str]:
        """Traces whose impulses have a fraction."""
        return [name for name in TRACE_NAMES if getattr(self, name)[0] % 1]


def _checked_tau(name: str, tau: object) -> float:
    """A time constant in steps."""
    steps = check_number(f"time constant of trace {name}, in steps,", tau)
    if math.isnan(steps) or steps < 0:
        raise ValueError(f"time constant of trace {name} must be 0 or more, not {steps}")
    return steps
