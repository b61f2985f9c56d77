"""Rule strings: what they mean, their microcode, and how mistakes are explained."""

import os
import random
from fractions import Fraction

import pytest

from backspike.golden.errors import CapacityError
from backspike.golden.rules.microcode import compile_rule
from backspike.golden.rules.parser import VARIABLES, RuleError, parse_rule
from backspike.hdl.layouts import Factor, MicroOp, Visit, microcode_layout
from backspike.hdl.packing import pack_rows
from backspike.hdl.params import CoreParams

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


def test_rounding_and_printing():
    assert compile_rule("x0", rounding="stochastic").stochastic
    assert not compile_rule("x0").stochastic
    products = parse_rule("3*2^-1*(2-y1)*x0 + u0").products
    assert [str(product) for product in products] == ["-3/2*(y1 -2)*x0", "1*u0"]


KNOWN = "known: x0, x1, x2, y0, y1, y2, y3, r0, r1, w, t, d, u0 to u9"
CONSTANT = "constant must be -256 to 255 times 2^-7 to 2^8, from -1024 to less than 1024, not"
OFFSET = "the constant added to 'x1' must be whole and between -256 and 255, not"
NEEDS = "a product needs one of the factors x0, y0, u0 to u9"


@pytest.mark.parametrize(
    ("text", "message", "character"),
    [
        ("dw = 4*r1)*x0", "unexpected ')'", 10),
        ("", "unexpected end", 1),
        ("dw = ", "unexpected end", 5),
        ("x0*", "unexpected end", 4),
        ("x0 -", "unexpected end", 5),
        ("x0 y0", "unexpected 'y0'", 4),
        ("x0*0.5", "unexpected '.'", 5),
        ("x0/2", "unexpected '/'", 3),
        ("x0^2", "unexpected '^'", 3),
        ("2^x0", "unexpected 'x0'", 3),
        ("(x1", "unexpected end", 4),
        ("(x1 * 2)*x0", "unexpected '*'", 5),
        ("(3)*x0", "unexpected ')'", 3),
        ("(x1 + y1)*x0", "unexpected 'y1'", 7),
        ("3^2*x0", "only powers of 2 are known, not of 3,", 1),
        ("2^1000*x0", "exponent 1000 is too large", 3),
        ("x0*z1", f"unknown variable 'z1' ({KNOWN})", 4),
        ("x0*(1 - z1)", f"unknown variable 'z1' ({KNOWN})", 9),
        ("dx = x0", "'dx' cannot be learned (can: dw, dt, dd)", 1),
        ("x0; dw = y0", "there is another sum for 'dw'", 5),
        ("dt = x0;", "unexpected end", 9),
        ("sgn(x1)*x0", "sgn is for w, t, d, not for 'x1',", 1),
        ("sgn w*x0", "unexpected 'w'", 5),
        ("x0 + 4*r1", NEEDS, 6),
        ("(x0 + 1)*y1", NEEDS, 1),
        ("x0 - 257*y0", f"{CONSTANT} -257, in the product", 6),
        ("1024*x0", f"{CONSTANT} 1024, in the product", 1),
        ("2^-8*x0", f"{CONSTANT} 1/256, in the product", 1),
        ("x0*(x1 + 2^-1)", f"{OFFSET} 1/2,", 10),
        ("x0*(x1 - 257)", f"{OFFSET} -257,", 10),
        ("x0*(256 + x1)", f"{OFFSET} 256,", 5),
    ],
)
def test_mistakes_are_pointed_at(text, message, character):
    with pytest.raises(RuleError) as caught:
        compile_rule(text)
    assert str(caught.value) == (
        f"rule: {message} at character {character}\n{text}\n{' ' * (character - 1)}^"
    )
    assert (caught.value.text, caught.value.position) == (text, character - 1)


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


def test_wrong_kinds():
    with pytest.raises(TypeError, match=r"^rule must be a str, not 3$"):
        compile_rule(3)
    with pytest.raises(
        ValueError, match=r"^rounding must be 'floor' or 'stochastic', not 'nearest'$"
    ):
        compile_rule("x0", rounding="nearest")
