"""Generators of input spikes: Poisson, regular, and from rates.

The spikes of a step depend on its number alone, so that a run in pieces has the spikes of a whole
one.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from zlib import crc32

import numpy as np

from backspike.golden.errors import UserError, check_int, check_numbers
from backspike.hdl.keywords import names_keywords

__all__ = ["Generator", "from_rates", "poisson", "regular"]

#: Steps that are drawn together.
_BLOCK = 256


@runtime_checkable
class Generator(Protocol):
    """Source of the spikes of an input."""

    def check(self, name: str, size: int, end: int) -> None:
        """Raise UserError unless it suits an input of ``size`` neurons up to step ``end``."""
        ...

    def spikes(self, name: str, size: int, first: int, steps: int) -> np.ndarray:
        """Spikes of ``steps`` steps from ``first`` on, bool, shape (steps, size)."""
        ...


@dataclass(frozen=True, eq=False)
class _Poisson:
    """Spikes with a probability in each step."""

    rate: np.ndarray
    seed: int

    def check(self, name: str, size: int, end: int) -> None:
        _check_rates(name, self.rate, size, end)

    def spikes(self, name: str, size: int, first: int, steps: int) -> np.ndarray:
        blocks = range(first // _BLOCK, -(-(first + steps) // _BLOCK))
        drawn = [
            np.random.default_rng([self.seed, crc32(name.encode()), block]).random((_BLOCK, size))
            for block in blocks
        ]
        begin = first - blocks.start * _BLOCK
        rows = np.concatenate([np.zeros((0, size)), *drawn])[begin : begin + steps]
        return rows < _rates(self.rate, first, steps)


@dataclass(frozen=True, eq=False)
class _Even:
    """Spikes as evenly apart as a rate lets them be: where its sum reaches the next integer."""

    rate: np.ndarray

    def check(self, name: str, size: int, end: int) -> None:
        _check_rates(name, self.rate, size, end)

    def spikes(self, name: str, size: int, first: int, steps: int) -> np.ndarray:
        if self.rate.ndim == 2:
            sums = np.cumsum(self.rate[: first + steps], axis=0)
        else:
            sums = np.arange(1, first + steps + 1)[:, None] * np.broadcast_to(self.rate, (size,))
        whole = np.floor(np.vstack([np.zeros((1, size)), sums]) + 1e-9)  # of sums such as 10 * 0.1
        return np.diff(whole, axis=0)[first:] > 0


@dataclass(frozen=True, eq=False)
class _Regular:
    """Spikes every so many steps."""

    period: np.ndarray
    phase: np.ndarray

    def check(self, name: str, size: int, end: int) -> None:
        for what, values in (("period", self.period), ("phase", self.phase)):
            if values.shape not in ((), (size,)):
                raise UserError(
                    f"{what} of input {name!r} must be one number or {size}, "
                    f"not of shape {values.shape}"
                )

    def spikes(self, name: str, size: int, first: int, steps: int) -> np.ndarray:
        step = np.arange(first, first + steps)[:, None] - self.phase
        fires = (step >= 0) & (step % self.period == 0)
        return np.broadcast_to(fires, (steps, size))


@names_keywords
def poisson(rate: object, *, seed: int = 0) -> Generator:
    """Spikes at random, independent of each other.

    Parameters
    ----------
    rate : float or array-like of float
        Probability of a spike in a step, 0 to 1: one for all neurons, (neurons,), or
        (steps, neurons) from the simulation's first step on.
    seed : int
        Inputs of different names have different spikes with the same seed, too.

    Raises
    ------
    TypeError, UserError
        If a rate is no probability.
    """
    check_int("seed", seed, 0, (1 << 64) - 1)
    return _Poisson(_probabilities(rate), int(seed))


@names_keywords
def from_rates(rates: object, *, seed: int | None = None) -> Generator:
    """Spikes at given rates: as evenly as possible or, with a seed, at random.

    Parameters
    ----------
    rates : array-like of float
        Spikes per step, 0 to 1, such as the brightness of pixels: (neurons,) or (steps, neurons).
    seed : int, optional
        As of :func:`poisson`.

    Raises
    ------
    TypeError, UserError
        If a rate is out of its range.
    """
    return _Even(_probabilities(rates)) if seed is None else poisson(rates, seed=seed)


@names_keywords
def regular(period: object, *, phase: object = 0) -> Generator:
    """Spikes every ``period`` steps, the first in step ``phase``.

    Parameters
    ----------
    period, phase : int or array-like of int
        In steps, at least 1 and 0: one for all neurons, or (neurons,).

    Raises
    ------
    TypeError, UserError
        If one is no integer or too small.
    """
    made = []
    for what, values, least in (("period", period, 1), ("phase", phase, 0)):
        array = np.asarray(values)
        if array.dtype.kind not in "iu":
            raise TypeError(f"{what} must be integers, not {values!r}")
        if array.size and array.min() < least:
            raise UserError(f"{what} must be at least {least}, not {array.min()}")
        made.append(array.astype(np.int64))
    return _Regular(*made)


def _probabilities(rates: object) -> np.ndarray:
    """Rates as float64; raises unless they are from 0 to 1."""
    array = check_numbers("rate", rates).astype(np.float64)
    bad = array[~((array >= 0) & (array <= 1))]
    if bad.size:
        raise UserError(f"rate must be between 0 and 1 spike per step, not {bad.flat[0]:g}")
    return array


def _check_rates(name: str, rate: np.ndarray, size: int, end: int) -> None:
    """Raise unless rates suit an input up to step ``end``."""
    if rate.shape in ((), (size,)):
        return
    if rate.ndim != 2 or rate.shape[1] != size or len(rate) < end:
        raise UserError(
            f"rates of input {name!r} must be one number, {size}, or of shape "
            f"({end} or more steps, {size}), not {rate.shape}"
        )


def _rates(rate: np.ndarray, first: int, steps: int) -> np.ndarray:
    """Rates of some steps."""
    return rate[first : first + steps] if rate.ndim == 2 else rate
