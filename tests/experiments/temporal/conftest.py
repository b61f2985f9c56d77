"""A small set of samples in time: which of two channels rises first."""

import numpy as np
import pytest


@pytest.fixture
def series_file(tmp_path):
    rng = np.random.default_rng(1)
    n, steps = 60, 10
    y = np.arange(n) % 2
    x = rng.normal(0, 0.3, (n, steps, 2))
    first, second = rng.integers(0, 4, n), rng.integers(6, 9, n)
    for k in range(n):
        x[k, first[k] :, y[k]] += 2
        x[k, second[k] :, 1 - y[k]] += 2
    path = tmp_path / "rises.npz"
    lengths = rng.integers(9, steps + 1, n)
    np.savez(path, x=x, y=y, lengths=lengths)
    return path
