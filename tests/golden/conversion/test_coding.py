"""Rates of inputs: how near the spikes of a code are to the value."""

import numpy as np
import pytest

from backspike.golden.conversion.coding import rate_spikes

VALUES = np.random.default_rng(1).random((3, 40))


def test_regular_spikes_are_the_value_to_half_a_spike_at_any_time():
    spikes = rate_spikes(VALUES, 100)
    assert spikes.shape == (3, 100, 40)
    counts = spikes.cumsum(axis=1)
    wanted = VALUES[:, None] * np.arange(1, 101)[:, None]
    assert np.abs(counts - wanted).max() <= 0.5
    ends = rate_spikes(np.array([[0.0, 1.0]]), 10)
    assert ends.sum(axis=1).tolist() == [[0, 10]]


def test_bernoulli_spikes_come_with_the_probability_of_the_value():
    spikes = rate_spikes(VALUES, 2000, "bernoulli", 3)
    assert np.abs(spikes.mean(axis=1) - VALUES).max() < 5 * 0.5 / 2000**0.5


def test_chance_is_decided_by_the_seed_and_the_number_of_the_sample():
    spikes = rate_spikes(VALUES, 20, "bernoulli", 3)
    assert np.array_equal(spikes, rate_spikes(VALUES, 20, "bernoulli", 3))
    assert not np.array_equal(spikes, rate_spikes(VALUES, 20, "bernoulli", 4))
    later = rate_spikes(VALUES[1:], 20, "bernoulli", 3, first=1)
    assert np.array_equal(spikes[1:], later)


@pytest.mark.parametrize("code", ["regular", "bernoulli"])
def test_more_steps_continue_those_of_fewer(code):
    more = rate_spikes(VALUES, 50, code, 3)
    assert np.array_equal(more[:, :20], rate_spikes(VALUES, 20, code, 3))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((0,), "steps must be between 1 and"),
        ((1.5,), "steps must be an int"),
        ((4, "latency"), "code must be one of regular, bernoulli, not 'latency'"),
        ((4, "regular", -1), "seed must be between 0 and"),
        ((1 << 20, "regular"), "spikes would be 12,582,912,000 numbers, the limit is 1,073,741,"),
    ],
)
def test_what_is_out_of_range_is_refused(options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        rate_spikes(np.zeros((100, 120)), *options)
