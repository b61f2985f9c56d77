"""Descriptions of rules; what the command prints of them is tested in ``tests/cli``."""

from backspike.experiments.rule_description import cells, facts, microcode, products
from backspike.fpga.feature_costs import FEATURES, PLAIN_CELLS
from backspike.golden.rules.microcode import compile_rule

STDP = "dw = 2^-3*x1*y0 - 2^-3*x0*y1"


def test_products_are_split_into_what_is_done_once_and_in_each_synapse():
    first, second = products(compile_rule(STDP))
    assert (first.target, first.each, second.each) == ("dw", "y0", "y1")
    assert (first.once[-2:], second.once[-2:]) == ("x1", "x0")


def test_microcode_has_a_row_for_each_instruction_and_only_fields_that_say_something():
    compiled = compile_rule(STDP)
    fields, rows = microcode(compiled)
    assert len(rows) == len(compiled.instructions)
    assert {len(row) for row in rows} == {len(fields)}
    assert "sgn" not in fields
    assert "sgn" in microcode(compile_rule("dw = sgn(w)*x0"))[0]


def test_facts_and_cells_are_those_of_what_a_rule_needs():
    assert facts(compile_rule(STDP))[0].startswith("cycles: 2 a word")
    added, whole = cells(compile_rule(STDP))
    by_name = {feature.name: feature for feature in FEATURES}
    assert added == {name: tuple(by_name[name].added) for name in ("rules", "traces: x1, y1")}
    assert whole == tuple(map(sum, zip(PLAIN_CELLS, *added.values(), strict=True)))
