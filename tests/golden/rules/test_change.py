"""Limits of what a rule changes: every value of its variables stays within, some reach them."""

from fractions import Fraction
from itertools import product

import pytest

from backspike.golden.rules.change import change_limits
from backspike.golden.rules.parser import parse_rule
from backspike.hdl.layouts import Target

RANGES = {"w": (-256, 254), "t": (-9, 9), "d": (0, 6)}
VALUES = {
    "x0": (0, 1),
    "y0": (0, 1),
    "x1": (0, 1, 127),
    "y1": (0, 64, 127),
    "r1": (-128, 0, 127),
    "w": (-256, 0, 254),
    "d": (0, 6),
}


@pytest.mark.parametrize(
    "text",
    [
        "x0",
        "-2^-3*x0*y1 + 2^-2*y0*x1",
        "u0*r1*w",
        "x0*(3 - w)",
        "x0*(y1 - 3)*2^-2",
        "sgn(w - 3)*u0",
        "-x0*(d - 3)*(d - 3)",
        "x0 - x0",
    ],
)
def test_no_values_exceed_the_limits(text):
    rule = parse_rule(text)
    low, high = change_limits(rule, Target.WEIGHT, RANGES)
    names = [name for name in VALUES if rule.uses(name)]
    changes = [
        rule.evaluate(dict(zip(names, values, strict=True)))
        for values in product(*(VALUES[name] for name in names))
    ]
    assert low <= min(changes) <= max(changes) <= high
    if len(rule.products) == 1 and "(d" not in text:
        assert {low, high} <= {*changes, Fraction(0)}


def test_each_target_has_its_own():
    rule = parse_rule("dw = 3*x0; dt = -2^-4*y0")
    assert change_limits(rule, Target.WEIGHT, RANGES) == (0, 3)
    assert change_limits(rule, Target.TAG, RANGES) == (Fraction(-1, 16), 0)
    assert change_limits(rule, Target.DELAY, RANGES) == (0, 0)
