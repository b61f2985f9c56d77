"""Impulses and time constants: their defaults, their ranges, and rewards by channel."""

import numpy as np
import pytest

from backspike.golden.network.trace_constants import TRACE_NAMES, TraceConstants


def test_traces_are_nothing_unless_set():
    constants = TraceConstants()
    assert all(getattr(constants, name) == (0, 0.0) for name in TRACE_NAMES)
    assert constants.reward_taus("r0") == constants.reward_taus("r1") == (0.0,) * 4
    assert not constants.fractional


def test_a_reward_has_one_time_constant_or_one_by_channel():
    constants = TraceConstants(r0=3.0, r1=(1.0, 2.0))
    assert constants.reward_taus("r0") == (3.0,) * 4
    assert constants.reward_taus("r1") == (1.0, 2.0, 0.0, 0.0)


@pytest.mark.parametrize(("impulse", "fractional"), [(3, False), (3.0, False), (1 / 128, True)])
def test_fractions(impulse, fractional):
    assert TraceConstants(y2=(impulse, 1)).fractional == (["y2"] if fractional else [])


def test_numbers_of_any_kind_are_taken():
    constants = TraceConstants(x1=[np.int64(5), np.float32(3)], r1=[np.float64(2), 1])
    assert constants == TraceConstants(x1=(5, 3.0), r1=(2.0, 1))


@pytest.mark.parametrize(
    ("constants", "error", "message"),
    [
        ({"x1": ("3", 1)}, TypeError, "impulse of trace x1 must be a number, not '3'"),
        ({"x1": (True, 1)}, TypeError, "impulse of trace x1 must be a number, not True"),
        ({"y3": (-1, 1)}, ValueError, "impulse of trace y3 must be between 0 and 127, not -1"),
        ({"y3": (1 / 256, 1)}, ValueError, r"impulse of trace y3 must be a multiple of 1/128, .*"),
        ({"x2": (1, -1)}, ValueError, "time constant of trace x2 must be 0 or more, not -1"),
        ({"x2": (1, float("nan"))}, ValueError, "time constant of trace x2 must be 0 .*, not nan"),
        ({"r1": "3"}, TypeError, "time constant of trace r1, in steps, must be a number, not '3'"),
        ({"x1": 5}, TypeError, r"trace x1 must have an impulse and a time .* \(16, 20.0\), not 5"),
        ({"x1": (1, 2, 3)}, TypeError, r"trace x1 must have an impulse .*, not \(1, 2, 3\)"),
        ({"x1": "ab"}, TypeError, "trace x1 must have an impulse and a time .*, not 'ab'"),
        ({"r0": ()}, ValueError, r"time constants of r0 must be one or up to 4, not \(\)"),
        ({"r0": (1.0,) * 5}, ValueError, r"time constants of r0 must be one or up to 4, not \(.*"),
        ({"z": (1, 1)}, TypeError, ".*unexpected keyword argument 'z'"),
    ],
)
def test_bad_constants_are_explained(constants, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        TraceConstants(**constants)
