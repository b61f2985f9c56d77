"""Choices that an import makes for a population, and that calibration makes by measuring."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

__all__ = ["Choice", "Rounding", "clipped", "round_mantissas"]

Rounding = Literal["nearest", "sums"]


@dataclass(frozen=True)
class Choice:
    """Way from the constants of a population to integers.

    Attributes
    ----------
    scale : float, optional
        Weight units for one unit of the node's voltage; of neurons with different thresholds, that
        of the largest. None leaves it to the errors of the constants.
    clip : float
        Percentile of the absolute weights of each link, those of 0 left out, above which they are
        limited: 100 limits none.
    rounding : {"nearest", "sums"}
        Each weight to the nearest integer, or to one of the two around it, so that the sum of the
        weights of each neuron is the nearest.
    """

    scale: float | None = None
    clip: float = 100.0
    rounding: Rounding = "nearest"

    def __str__(self) -> str:
        parts = ["no scale" if self.scale is None else f"scale {self.scale:.5g}"]
        if self.clip < 100:
            parts.append(f"weights above the percentile {self.clip:g} limited")
        if self.rounding == "sums":
            parts.append("sums kept")
        return ", ".join(parts)


def clipped(weights: np.ndarray, percentile: float) -> np.ndarray:
    """Weights limited to a percentile of their absolute values, those of 0 left out."""
    used = np.abs(weights[weights != 0])
    if percentile >= 100 or not used.size:
        return weights
    most = np.percentile(used, percentile)
    return np.clip(weights, -most, most)


def round_mantissas(values: np.ndarray, rounding: Rounding) -> np.ndarray:
    """Numbers (..., targets) rounded, float64; see :class:`Choice`.

    Of those whose sum is kept, the ones with the largest fractions are rounded up, the first of
    equal ones before the others.
    """
    if rounding == "nearest":
        return np.rint(values)
    low = np.floor(values)
    rest = (values - low).reshape(-1, values.shape[-1])
    ranks = np.argsort(np.argsort(-rest, axis=0, kind="stable"), axis=0, kind="stable")
    up = ranks < np.rint(rest.sum(axis=0))
    return low + up.reshape(values.shape)
