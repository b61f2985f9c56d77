"""Samples set aside."""

import numpy as np
import pytest

from backspike.experiments.data.source import DataError, Split
from backspike.experiments.data.splitting import set_aside


@pytest.mark.parametrize("share", [0.1, 0.2, 0.25, 0.5])
def test_every_class_gives_its_share_and_none_its_last_sample(share):
    y = np.repeat([0, 1, 2], [100, 40, 1])
    split = Split(np.arange(len(y))[:, None], np.random.default_rng(0).permutation(y))
    kept, aside = set_aside("data", split, share)
    assert np.bincount(aside.y, minlength=3).tolist() == [100 * share, 40 * share, 0]
    together = np.concatenate([kept.x, aside.x])
    assert sorted(together.ravel()) == list(range(len(y)))
    assert (split.y[aside.x.ravel()] == aside.y).all()


def test_the_choice_is_spread_and_never_changes():
    split = Split(np.arange(20)[:, None], np.zeros(20, int))
    assert set_aside("data", split, 0.2)[1].x.ravel().tolist() == [2, 7, 12, 17]


def test_too_few_samples_are_told():
    with pytest.raises(DataError, match=r"^data: 2 samples are too few to set 0\.2 of them aside$"):
        set_aside("data", Split(np.zeros((2, 1)), np.array([0, 1])), 0.2)
