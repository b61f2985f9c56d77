"""Weights from which learning over time starts."""

import numpy as np
import pytest

from backspike.golden.temporal.initial_weights import initial_weights


def test_what_reaches_a_neuron_is_about_a_threshold_wide():
    options = {"threshold": 256, "active": 0.3, "recurrent": True}
    weights = initial_weights((96, 100, 9), seed=1, **options)
    assert weights.layers == (96, 100, 9)
    for w, width in zip(
        [*weights.forward, *weights.recurrent],
        [256 / np.sqrt(0.3 * 96), 0.3 * 256 / np.sqrt(20), 0.5 * 256 / np.sqrt(20)],
        strict=True,
    ):
        assert w.dtype == np.int16
        assert not (w % 2).any()
        assert abs(w.std() / width - 1) < 0.1
    assert weights.forward[0].mean() > 2
    again = initial_weights((96, 100, 9), seed=1, **options)
    assert all((a == b).all() for a, b in zip(weights.forward, again.forward, strict=True))
    other = initial_weights((96, 100, 9), seed=2, **options)
    assert (other.forward[0] != weights.forward[0]).any()


def test_weights_of_inputs_may_count_more():
    options = {"threshold": 1024, "active": 0.3, "recurrent": False, "seed": 1}
    weights = initial_weights((96, 100, 9), in_exponent=3, **options)
    assert abs(weights.forward[0].std() / (1024 / 8 / np.sqrt(0.3 * 96)) - 1) < 0.1
    assert abs(weights.forward[1].std() / (0.3 * 1024 / np.sqrt(20)) - 1) < 0.1


def test_few_inputs_do_not_overflow():
    weights = initial_weights((2, 50, 50, 3), threshold=256, active=0.0, recurrent=False, seed=1)
    assert [w.shape for w in weights.forward] == [(2, 50), (50, 50), (50, 3)]
    assert weights.recurrent == []
    assert weights.forward[0].min() >= -256
    assert weights.forward[0].max() <= 254


@pytest.mark.parametrize(
    ("layers", "active", "message"),
    [
        ((4, 3), 0.5, r"layers must hold at least three sizes, not \[4, 3\]"),
        ((4, 0, 3), 0.5, "size of a layer must be between 1 and 16384, not 0"),
        ((4, 3, 2), 1.5, "active must be between 0 and 1, not 1.5"),
    ],
)
def test_what_is_out_of_range_is_named(layers, active, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        initial_weights(layers, threshold=256, active=active, recurrent=False, seed=1)
