"""Views of a compiled rule."""

import io

import pytest
from rich.console import Console

from backspike.cli.rule_view import show_rule
from backspike.fpga.feature_costs import FEATURES
from backspike.golden.rules.microcode import compile_rule


def shown(text, **more):
    console = Console(file=io.StringIO(), width=160)
    show_rule(console, compile_rule(text, **more))
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        ("dw = 2*x0*y0", ["cycles: 1 a word", "axons: that spiked", "rounding: down"]),
        ("dw = 2*r1*x0*y0 - 2*x0*y0", ["cycles: 1 a word", "2*r1*x0*y0"]),
        ("dw = 2^-3*x1*y0 - 2^-3*x0*y1", ["cycles: 2 a word", "have a trace", "traces"]),
        ("dw = 2^-6*x0*(w - 3)", ["(w -3)", "cycles: 1 a word"]),
    ],
)
def test_products_and_costs(rule, texts):
    out = shown(rule)
    for text in texts:
        assert text in out, out


def test_what_a_rule_can_change_is_named():
    assert "changes in an epoch: dw 0 to 127/8\n" in shown("2^-3*x1*y0")
    assert "traces: x1, each with an impulse" in shown("2^-3*x1*y0")
    small = "dd = 2^-2*u0; dw = -2*r1*x0"
    assert "dw -254 to 256; dd 0 to 1/4, which rounding down loses\n" in shown(small)
    assert "loses" not in shown(small, rounding="stochastic")
    assert "traces:" not in shown(small)


def test_rounding_is_named():
    assert "rounding: stochastic" in shown("dw = 2^-3*x0*y1", rounding="stochastic")


def test_features_are_shown_with_their_measured_cells():
    out = shown("dw = 2^-3*x1*y0")
    for feature in FEATURES:
        named = feature.name in ("rules", "traces: x1, y1")
        assert (f"│ {feature.name} " in out) == named, feature.name
    whole = 8030 + 3556 + 2504
    assert f"{whole:,}" in out
