"""Tasks for the nBP equations."""

from itertools import pairwise

import numpy as np
import pytest


def _random_task(rng, layers, scale):
    """Weights that reach every threshold and both ends of the range; 60 samples."""
    weights = [
        (2 * rng.integers(-scale, scale, (n, m), endpoint=True)).clip(-254, 254).astype(np.int16)
        for n, m in pairwise(layers)
    ]
    x = (rng.random((60, layers[0])) < 0.5).astype(np.uint8)
    y = rng.integers(layers[-1], size=60)
    return weights, x, y


@pytest.fixture(scope="session")
def random_task():
    """Weights, inputs and labels, from a generator, sizes of layers and a scale of weights."""
    return _random_task


@pytest.fixture
def small_task():
    """Weights 4-3-2, inputs and labels of five samples, all zero."""
    weights = [np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)]
    return weights, np.zeros((5, 4), np.uint8), np.zeros(5, np.int64)
