"""Decays of time constants, and words of biases: what is stored, and what cannot be."""

import numpy as np
import pytest

from backspike.golden.network.neuron_constants import bias_words, decay_of


@pytest.mark.parametrize(
    ("tau", "decay"), [(0, 4096), (1.0, 2589), (20, 200), (8191, 1), (float("inf"), 0)]
)
def test_a_step_keeps_an_exponential(tau, decay):
    assert decay_of("tau", tau) == decay


@pytest.mark.parametrize("tau", [-1, 8192])
def test_other_time_constants_are_refused(tau):
    with pytest.raises(ValueError, match=r"^tau must be between 0 and 8191 steps, or infinite"):
        decay_of("tau", tau)


def test_words_are_exact():
    biases = np.array([[0, 1 / 64, -64], [63.984375, 64, 8190]])
    mantissas, exponents = bias_words("bias", biases)
    np.testing.assert_array_equal(np.ldexp(mantissas, exponents) / 64, biases)
    assert exponents.tolist() == [[0, 0, 0], [0, 1, 7]]


@pytest.mark.parametrize("bias", [1 / 128, 64 + 1 / 64, 8192])
def test_other_biases_are_refused(bias):
    with pytest.raises(ValueError, match=r"^64 times the bias must be -4096 to 4095 times a power"):
        bias_words("bias", np.array([1, bias]))


@pytest.mark.parametrize("bias", [np.nan, np.inf])
def test_a_bias_that_is_not_finite_is_named_with_its_place(bias):
    with pytest.raises(ValueError, match=rf"^bias must be finite, not {bias} at \[1\]$"):
        bias_words("bias", np.array([1, bias]))
