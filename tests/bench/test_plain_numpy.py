"""The plain numpy form learns what the golden equations learn."""

import numpy as np
import pytest

from backspike.bench import plain_numpy
from backspike.experiments.data.datasets import load_dataset
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train


@pytest.mark.parametrize("hidden", [1, 33, 64])
def test_equals_the_golden_equations(hidden):
    data = load_dataset("digits")
    x, y = data.x_train[:500], data.y_train[:500]
    weights = init_weights([data.n_in, hidden, 10], seed=hidden)
    plain = [w.astype(np.float32) for w in weights]
    assert plain_numpy.train(plain, x.astype(np.float32), y) == train(weights, x, y)
    for got, want in zip(plain, weights, strict=True):
        np.testing.assert_array_equal(got, want)
