"""Parsed rules: values, moments, and how products are printed."""

from fractions import Fraction

import pytest

from backspike.golden.rules.parser import parse_rule
from backspike.golden.rules.rule import VARIABLES, RuleError, Term
from backspike.hdl.layouts import Factor, Moment, Target


def test_the_value_of_a_rule_by_target():
    rule = parse_rule("dw = 2^-1*x0*(w - 3) - y0; dt = 4*x0*sgn(t + 1)")
    values = {"x0": 1, "y0": 1, "w": 8, "t": -9}
    assert rule.evaluate(values) == Fraction(3, 2)
    assert rule.evaluate(values, Target.TAG) == -4
    assert rule.evaluate(values, Target.DELAY) == 0
    assert rule.targets == {Target.WEIGHT, Target.TAG}


def test_u_counts_in_every_epoch_unless_it_is_given():
    rule = parse_rule("u3*x0")
    assert rule.evaluate({"x0": 1}) == 1
    assert rule.evaluate({"x0": 1, "u3": 0}) == 0


def test_variables_in_use():
    rule = parse_rule("x0*y1 + (w - 1)*y0")
    assert [name for name in VARIABLES if rule.uses(name)] == ["x0", "y0", "y1", "w"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("x0*y1", Moment.PRE),
        ("y0*x1", Moment.POST),
        ("y0*x0", Moment.POST),
        ("x0*y0", Moment.PRE),
        ("u0*x1", Moment.END),
        ("u2*x0", Moment.END),
    ],
)
def test_the_first_dependency_is_the_moment(text, moment):
    (product,) = parse_rule(text).products
    assert product.moment is moment


def test_a_factor_of_its_own():
    (product,) = parse_rule("x0*(y0 - 1)*sgn(w)").products
    assert product.has("x0")
    assert product.has("y1", "x0")
    assert not product.has("y0")
    assert not product.has("w")


def test_values_of_terms():
    assert Term("w", -3).value(8) == 5
    assert [Term("w", -3, sgn=True).value(value) for value in (2, 3, 4)] == [-1, 0, 1]


def test_products_are_printed_as_they_are_meant():
    products = parse_rule("3*2^-1*(2-y1)*x0 + u0 - sgn(w)*x0 + sgn(w - 2)*x0").products
    assert list(map(str, products)) == [
        "-3/2*(y1 -2)*x0",
        "1*u0",
        "-1*sgn(w)*x0",
        "1*sgn(w -2)*x0",
    ]


def test_traces_are_those_that_are_read_at_a_moment():
    assert {n for n, v in VARIABLES.items() if v.trace} == {"x1", "x2", "y1", "y2", "y3"}
    assert VARIABLES["u0"].factor is Factor.ONE
    assert VARIABLES["u7"].factor is Factor.U


def test_an_error_points_at_its_character():
    error = RuleError("no good", "a\tb", 2)
    assert str(error) == "rule: no good at character 3\na b\n  ^"
    assert (error.text, error.position) == ("a\tb", 2)


def test_bits_of_variables_are_those_of_lava():
    bits = {name: variable.bits for name, variable in VARIABLES.items()}
    dependencies = ["x0", "y0", *(f"u{k}" for k in range(10))]
    traces = ["x1", "x2", "y1", "y2", "y3", "r0", "r1"]
    expected = dict.fromkeys(dependencies, 1) | dict.fromkeys(traces, 7)
    assert bits == expected | dict.fromkeys(["w", "t", "d"], 9)
