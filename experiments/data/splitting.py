"""Samples set aside: for a test, or to choose settings on."""

import numpy as np

from backspike.experiments.data.source import DataError, Split

__all__ = ["TEST_SHARE", "set_aside"]

TEST_SHARE = 0.2
"""Share of the samples that is for test, where a file does not say which."""


def set_aside(name: str, split: Split, share: float) -> tuple[Split, Split]:
    """A split without a share of its samples, and these: of every class the same share.

    They are evenly spread over the samples of a class, in their order, so the choice never changes.

    Parameters
    ----------
    name : str
        Of the data, for messages.
    share : float
        More than 0, up to 0.5.

    Raises
    ------
    DataError
        If nothing would be left, or nothing set aside.
    """
    chosen = np.zeros(len(split.y), bool)
    for label in np.unique(split.y):
        samples = np.flatnonzero(split.y == label)
        # A class of a few samples counts as the nearest whole number, and never gives its last one.
        ends = np.floor(np.arange(len(samples) + 1) * share + 0.4)
        chosen[samples] = np.diff(ends) > 0
    if chosen.all() or not chosen.any():
        raise DataError(f"{name}: {len(chosen)} samples are too few to set {share:g} of them aside")
    kept, aside = (Split(split.x[part], split.y[part]) for part in (~chosen, chosen))
    return kept, aside
