"""Random rules as text: all of the grammar, and only what a core can hold."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.golden.rules.parser import parse_rule
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.packing import unpack_array
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_grammar import random_rule_program, random_rule_text

FULL = CORE_PRESETS["tiny-loihi"]


def named(params, count=300):
    """Variables and targets of many texts, and whether some has a sign."""
    rng = np.random.default_rng(1)
    rules = [parse_rule(random_rule_text(rng, params)) for _ in range(count)]
    terms = [term for rule in rules for product in rule.products for term in product.terms]
    targets = {target.name for rule in rules for target in rule.targets}
    return {term.variable for term in terms}, targets, any(term.sgn for term in terms)


def test_texts_have_every_factor_and_target():
    variables, targets, has_sign = named(FULL)
    assert variables >= {"x0", "x1", "x2", "y0", "y1", "y2", "y3", "r0", "r1", "w", "t", "d", "u3"}
    assert len(targets) == 3
    assert has_sign


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({"tags": False}, {"t"}),
        ({"more_factors": False}, {"x2", "y2", "y3", "r0", "u1", "u2", "u3"}),
        ({"delays": False}, {"d"}),
    ],
)
def test_texts_leave_out_what_a_core_lacks(lacking, missing):
    variables, _, _ = named(FULL.with_(**lacking))
    assert not variables & missing
    assert variables >= {"x0", "x1", "y0", "y1", "w", "u0"}


def test_programs_hold_the_rules_of_their_seed():
    one, same, other = (
        random_rule_program(np.random.default_rng(seed), FULL) for seed in (3, 3, 4)
    )
    assert np.array_equal(one.memories["microcode"], same.memories["microcode"])
    assert not np.array_equal(one.memories["microcode"], other.memories["microcode"])
    assert one.registers["learn"] == 1
    rules = unpack_array(MEMORIES["rules"].layout(FULL), one.memories["rules"])
    assert (rules["count"] > 0).all()
    assert (rules["start"] + rules["count"] <= FULL.microcode_words).all()
    GoldenCore(FULL).load(one)


def test_a_core_that_does_not_learn_has_no_rules():
    with pytest.raises(UserError, match=r"^learning must be True for random rules, not False$"):
        random_rule_program(np.random.default_rng(1), FULL.with_(learning=False))
