"""Inputs as values from 0 to 1: shapes, ranges, and signs."""

import numpy as np
import pytest

from backspike.golden.conversion.float_net import float_net
from backspike.golden.conversion.inputs import InputRange, arranged, range_of, with_both_signs
from backspike.golden.conversion.layers import AvgPool2d, Conv2d, Dense, Flatten, ReLU
from backspike.golden.errors import UserError

RNG = np.random.default_rng(1)


def test_images_become_channels_first():
    assert arranged("x", np.zeros((2, 5)), "first").shape == (2, 5)
    assert arranged("x", np.zeros((2, 5, 6)), "last").shape == (2, 1, 5, 6)
    x = RNG.random((2, 5, 6, 3))
    assert np.array_equal(arranged("x", x, "last"), x.transpose(0, 3, 1, 2))
    assert np.array_equal(arranged("x", x, "first"), x)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros(3), r"^x must have the shape \(n, features\), \(n, height, width\) or"),
        (np.zeros((0, 3)), r"not \(0, 3\)$"),
        (np.array([[1.0, np.nan]]), r"^x must be finite, not nan at \[0, 1\]$"),
        (np.full((9, 9), 1j), r"^x must be numbers, not array\(\[\[[^\n]*$"),
        ([["a"]], r"^x must be numbers"),
        ([[1.0], [1.0, 2.0]], r"^x must be a regular array"),
    ],
)
def test_what_are_no_inputs_is_refused(x, message):
    with pytest.raises(UserError, match=message):
        arranged("x", x, "first")


def test_the_order_of_channels_has_two_names():
    with pytest.raises(UserError, match=r"^channels must be one of first, last, not 'middle'$"):
        arranged("x", np.zeros((1, 2)), "middle")


def test_a_range_is_the_largest_absolute_value_of_both_signs():
    assert range_of(np.array([[0.0, 4.0]])) == InputRange(4.0, False)
    assert range_of(np.array([[-5.0, 4.0]])) == InputRange(5.0, True)
    with pytest.raises(UserError, match=r"^calibration must have inputs that are not 0: all are$"):
        range_of(np.zeros((2, 3)))


def test_values_beyond_the_range_are_limited_and_counted():
    inputs, x = InputRange(2.0, False), np.array([[1.0, 3.0, -1.0, 2.0]])
    assert inputs.values(x).tolist() == [[0.5, 1.0, 0.0, 1.0]]
    assert inputs.limited(x) == 0.5
    both = InputRange(2.0, True)
    assert both.values(x).tolist() == [[0.5, 1, 0, 1, 0, 0, 0.5, 0]]
    assert both.limited(x) == 0.25


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ([Dense(RNG.normal(0, 1, (3, 4)), RNG.normal(0, 1, 3)), ReLU()], (4,)),
        ([Flatten(), Dense(RNG.normal(0, 1, (3, 24)))], (2, 3, 4)),
        ([Dense(RNG.normal(0, 1, (3, 24))), ReLU(), Dense(np.ones((2, 3)))], (2, 3, 4)),
        ([AvgPool2d(2), Conv2d(RNG.normal(0, 1, (3, 2, 2, 2)), padding=1)], (2, 4, 4)),
    ],
)
def test_two_inputs_for_both_signs_are_the_same_network(layers, shape):
    net = float_net(layers, shape)
    x = RNG.normal(0, 1, (5, *shape))
    inputs = range_of(x)
    stages = with_both_signs(net)
    doubled = stages[0].apply(inputs.values(x) * inputs.high)
    assert np.abs(doubled - net.stages[0].apply(x)).max() < 1e-12
    assert stages[1:] == net.stages[1:]


def test_signs_need_weights_in_one_group():
    grouped = float_net([Conv2d(np.ones((2, 1, 2, 2)), groups=2)], (2, 4, 4))
    with pytest.raises(UserError, match=r"^inputs below 0 need a first convolution in one group$"):
        with_both_signs(grouped)
    bare = float_net([Flatten(), ReLU(), Dense(np.eye(4))], (1, 2, 2))
    with pytest.raises(UserError, match=r"^inputs below 0 need weights before the first ReLU$"):
        with_both_signs(bare)
