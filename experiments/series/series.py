"""Samples in time, of any length and any number of channels."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.source import DataError
from backspike.golden.errors import check_finite, check_int, check_numbers

__all__ = ["Series", "series_of", "series_of_events"]


class Series(NamedTuple):
    """Samples for one purpose: to learn from, to choose settings on, or to test."""

    x: np.ndarray
    """Values, float64, ``(n, steps, channels)``; 0 beyond the end of a sample."""
    lengths: np.ndarray
    """Steps of each sample, int64, ``(n,)``."""
    y: np.ndarray
    """Classes, int64, or labels as a file has them, ``(n,)``."""

    def of(self, chosen: np.ndarray) -> "Series":
        """The samples of some numbers, or of a mask."""
        return Series(self.x[chosen], self.lengths[chosen], self.y[chosen])

    def valid(self) -> np.ndarray:
        """Steps before the end of their sample, bool, ``(n, steps)``."""
        return np.arange(self.x.shape[1]) < self.lengths[:, None]


def series_of(x: object, y: object, lengths: object = None, *, what: str = "x") -> Series:
    """Series of arrays.

    Parameters
    ----------
    x : array-like or sequence of them
        Values ``(n, steps, channels)``, or ``(n, steps)`` of one channel; or a list of samples
        ``(steps, channels)`` of any lengths. Steps of NaN alone at the end of a sample are no part
        of it.
    y : array-like
        Labels, integers or texts, ``(n,)``.
    lengths : array-like of int, optional
        Steps of each sample, where all are padded to the same.
    what : str
        Name of ``x``, for messages.

    Raises
    ------
    TypeError, DataError, ValueError
        If an array is of another kind or shape, a value is not finite, or a length is out of range.
    """
    padded, ends = _padded(what, x) if _is_ragged(x) else (check_numbers(what, x), None)
    if padded.ndim == 2:
        padded = padded[:, :, None]
    if padded.ndim != 3 or not padded.size:
        raise DataError(f"{what} must be (n, steps, channels), not of shape {padded.shape}")
    padded = padded.astype(np.float64)
    n, steps, _ = padded.shape
    if lengths is not None:
        ends = _lengths(what, lengths, n, steps)
    if ends is None:
        heard = ~np.isnan(padded).all(axis=2)
        ends = steps - np.argmax(heard[:, ::-1], axis=1)
        ends[~heard.any(axis=1)] = 0
    labels = np.asarray(y)
    if labels.shape != (n,) or labels.dtype.kind not in "iuU":
        raise DataError(
            f"labels of {what} must be {n} integers or texts, not {labels.dtype} of shape "
            f"{labels.shape}"
        )
    if not ends.all():
        raise DataError(f"sample {int(np.argmin(ends))} of {what} has no steps")
    made = Series(padded, ends.astype(np.int64), labels)
    padded[~made.valid()] = 0
    check_finite(what, padded)
    return made


def series_of_events(
    events: object, y: object, *, steps: int, channels: int, what: str = "events"
) -> Series:
    """Series of events: each adds 1 to a channel of a sample in a step.

    Parameters
    ----------
    events : array-like of int
        Rows (sample, step, channel), in any order, ``(events, 3)``.
    y : array-like
        Labels, which say how many samples there are.
    steps, channels : int

    Raises
    ------
    TypeError, DataError, ValueError
        If an array is of another kind or shape, or an event is out of range.
    """
    check_int("steps", steps, 1, 1 << 24)
    check_int("channels", channels, 1, 1 << 16)
    rows, count = check_numbers(what, events), len(np.atleast_1d(np.asarray(y)))
    if rows.ndim != 2 or rows.shape[1] != 3 or rows.dtype.kind not in "iu":
        raise DataError(
            f"{what} must be integers (events, 3), rows (sample, step, channel), not {rows.dtype} "
            f"of shape {rows.shape}"
        )
    for column, (name, end) in enumerate((
        ("sample", count),
        ("step", steps),
        ("channel", channels),
    )):
        bad = rows[(rows[:, column] < 0) | (rows[:, column] >= end), column]
        if bad.size:
            raise DataError(f"{name} of {what} must be between 0 and {end - 1}, not {bad[0]}")
    x = np.zeros((count, steps, channels))
    np.add.at(x, tuple(rows.T.astype(np.int64)), 1)
    return series_of(x, y, what=what)


def _is_ragged(x: object) -> bool:
    """Tell if samples are one by one, of lengths that may differ."""
    one_by_one = isinstance(x, list | tuple) or (isinstance(x, np.ndarray) and x.dtype == object)
    return one_by_one and all(isinstance(sample, np.ndarray) for sample in x)  # type: ignore[attr-defined]


def _padded(what: str, samples: object) -> tuple[np.ndarray, np.ndarray]:
    """Samples (steps, channels) in one array, and their lengths."""
    assert isinstance(samples, Sequence | np.ndarray)
    arrays = [check_numbers(f"sample {k} of {what}", sample) for k, sample in enumerate(samples)]
    shaped = [array[:, None] if array.ndim == 1 else array for array in arrays]
    for k, array in enumerate(shaped):
        if array.ndim != 2 or array.shape[1] != shaped[0].shape[-1]:
            raise DataError(
                f"sample {k} of {what} must be (steps, {shaped[0].shape[-1]}), not of shape "
                f"{array.shape}"
            )
    if not shaped:
        raise DataError(f"{what} must have a sample, and has none")
    ends = np.array([len(array) for array in shaped])
    made = np.zeros((len(shaped), ends.max(), shaped[0].shape[1]))
    for row, array in zip(made, shaped, strict=True):
        row[: len(array)] = array
    return made, ends


def _lengths(what: str, lengths: object, n: int, steps: int) -> np.ndarray:
    ends = check_numbers(f"lengths of {what}", lengths)
    if ends.shape != (n,) or ends.dtype.kind not in "iu":
        raise DataError(
            f"lengths of {what} must be {n} integers, not {ends.dtype} of shape {ends.shape}"
        )
    bad = ends[(ends < 1) | (ends > steps)]
    if bad.size:
        raise DataError(f"lengths of {what} must be between 1 and {steps}, not {bad[0]}")
    return ends
