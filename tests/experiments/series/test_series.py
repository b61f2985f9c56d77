"""Samples in time."""

import numpy as np
import pytest

from backspike.experiments.data.source import DataError
from backspike.experiments.series.series import series_of, series_of_events


def test_all_ways_to_say_the_same_samples():
    ragged = [np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[7.0, 8]])]
    padded = np.full((2, 3, 2), np.nan)
    padded[0], padded[1, :1] = ragged
    zeros = np.nan_to_num(padded)
    for made in (
        series_of(ragged, [0, 1]),
        series_of(padded, [0, 1]),
        series_of(zeros, [0, 1], [3, 1]),
        series_of(np.array([*ragged, None], object)[:2], [0, 1]),
    ):
        assert made.lengths.tolist() == [3, 1]
        assert np.array_equal(made.x, zeros)
        assert made.valid().tolist() == [[True] * 3, [True, False, False]]
    assert np.isnan(padded[1, 2]).all(), "the caller's array was changed"


def test_one_channel_needs_no_dimension():
    made = series_of(np.arange(6.0).reshape(2, 3), ["a", "b"])
    assert made.x.shape == (2, 3, 1)
    assert made.of(np.array([1])).y.tolist() == ["b"]
    assert series_of([np.arange(2.0), np.arange(3.0)], [0, 1]).x.shape == (2, 3, 1)


def test_a_value_that_is_missing_within_a_sample_is_refused():
    x = np.ones((2, 3, 2))
    x[1, 0, 1] = np.nan
    with pytest.raises(ValueError, match=r"^x must be finite, not nan at \[1, 0, 1\]$"):
        series_of(x, [0, 1])
    x[1] = np.nan
    with pytest.raises(DataError, match=r"^sample 1 of x has no steps$"):
        series_of(x, [0, 1])


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("ab", [0]), TypeError, "x must be numbers, not 'ab'"),
        ((np.ones(3), [0]), DataError, r"x must be \(n, steps, channels\), not of shape \(3,\)"),
        ((np.ones((0, 2, 2)), []), DataError, "x must be"),
        (([], []), DataError, "x must"),
        ((np.ones((2, 3)), [0]), DataError, "labels of x must be 2 integers or texts, not int64"),
        ((np.ones((2, 3)), [0.5, 1]), DataError, "labels of x must be 2 integers"),
        ((np.ones((2, 3)), [0, 1], [3]), DataError, "lengths of x must be 2 integers"),
        ((np.ones((2, 3)), [0, 1], [3, 4]), DataError, "lengths of x must be .* and 3, not 4"),
        ((np.ones((2, 3)), [0, 1], [0, 3]), DataError, "lengths of x must be .* and 3, not 0"),
        (([np.ones((2, 3)), np.ones((2, 2))], [0, 1]), DataError, r"sample 1 of x must be \(st"),
    ],
)  # fmt: skip
def test_what_is_no_series_is_refused(arguments, error, message):
    with pytest.raises(error, match=f"^{message}"):
        series_of(*arguments)


def test_events_are_counted():
    made = series_of_events([[0, 1, 2], [0, 1, 2], [1, 0, 0]], [5, 6], steps=2, channels=3)
    assert made.x.shape == (2, 2, 3)
    assert made.x[0, 1, 2] == 2
    assert made.x.sum() == 3
    assert made.lengths.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([[0, 1]], r"events must be integers \(events, 3\)"),
        ([[0.5, 1, 1]], r"events must be integers \(events, 3\)"),
        ([[2, 0, 0]], "sample of events must be between 0 and 1, not 2"),
        ([[0, 2, 0]], "step of events must be between 0 and 1, not 2"),
        ([[0, 0, -1]], "channel of events must be between 0 and 2, not -1"),
    ],
)
def test_an_event_that_is_none_is_refused(events, message):
    with pytest.raises(DataError, match=f"^{message}"):
        series_of_events(events, [0, 1], steps=2, channels=3)
