"""Random first weights: their spread, their rounding, their seed."""

import numpy as np
import pytest

from backspike.golden.nbp.initial_weights import init_kernels, init_weights
from backspike.golden.nbp.layer_shapes import LayerShape, dense_shapes


def test_initial_weights():
    first, second = init_weights([400, 300, 10], seed=1)
    assert first.shape == (400, 300)
    assert second.shape == (300, 10)
    for w in (first, second):
        assert w.dtype == np.int16
        assert (w % 2 == 0).all()
        assert w.max() <= 240
        assert w.min() >= -240
        assert w.std() == pytest.approx(1024 * np.sqrt(2 / sum(w.shape)), rel=0.05)
    assert (first == 0).sum() > 1.5 * (first == -2).sum()  # truncation towards zero, from
    assert (first == 0).sum() > 1.5 * (first == 2).sum()  # both sides
    assert (init_weights([400, 300, 10], seed=1)[0] == first).all()
    assert (init_weights([400, 300, 10], seed=2)[0] != first).any()
    assert set(init_weights([1, 1], seed=3)[0].ravel()) <= set(range(-240, 241, 2))
    lifted = init_weights([400, 300, 10], seed=1, lift=64)
    assert (lifted[0] == first).all()
    free = abs(second) < 170
    assert (abs((lifted[1] - second)[free] - 64) <= 2).all()
    assert lifted[1].max() == 240


def test_kernels_are_as_wide_as_what_they_join():
    shape = LayerShape.convolution((28, 28, 4), (5, 5), 32, stride=2)
    w, last = init_kernels((shape, LayerShape.dense(shape.n_post, 10)), 1, lift=64)
    assert w.shape == (100, 32)
    assert w.std() == pytest.approx(1024 * np.sqrt(2 / (100 + 6 * 32)), rel=0.05)
    assert last.mean() == pytest.approx(64, rel=0.05)
    for a, b in zip(init_kernels(dense_shapes((9, 5)), 2), init_weights((9, 5), 2), strict=True):
        assert (a == b).all()


def test_bad_sizes_are_explained():
    with pytest.raises(ValueError, match=r"^layers must hold at least two sizes, not \[4\]$"):
        init_weights([4], 1)
    with pytest.raises(ValueError, match=r"^layers must be positive, not \[4, 0, 2\]$"):
        init_weights([4, 0, 2], 1)
