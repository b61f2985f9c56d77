"""Microcode of rules: it computes what their text says, on cores that have what they need."""

import os
import random
from fractions import Fraction

import numpy as np
import pytest

from backspike.golden.errors import CapacityError
from backspike.golden.rules.microcode import (
    channels_for,
    compile_rule,
    needs_of,
    rule_memories,
)
from backspike.golden.rules.rule import VARIABLES
from backspike.hdl.layouts import Factor, MicroOp, Visit, microcode_layout, rule_layout
from backspike.hdl.packing import pack_rows, unpack_array
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

SEEDS = range(int(os.environ.get("N_SEEDS", "20")))
RANGES = {
    "x0": (0, 1),
    "x1": (0, 127),
    "y0": (0, 1),
    "y1": (0, 127),
    "x2": (0, 127),
    "y2": (0, 127),
    "y3": (0, 127),
    "r0": (-128, 127),
    "r1": (-128, 127),
    "w": (-256, 255),
    "t": (-256, 255),
    "d": (0, 62),
    "u3": (0, 1),
}


class Saturated(Exception):
    pass


def saturate(value):
    """18 bits; a test asks about exact values only."""
    if not -(2**17) <= value < 2**17:
        raise Saturated
    return value


def sign(value):
    return (value > 0) - (value < 0)


def interpret(compiled, values):
    """``dw`` in 1/128, by running the instructions as the learning engine does."""
    operands = {Factor.ONE: 1, **{VARIABLES[name].factor: n for name, n in values.items()}}
    coefficients, scalar, product, dw = [0] * 8, 0, 0, 0
    for i in compiled.instructions:
        op, operand = MicroOp(i["op"]), operands[Factor(i["factor"])] + i["constant"]
        operand = sign(operand) if i["sgn"] else operand
        if op is MicroOp.LANE:
            product = saturate(
                (coefficients[i["coefficient"]] if i["first"] else product) * operand
            )
            dw += product * i["last"]
            continue
        if op is MicroOp.LOAD:
            scalar = saturate(i["constant"] << (i["exponent"] + 7))
        else:
            scalar = saturate(scalar * operand)
        if i["last"]:
            c = i["coefficient"]
            coefficients[c] = saturate(coefficients[c] + scalar)
    return dw


def random_constant(rng):
    if rng.random() < 0.4:
        return f"2^{rng.randint(-3, 2)}"
    return str(rng.randint(0, 5))


def random_factor(rng):
    name = rng.choice(list(RANGES))
    kind = rng.random()
    if kind < 0.3:
        return random_constant(rng)
    if kind < 0.5:
        return f"({name} {rng.choice('+-')} {rng.randint(0, 9)})"
    if kind < 0.6:
        return f"({rng.randint(0, 9)} {rng.choice('+-')} {name})"
    if kind < 0.65:
        return f"sgn({rng.choice('wtd')} {rng.choice('+-')} {rng.randint(0, 9)})"
    return name


def random_rule(rng):
    text = rng.choice(["", "dw = ", "-"])
    for i in range(rng.randint(1, 5)):
        factors = [random_factor(rng) for _ in range(rng.randint(0, 2))]
        factors.insert(rng.randint(0, len(factors)), rng.choice(["x0", "y0", "u0", "u3"]))
        text += (rng.choice([" + ", "-", " - "]) if i else "") + rng.choice(["*", " * "]).join(
            factors
        )
    return text


def by_python(text, values):
    """The same string as an expression of Python."""
    expression = text.removeprefix("dw = ").replace("2^", "Fraction(2)**")
    return Fraction(eval(expression, {"Fraction": Fraction, "u0": 1, "sgn": sign, **values}))


@pytest.mark.parametrize("seed", SEEDS)
def test_microcode_computes_what_the_string_says(seed):
    rng = random.Random(seed)
    exact = 0
    for _ in range(50):
        text = random_rule(rng)
        try:
            compiled = compile_rule(text)
        except CapacityError:  # more than 8 lane operations
            continue
        pack_rows(microcode_layout(CoreParams()), compiled.instructions)
        for _ in range(20):
            values = {
                name: rng.choice([0, rng.randint(low, high), rng.randint(max(low, -4), 1)])
                for name, (low, high) in RANGES.items()
            }
            values |= {name: abs(values[name]) for name in ("x1", "x2", "y1", "y2", "y3", "d")}
            values |= {name: abs(values[name]) % 2 for name in ("x0", "y0", "u3")}
            dw = compiled.rule.evaluate(values)
            assert dw == by_python(text, values), text
            silent = values["x1"] == values["x2"] == 0
            if values["x0"] == 0 and (compiled.pre is Visit.SPIKED or silent):
                assert dw == 0 or compiled.pre is Visit.ALWAYS, text
            assert values["y0"] or dw == 0 or compiled.post is Visit.ALWAYS, text
            try:
                assert Fraction(interpret(compiled, values), 128) == dw, text
                exact += 1
            except Saturated:
                pass
    assert exact > 400


@pytest.mark.parametrize(
    ("text", "pre", "post", "scalar", "lane"),
    [
        ("dw = 4*r1*x0*y0 - 2*x0*y0", Visit.SPIKED, Visit.SPIKED, 5, 1),
        ("x1*y0*2^-2 - 2*x0*y1", Visit.TRACED, Visit.ALWAYS, 4, 2),
        ("(y1 - 3)*x0", Visit.SPIKED, Visit.ALWAYS, 2, 1),
        ("2^-1*x1*y0", Visit.TRACED, Visit.SPIKED, 2, 1),
        ("w*x0*y0*2^-6", Visit.SPIKED, Visit.SPIKED, 2, 2),
        ("(x1 - 3)*y0", Visit.ALWAYS, Visit.SPIKED, 2, 1),
        ("u0*r1", Visit.ALWAYS, Visit.ALWAYS, 2, 1),
        ("x0", Visit.SPIKED, Visit.ALWAYS, 2, 1),
    ],
)
def test_microcode_of_known_rules(text, pre, post, scalar, lane):
    compiled = compile_rule(text)
    assert (compiled.pre, compiled.post) == (pre, post)
    ops = [row["op"] for row in compiled.instructions]
    assert ops.count(MicroOp.LANE.value) == lane
    assert len(ops) - ops.count(MicroOp.LANE.value) == scalar


def test_constants_at_their_limits():
    for text, value in [("255*2^2*x0", 1020), ("-2^10*x0", -1024), ("255*2^-7*x0", 255 / 128)]:
        compiled = compile_rule(text)
        assert interpret(compiled, dict.fromkeys(RANGES, 1)) == value * 128


def test_limits_of_the_engine():
    many = " + ".join(f"x0*(y1+{i})" for i in range(9))
    with pytest.raises(
        CapacityError, match=r"^coefficients of a rule: the network needs 9, the limit is 8$"
    ):
        compile_rule(many)
    with pytest.raises(
        CapacityError, match=r"^lane operations of a rule: the network needs 9, the limit is 8$"
    ):
        compile_rule("x0*y0" + "*w" * 8)
    long = " + ".join(["x0*r1"] * 21)
    with pytest.raises(
        CapacityError, match=r"^instructions of a rule: the network needs 64, the limit is 63$"
    ):
        compile_rule(long)
    with pytest.raises(
        CapacityError, match=r"^instructions of a rule: the network needs 10, the limit is 8$"
    ):
        compile_rule("x0*r1 + x0*r1 + x0*r1", CoreParams(microcode_words=8))


def test_rounding_channel_and_key():
    assert compile_rule("x0", rounding="stochastic").stochastic
    assert not compile_rule("x0").stochastic
    assert compile_rule("x0", reinforcement=2).reinforcement == 2
    assert compile_rule("2*x0*y0").key == compile_rule("dw = y0*2*x0").key
    for options in ({"rounding": "stochastic"}, {"reinforcement": 1}):
        assert compile_rule("2*x0*y0").key != compile_rule("2*x0*y0", **options).key


@pytest.mark.parametrize(
    ("text", "options", "needs"),
    [
        ("x0*y0", {}, {}),
        ("x1*y0", {}, {"traces": 1}),
        ("x0*x2", {}, {"traces": 1, "more_factors": 1}),
        ("u2*x0", {}, {"more_factors": 1}),
        ("sgn(w)*x0", {}, {"more_factors": 1}),
        ("dt = x0", {}, {"tags": 1}),
        ("t*x0", {}, {"tags": 1}),
        ("dd = d*x0", {}, {"delays": 1}),
        ("x0", {"epoch": 5}, {"epochs": 1}),
        ("x1*y0", {"epoch": 5}, {"epochs": 1, "traces": 1, "history": 8}),
        ("x0", {"lava": True}, {"lava": 1}),
        ("x0", {"rounding": "stochastic"}, {"stochastic": 1}),
        ("x0", {"reinforcement": 3}, {"reinforcements": 4}),
        ("w*x0 + y0*x0 + x0", {}, {"operations": 3}),
    ],
)
def test_needs(text, options, needs):
    least = dict.fromkeys(needs_of(compile_rule("x0")), 0)
    least |= {"learning": 1, "history": 1, "reinforcements": 1, "operations": 1}
    assert needs_of(compile_rule(text, **options)) == least | needs


def test_channels_of_a_core_with_a_channel():
    assert [channels_for(channel) for channel in range(4)] == [1, 2, 4, 4]


def test_a_core_that_lacks_something_refuses():
    with pytest.raises(CapacityError, match=r"^tags: the rule uses .*, the core has tags=False$"):
        compile_rule("dt = x0", CoreParams())
    with pytest.raises(CapacityError, match=r"^operations: the rule needs 3, the core has .*=2$"):
        compile_rule("w*x0 + y0*x0 + x0", CoreParams(operations=2))


@pytest.mark.parametrize("params", [CORE_PRESETS["tiny"], CORE_PRESETS["tiny-loihi"]])
def test_words_of_several_rules(params):
    rules = [
        compile_rule("x0*y0"),
        compile_rule("x1*y0 - x0*y1", rounding="stochastic"),
        compile_rule("u0", reinforcement=0),
    ]
    memories = rule_memories(params, rules)
    entries = unpack_array(rule_layout(params), memories["rules"])
    counts = [len(rule.instructions) for rule in rules]
    assert entries["count"].tolist() == counts
    assert entries["start"].tolist() == [0, counts[0], counts[0] + counts[1]]
    assert entries["stochastic"].tolist() == [0, 1, 0]
    assert entries["pre"].tolist() == [rule.pre.value for rule in rules]
    microcode = unpack_array(microcode_layout(params), memories["microcode"])
    rows = [row for rule in rules for row in rule.instructions]
    for name, column in microcode.items():
        np.testing.assert_array_equal(column, [row[name] for row in rows], err_msg=name)


def test_no_rules_have_no_words():
    assert [len(words) for words in rule_memories(CoreParams(), []).values()] == [0, 0]


def test_wrong_kinds():
    with pytest.raises(
        ValueError, match=r"^rounding must be 'floor' or 'stochastic', not 'nearest'$"
    ):
        compile_rule("x0", rounding="nearest")
    with pytest.raises(ValueError, match=r"^reinforcement of a rule must be between 0 and 3"):
        compile_rule("x0", reinforcement=4)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"params": 5}, "params must be a CoreParams, not 5"),
        ({"lava": 1}, "lava of a rule must be True or False, not 1"),
        ({"rounding": ["floor"]}, "rounding must be 'floor' or 'stochastic', not "),
        ({"roundng": "floor"}, r"keyword of compile_rule\(\) must be one of rounding, "),
    ],
)
def test_arguments_of_another_kind_are_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        compile_rule("x0*y0", **arguments)
