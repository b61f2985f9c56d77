"""Content of any kind of data file, before an encoder makes spikes of it; the error of bad ones."""

from typing import NamedTuple

import numpy as np

from backspike.golden.errors import UserError

__all__ = ["DataError", "Source", "Split"]


class DataError(UserError):
    """Data that cannot be used; the message is one line that says which, and why."""


class Split(NamedTuple):
    """Samples for one purpose: to learn from, to choose settings on, or to test."""

    x: np.ndarray
    """Inputs, numbers: features ``(n, features)``, images ``(n, height, width)`` or images of
    several channels ``(n, height, width, channels)``."""
    y: np.ndarray
    """Labels, integers or texts, ``(n,)``."""


class Source(NamedTuple):
    """Inputs and labels as a file has them."""

    train: Split
    """Samples to learn from."""
    test: Split | None = None
    """Samples to test on, if the file sets some aside."""
    validation: Split | None = None
    """Samples to choose settings on, likewise."""
    white: float | None = None
    """The input that stands for full white, where that is known."""
    class_names: tuple[str, ...] = ()
    """Names of the classes 0, 1, ..., if the file has names and its labels are their numbers."""
    columns: tuple[str, ...] = ()
    """Names of the features, if they have any."""

    def splits(self) -> dict[str, Split]:
        """The splits that exist, by name."""
        found = {"train": self.train, "test": self.test, "val": self.validation}
        return {name: split for name, split in found.items() if split is not None}

    def with_splits(self, splits: dict[str, Split]) -> "Source":
        """The source with these splits, named as :meth:`splits` names them."""
        return self._replace(
            train=splits["train"], test=splits.get("test"), validation=splits.get("val")
        )
