"""Codes of inputs: values from 0 to 1 as the rates of spikes."""

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np

from backspike.golden.errors import UserError, check_int
from backspike.golden.names import unknown

__all__ = ["Code", "check_code", "rate_spikes"]

Code = Literal["regular", "bernoulli"]

#: Most numbers of spikes: a gigabyte.
_MOST = 1 << 30


def check_code(code: str) -> None:
    """Raise unless there is a code of that name."""
    if code not in get_args(Code):
        raise unknown("code", code, get_args(Code))


def rate_spikes(
    values: np.ndarray, steps: int, code: Code = "regular", seed: int = 1, *, first: int = 0
) -> np.ndarray:
    """Spikes of values.

    Parameters
    ----------
    values : numpy.ndarray
        float64, from 0 to 1, (n, \\*shape).
    steps : int
    code : {"regular", "bernoulli"}
        ``regular``: as evenly as whole steps allow, the spikes of a neuron that a constant current
        of the value drives from half its threshold on; after t steps, there are t times the value,
        rounded. ``bernoulli``: in each step with the probability of the value.
    seed : int
        Of ``bernoulli``. The spikes of a sample are decided by it and by the number of the sample;
        more steps continue those of fewer.
    first : int
        Number of the first sample.

    Returns
    -------
    numpy.ndarray
        bool, (n, steps, \\*shape).

    Raises
    ------
    TypeError, ValueError
        If a number is out of its range, or the spikes would exceed a gigabyte.
    """
    check_int("steps", steps, 1, 1 << 20)
    check_int("seed", seed, 0, 1 << 62)
    check_code(code)
    if (count := values.size * steps) > _MOST:
        raise UserError(
            f"samples and steps must be fewer: their spikes would be {count:,} numbers, the limit "
            f"is {_MOST:,}"
        )
    return _CODES[code](values, steps, seed, first)


def _regular(values: np.ndarray, steps: int, seed: int, first: int) -> np.ndarray:
    """A spike wherever the sum of the current passes a whole number and a half."""
    spikes = np.empty((len(values), steps, *values.shape[1:]), bool)
    before = np.zeros_like(values)
    for step in range(steps):
        after = np.floor(values * (step + 1) + 0.5)
        spikes[:, step] = after > before
        before = after
    return spikes


def _bernoulli(values: np.ndarray, steps: int, seed: int, first: int) -> np.ndarray:
    """Spikes by chance, each sample with a generator of its own."""
    spikes = np.empty((len(values), steps, *values.shape[1:]), bool)
    for number, sample in enumerate(values):
        rng = np.random.default_rng([seed, first + number])
        spikes[number] = rng.random((steps, *sample.shape)) < sample
    return spikes


_CODES: dict[str, Callable[[np.ndarray, int, int, int], np.ndarray]] = {
    "regular": _regular,
    "bernoulli": _bernoulli,
}
