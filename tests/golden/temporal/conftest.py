"""Small random data in time."""

import numpy as np
import pytest


@pytest.fixture
def samples():
    """Spikes ``(6, 9, 5)``, lengths of 4 to 9 steps and labels of 3 classes."""
    rng = np.random.default_rng(1)
    x = (rng.random((6, 9, 5)) < 0.4).astype(np.uint8)
    return x, np.array([9, 4, 7, 9, 5, 8]), np.array([0, 1, 2, 2, 1, 0])
