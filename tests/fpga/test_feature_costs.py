"""The measured table: what rules need is found in it, and the docs show it."""

import re
from pathlib import Path

import pytest

from backspike.fpga.feature_costs import FEATURES, PLAIN, Cells, cost_rows, features_of
from backspike.golden.rules.microcode import compile_rule, needs_of

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


@pytest.mark.parametrize(
    ("text", "more", "names"),
    [
        ("dw = 2*x0*y0", {}, ["rules"]),
        ("dw = 2^-3*x1*y0", {}, ["rules", "traces: x1, y1"]),
        ("dw = x0*y0", {"rounding": "stochastic"}, ["rules", "rules: random rounding"]),
        ("dt = x0*y0; dw = t*u0", {}, ["rules", "rules: tags"]),
        ("dd = x0*y0", {}, ["rules", "rules: learned delays"]),
        ("dw = r1*x0", {"reinforcement": 1}, ["rules", "rules: 4 reinforcement channels"]),
        ("dw = x0*y0", {"lava": True}, ["rules", "rules: Lava's arithmetic"]),
        (
            "dw = x1*y0*y2",
            {"epoch": 4},
            [
                "rules",
                "rules: longer epochs, gates",
                "traces: x1, y1",
                "traces: x2, y2, y3, r0, u_k, sgn",
                "traces: times in epochs of 8",
            ],
        ),
    ],
)
def test_a_rule_needs_the_features_that_it_names(text, more, names):
    assert [feature.name for feature in features_of(needs_of(compile_rule(text, **more)))] == names


def test_each_feature_changes_the_core_that_it_is_added_to():
    for feature in FEATURES:
        assert feature.without.with_(**feature.changes) != feature.without
    assert not PLAIN.learning


def test_cells_add_up():
    assert Cells(1, 2, 3, 4) + Cells(10, 20, 30, -4) == Cells(11, 22, 33, 0)


def test_the_page_shows_the_table():
    section = PAGE.read_text().partition("## What features cost")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.*) \|$", section, re.MULTILINE)[2:]
    assert [tuple(cell.strip() for cell in row.split("|")) for row in rows] == cost_rows()
