"""Content of any kind of data file, before an encoder makes spikes of it; the error of bad ones."""

from typing import NamedTuple

import numpy as np

from backspike.golden.errors import UserError

__all__ = ["DataError", "Source"]


class DataError(UserError):
    """Data that cannot be used; the message is one line that says which, and why."""


class Source(NamedTuple):
    """Inputs and labels, checked but not yet encoded."""

    x_train: np.ndarray
    """Brightness, ``(n, height, width)``, or plain features, ``(n, n_in)``."""
    y_train: np.ndarray
    """Labels, integers from 0, ``(n,)``."""
    x_test: np.ndarray
    """As ``x_train``."""
    y_test: np.ndarray
    """As ``y_train``."""
    full_scale: float
    """The value that stands for full white."""
    is_binary: bool = False
    """True if the inputs are 0 and 1 already."""
