"""Conventions of an import."""

import numpy as np
import pytest

from backspike.golden.nir.conventions import Conventions


@pytest.mark.parametrize(
    ("integrator", "lost"),
    [("euler", [0.1, 1.0]), ("exponential", [1 - np.exp(-0.1), 1 - 1 / np.e])],
)
def test_a_step_loses_a_share_of_a_state(integrator, lost):
    conventions = Conventions(1e-3, {}, integrator, "free", 1)
    assert np.allclose(conventions.loss(np.array([1e-2, 1e-3])), lost)
