"""Scales of layers, from the activations of calibration data."""

import numpy as np
import pytest

from backspike.golden.conversion.float_net import float_net
from backspike.golden.conversion.layers import Dense, ReLU
from backspike.golden.conversion.normalise import check_percentile, normalise, raised
from backspike.golden.errors import UserError

RNG = np.random.default_rng(1)


EYE, ONES = np.eye(3), np.ones((2, 3))


def net(first=EYE, last=ONES, bias=0.0):
    return float_net([Dense(first), ReLU(), Dense(last, bias)], (3,))


def test_a_scale_is_a_percentile_of_what_is_above_0():
    x = RNG.normal(0, 1, (200, 3))
    made, samples = normalise(net(), x, 2.0, 90.0, (True, False))
    assert samples == 200
    (one,) = made
    wanted = np.percentile(x[x > 0], 90)
    assert (one.layer, one.population, one.neurons) == ("affine1", "relu1", 3)
    assert one.scale == pytest.approx(wanted, abs=1e-12)
    assert one.threshold == pytest.approx(wanted / 2, abs=1e-12)
    assert one.most == pytest.approx(x.max(), abs=1e-12)
    assert one.silent == 0


def test_thresholds_are_by_the_scale_of_the_layer_before():
    x = RNG.random((50, 3))
    made, _ = normalise(net(), x, 4.0, 100.0, (True, True))
    assert made[0].scale == pytest.approx(x.max())
    assert made[1].scale == pytest.approx(x.sum(axis=1).max())
    assert made[1].threshold == pytest.approx(made[1].scale / made[0].scale)


def test_neurons_that_stay_silent_are_told_and_a_dead_layer_is_refused():
    x = RNG.random((50, 3)) + 0.1
    (one,), _ = normalise(net(np.diag([1.0, -1.0, 1.0])), x, 1.0, 99.0, (True, False))
    assert one.silent == pytest.approx(1 / 3)
    message = "^affine1: no activation is above 0 in any of the 50 calibration samples, a dead"
    with pytest.raises(UserError, match=message):
        normalise(net(-np.eye(3)), x, 1.0, 99.0, (True, False))


def test_as_many_samples_as_memory_holds(monkeypatch):
    monkeypatch.setattr("backspike.golden.conversion.normalise._MOST_NUMBERS", 30)
    x = np.arange(1.0, 61).reshape(20, 3)
    made, samples = normalise(net(), x, 1.0, 100.0, (True, False))
    assert (samples, made[0].scale) == (10, 30.0)


def test_outputs_are_raised_together_if_the_highest_is_often_below_0():
    x = RNG.random((500, 3))
    low = net(last=RNG.normal(0, 1, (4, 3)), bias=np.full(4, -9.0))
    high = raised(low, x)
    tops = high.outputs(x).max(axis=1)
    assert np.mean(tops >= -1e-12) == pytest.approx(0.99, abs=0.002)
    moved = high.outputs(x) - low.outputs(x)
    assert moved.min() > 5
    assert np.ptp(moved) < 1e-12
    enough = net(bias=1.0)
    assert raised(enough, x) is enough


@pytest.mark.parametrize("value", [0, -1, 100.5, float("nan")])
def test_a_percentile_is_above_0_and_at_most_100(value):
    assert check_percentile(99.9) == 99.9
    with pytest.raises(UserError, match=r"^percentile must be above 0 and at most 100, not"):
        check_percentile(value)
