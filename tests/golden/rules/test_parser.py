"""Rule strings: what they are read as, and how mistakes are pointed at."""

from fractions import Fraction

import pytest

from backspike.golden.rules.microcode import compile_rule
from backspike.golden.rules.parser import parse_rule
from backspike.golden.rules.rule import RuleError, Term
from backspike.hdl.layouts import Target

KNOWN = "known: x0, x1, x2, y0, y1, y2, y3, r0, r1, w, t, d, u0 to u9"
CONSTANT = "constant must be -256 to 255 times 2^-7 to 2^8, from -1024 to less than 1024, not"
OFFSET = "the constant added to 'x1' must be whole and between -256 and 255, not"
CLOSEST = "is no multiple of a power of 2 (the closest are"
NEEDS = "a product needs one of the factors x0, y0, u0 to u9"


@pytest.mark.parametrize(
    ("text", "message", "character"),
    [
        ("dw = 4*r1)*x0", "unexpected ')'", 10),
        ("dw = ", "unexpected end", 5),
        ("x0*", "unexpected end", 4),
        ("x0 -", "unexpected end", 5),
        ("x0 y0", "unexpected 'y0'", 4),
        ("x0.5", "unexpected '.5'", 3),
        ("x0*1.5.2", "unexpected '.2'", 7),
        ("x0*0.3", f"0.3 {CLOSEST} 38/128 = 0.296875 and 39/128 = 0.3046875)", 4),
        ("-0.001*x0", f"0.001 {CLOSEST} 0/128 = 0 and 1/128 = 0.0078125)", 2),
        ("x0*0.00390625", f"{CONSTANT} 1/256, in the product", 1),
        ("x0/256", f"{CONSTANT} 1/256, in the product", 1),
        ("x0/3", "only a power of 2 can divide, not 3,", 4),
        ("x0/-6*y0", "only a power of 2 can divide, not -6,", 4),
        ("x0/0", "only a power of 2 can divide, not 0,", 4),
        ("x0 / y1", "only a power of 2 can divide", 6),
        ("x0/", "only a power of 2 can divide", 4),
        ("x0*2**0.5", "an exponent must be whole, not 0.5,", 7),
        ("2**(3*x0", "unexpected '*'", 6),
        ("3**2*x0", "only powers of 2 are known, not of 3,", 1),
        ("x0*(x1 - 0.5)", f"{OFFSET} -1/2,", 10),
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


def test_products_as_they_are_written():
    rule = parse_rule(" dw = 3*2^-1*(2-y1)*x0 + -u0 ; dt=x0*sgn(t - 4)")
    first, second, third = rule.products
    assert (first.mantissa, first.exponent, first.terms) == (-3, -1, (Term("y1", -2), Term("x0")))
    assert (second.mantissa, second.terms) == (-1, (Term("u0"),))
    assert (third.target, third.terms) == (Target.TAG, (Term("x0"), Term("t", -4, sgn=True)))
    assert first.scale == Fraction(-3, 2)
    assert [product.position for product in rule.products] == [6, 25, 34]


@pytest.mark.parametrize(
    ("text", "mantissa", "exponent"),
    [
        ("0.25*x0", 1, -2),
        (".75*x0", 3, -2),
        ("3.*x0", 3, 0),
        ("12.50*x0", 25, -1),
        ("x0/8", 1, -3),
        ("1/8*x0", 1, -3),
        ("x0/2**3/0.5", 1, -2),
        ("x0/-4", -1, -2),
        ("3*x0/2^2*5", 15, -2),
        ("2**-3*x0", 1, -3),
        ("2**(-3)*x0", 1, -3),
        ("2^(4)*x0", 1, 4),
        ("0*x0", 0, 0),
    ],
)
def test_constants_as_python_writes_them(text, mantissa, exponent):
    (product,) = parse_rule(text).products
    assert (product.mantissa, product.exponent) == (mantissa, exponent)
    assert product.terms == (Term("x0"),)


def test_a_sum_without_a_name_is_of_the_weight():
    assert parse_rule("x0").products == parse_rule("dw = x0").products


def test_other_kinds_are_refused():
    with pytest.raises(TypeError, match=r"^rule must be a str, not 3$"):
        parse_rule(3)


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_rule_is_one_line(text):
    with pytest.raises(RuleError, match=r"unexpected end at character 1: it is empty, and a rule"):
        parse_rule(text)
