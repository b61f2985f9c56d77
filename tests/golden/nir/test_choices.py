"""Choices in words, limits of weights, and rounding that keeps sums."""

import numpy as np
import pytest

from backspike.golden.nir.choices import Choice, clipped, round_mantissas


def test_a_choice_says_what_it_is():
    assert str(Choice()) == "no scale"
    text = "scale 8, weights above the percentile 99.5 limited, sums kept"
    assert str(Choice(8.0, 99.5, "sums")) == text


def test_weights_are_limited_to_a_percentile_of_those_that_are_not_0():
    weights = np.array([0.0, 0.0, 1.0, -2.0, 3.0, -9.0])
    assert clipped(weights, 100) is weights
    assert clipped(weights, 50).tolist() == [0, 0, 1, -2, 2.5, -2.5]
    assert clipped(np.zeros(3), 50).tolist() == [0, 0, 0]


@pytest.mark.parametrize("seed", range(8))
def test_sums_of_each_target_are_kept(seed):
    values = np.random.default_rng(seed).normal(0, 3, (5, 4, 7))
    near, kept = (round_mantissas(values, rounding) for rounding in ("nearest", "sums"))
    assert np.array_equal(near, np.rint(values))
    assert np.array_equal(kept, np.rint(kept))
    assert np.abs(kept - values).max() < 1
    sums, wanted = (array.reshape(-1, 7).sum(axis=0) for array in (kept, values))
    assert np.array_equal(sums, np.rint(wanted))


def test_whole_numbers_stay_and_the_first_of_equal_fractions_is_rounded_up():
    values = np.array([[3.0, 0.5], [-2.0, 0.5], [0.0, 1.0]])
    assert round_mantissas(values, "sums").tolist() == [[3, 1], [-2, 0], [0, 1]]
