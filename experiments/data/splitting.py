"""Samples set aside: for a test, or to choose settings on."""

import numpy as np

from backspike.experiments.data.source import DataError, Source, Split
from backspike.golden.errors import check_number

__all__ = ["TEST_SHARE", "check_validation", "set_aside", "with_all_splits"]

TEST_SHARE = 0.2
"""Share of the samples that is for test, where a file does not say which."""


def check_validation(validation: float | None) -> None:
    """Raise TypeError or DataError unless it is a share of the training split, or none."""
    if validation is not None and not 0 < check_number("validation", validation) < 1:
        raise DataError(f"validation must be a share between 0 and 1, not {validation:g}")


def with_all_splits(name: str, source: Source, validation: float | None) -> Source:
    """A source with samples to test on, and to choose settings on if there is a share of them.

    Raises
    ------
    DataError
        As :func:`set_aside`, or if it has samples to choose settings on already.
    """
    if source.test is None:
        train, test = set_aside(name, source.train, TEST_SHARE)
        source = source._replace(train=train, test=test)
    if validation is None:
        return source
    if source.validation is not None:
        raise DataError(f"{name}: --validation {validation:g}: it has a validation split")
    train, aside = set_aside(name, source.train, validation)
    return source._replace(train=train, validation=aside)


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
