"""Readings of memories between the steps of a run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

__all__ = ["Reading", "parts_of_run"]


@dataclass(frozen=True, eq=False)
class Reading:
    """Words of a memory that are read again and again within a run.

    Attributes
    ----------
    first, count : int
        Address of the first, and number of them.
    after : numpy.ndarray
        Steps of the run after which they are read, int64, ascending.
    """

    first: int
    count: int
    after: np.ndarray


def parts_of_run(
    n_steps: int, readings: Mapping[str, Reading]
) -> Iterator[tuple[int, int, dict[str, Reading]]]:
    """First step of each part of a run, the step behind its last, and what is read after it."""
    after = {name: set(reading.after.tolist()) for name, reading in readings.items()}
    stops = {step + 1 for steps in after.values() for step in steps}
    for begin, end in pairwise(sorted({0, n_steps, *stops})):
        yield begin, end, {name: r for name, r in readings.items() if end - 1 in after[name]}
