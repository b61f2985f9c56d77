"""Impulses and time constants of traces and rewards."""

import math
from dataclasses import dataclass

from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_BITS
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
            impulse, tau = getattr(self, name)
            if isinstance(impulse, bool) or not isinstance(impulse, int | float):
                raise TypeError(f"impulse of trace {name} must be a number, not {impulse!r}")
            most = (1 << TRACE_BITS) - 1
            if not 0 <= impulse <= most:
                raise ValueError(
                    f"impulse of trace {name} must be between 0 and {most}, not {impulse}"
                )
            if (impulse * (1 << IMPULSE_FRACTION)) % 1:
                raise ValueError(
                    f"impulse of trace {name} must be a multiple of 1/128, not {impulse}"
                )
            _check_tau(name, tau)
        for name in ("r0", "r1"):
            taus = self.reward_taus(name)
            if len(taus) != REINFORCEMENTS:
                raise ValueError(
                    f"time constants of {name} must be one or up to {REINFORCEMENTS}, "
                    f"not {getattr(self, name)}"
                )
            for tau in taus:
                _check_tau(name, tau)

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


def _check_tau(name: str, tau: object) -> None:
    if isinstance(tau, bool) or not isinstance(tau, int | float):
        raise TypeError(f"time constant of trace {name} must be a number of steps, not {tau!r}")
    if math.isnan(tau) or tau < 0:
        raise ValueError(f"time constant of trace {name} must be 0 or more, not {tau}")
