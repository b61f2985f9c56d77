"""Scales: exact where that can be, else with the least error that leaves room."""

import numpy as np
import pytest

from backspike.golden.nir.scales import (
    Demand,
    check_scale,
    choose_scale,
    relative,
    round_threshold,
    round_weights,
)


def demand(weights, threshold=1.0, bias=(0.0,), sums=None, leak=1.0, whole=True, floor=True):
    weights = np.array(weights)
    sums = float(np.abs(weights).sum()) if sums is None else sums
    return Demand([weights], threshold, np.array(bias), sums, leak, whole, floor)


def test_the_least_exact_scale_is_taken():
    assert choose_scale(demand([0.25, -0.5, 0.75]), "power-of-two") == 4
    assert choose_scale(demand([3.0, 7.0], threshold=20.0), "power-of-two") == 1
    assert choose_scale(demand([1024.0, -256.0], threshold=512.0), "power-of-two") == 2**-8


def test_a_free_scale_is_no_worse():
    wanted = demand([0.3, -0.7, 0.9], threshold=1.1, leak=0.1, whole=False, floor=False)
    errors = []
    for scaling in ("power-of-two", "free"):
        scale = choose_scale(wanted, scaling)
        ((stored, _),) = round_weights(wanted.weights[0] * scale)
        errors.append(relative(stored, wanted.weights[0] * scale))
        assert 256 <= scale * 1.1 <= 2**15
    assert errors[1] < errors[0]


def test_a_leak_asks_for_fine_voltages():
    whole, leaky = (
        choose_scale(demand([1.0, 2.0], 4.0, whole=w, floor=w, leak=0.01), "power-of-two")
        for w in (True, False)
    )
    assert whole == 1
    assert leaky >= 256


def test_what_is_only_read_stays_below_its_limit():
    wanted = demand([1.0, -1.0], None, sums=50.0, leak=1 / 4096)
    assert choose_scale(wanted, "power-of-two") * 50 * 64 <= 2**15


def test_weights_and_thresholds_as_a_core_has_them():
    ((stored, exponent),) = round_weights(np.array([255.4, -256.0]))
    assert (stored.tolist(), exponent) == ([255, -256], 0)
    assert round_weights(np.array([300.0]))[0][1] == 1
    assert round_weights(np.array([40000.0])) == []
    assert [round_threshold(7.8, floor=floor) for floor in (True, False)] == [7, 8]
    assert round_threshold(7.9999999, floor=True) == 8


def test_errors_are_relative_and_those_of_32_bits_are_none():
    assert relative(np.array([3.0]), np.array([4.0])) == 0.25
    assert relative(np.array([1.0]), np.array([1 + 1e-7])) == 0
    assert relative(np.zeros(2), np.zeros(2)) == 0


def test_constants_that_are_too_far_apart_are_refused():
    message = r"^no scale suits its weights \(up to 1e-08 with .* and its threshold 1e\+06$"
    with pytest.raises(ValueError, match=message):
        choose_scale(demand([1e-8], 1e6, whole=False, floor=False), "power-of-two")


def test_more_synapses_hold_what_is_left():
    rng = np.random.default_rng(1)
    scaled = rng.normal(0, 5000, 50)
    parts = round_weights(scaled, 3)
    assert len(parts) == 2  # which are enough for whole weights
    assert np.array_equal(sum(values for values, _ in parts), np.rint(scaled))
    for values, exponent in parts:
        assert np.abs(values / 2**exponent).max() <= 256
        assert not (values % 2**exponent).any()


def test_sums_are_kept_by_the_last_synapse_within_the_range_of_weights():
    rng = np.random.default_rng(1)
    scaled = np.concatenate([[[255.3, 255.3, 900.2]], rng.normal(0, 40, (30, 3))])
    for synapses in (1, 2):
        near, kept = (
            sum(values for values, _ in round_weights(scaled, synapses, rounding))
            for rounding in ("nearest", "sums")
        )
        errors = [np.abs(made.sum(axis=0) - scaled.sum(axis=0)).max() for made in (near, kept)]
        assert errors[1] < errors[0]
        assert errors[1] <= (0.5 if synapses == 2 else 2)
    ((values, exponent),) = round_weights(np.array([[255.4], [0.4], [0.4]]), 1, "sums")
    assert (values.tolist(), exponent) == ([[255], [0], [0]], 0)


def test_a_chosen_scale_must_suit_the_constants():
    wanted = demand([0.25, -0.5, 0.75])
    assert check_scale(wanted, 12.0) == 12.0
    with pytest.raises(ValueError, match=r"its constants do not fit with a scale of 1e\+06"):
        check_scale(wanted, 1e6)
