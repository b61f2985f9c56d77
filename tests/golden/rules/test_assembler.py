"""Instructions of rules: what is a scalar, what is a lane operation, what is shared."""

import pytest

from backspike.golden.errors import CapacityError
from backspike.golden.rules.assembler import Assembler
from backspike.golden.rules.parser import parse_rule
from backspike.golden.rules.rule import RuleError
from backspike.hdl.layouts import LAVA_BITS, Factor, MicroOp, Moment, Target


def assemble(text, *, timed=False, lava=False):
    return Assembler(parse_rule(text), timed=timed, lava=lava)


def shown(rows, *fields):
    """Operation, factor and other fields of instructions."""
    return [
        (MicroOp(row["op"]).name, Factor(row["factor"]).name, *(row[name] for name in fields))
        for row in rows
    ]


def test_products_with_equal_lanes_share_a_coefficient():
    assembler = assemble("4*r1*x0*y0 - 2*x0*y0 + x0*y1")
    assert assembler.groups() == [[0, 1], [2]]
    assert shown(assembler.instructions(), "coefficient", "last") == [
        ("LOAD", "ONE", 0, 0),
        ("MUL", "R1", 0, 0),
        ("MUL", "X0", 0, 1),
        ("LOAD", "ONE", 0, 0),
        ("MUL", "X0", 0, 1),
        ("LOAD", "ONE", 1, 0),
        ("MUL", "X0", 1, 1),
        ("LANE", "Y0", 0, 1),
        ("LANE", "Y1", 1, 1),
    ]


def test_lanes_begin_and_end_a_product():
    rows = assemble("dt = x0*(w - 2)*sgn(t + 1)").instructions()[2:]
    assert shown(rows, "first", "last", "constant", "sgn") == [
        ("LANE", "T", 1, 0, 1, 1),
        ("LANE", "W", 0, 1, -2, 0),
    ]
    assert rows[-1]["target"] == Target.TAG.value


def test_a_product_without_lanes_adds_its_coefficient():
    rows = assemble("u0*r1").instructions()
    assert shown(rows) == [("LOAD", "ONE"), ("MUL", "R1"), ("LANE", "ONE")]
    assert shown(assemble("u3").instructions(), "exponent")[1] == ("MUL", "U", 3)


def test_traces_of_the_axon_at_postsynaptic_moments_are_lanes():
    plain = assemble("y0*x1").instructions()
    assert shown(plain) == [("LOAD", "ONE"), ("MUL", "X1"), ("LANE", "Y0")]
    timed = assemble("y0*x1", timed=True).instructions()
    assert shown(timed, "moment") == [
        ("LOAD", "ONE", Moment.END.value),
        ("LANE", "X1", Moment.POST.value),
    ]


def test_lava_scales_every_product_on_its_own():
    assembler = assemble("2*x0*y1 + 4*x0*y1", lava=True)
    assert assembler.groups() == [[0], [1]]
    lanes = [row for row in assembler.instructions() if row["op"] == MicroOp.LANE.value]
    assert [row["exponent"] for row in lanes] == [0, 0]


def test_lava_scales_down_what_its_product_cannot_hold():
    rows = assemble("x0*y1 + x0*y1*w", lava=True).instructions()
    ends = [row["shift"] for row in rows if row["op"] == MicroOp.LANE.value and row["last"]]
    # A mantissa of 4 bits, a trace of 7, a weight of 9.
    assert ends == [0, 4 + 7 + 9 - LAVA_BITS]


@pytest.mark.parametrize(
    ("text", "lava", "message"),
    [
        ("257*x0", False, "constant must be -256 to 255 times"),
        ("9*x0", True, r"constant must be -8 to 7 .* not 9 \* 2\^0, in the product"),
        ("2^-8*x0", True, r"constant must be -8 to 7 .* not 1 \* 2\^-8"),
        ("2^9*x0", True, r"constant must be -8 to 7 .* not"),
        ("x0*w*t*y1*y2", True, "factors have 36 bits, and an exact product at most 35"),
        ("x0*x1*x2*r1*r0*x1", True, "presynaptic factors have .* bits, and an exact product"),
    ],
)
def test_what_is_not_exact_is_refused(text, lava, message):
    with pytest.raises(RuleError, match=message):
        assemble(text, lava=lava).instructions()


def test_no_core_has_more_operations():
    with pytest.raises(CapacityError, match=r"^coefficients of a rule: .*, the limit is 8$"):
        assemble(" + ".join(f"x0*(y1+{i})" for i in range(9))).instructions()


@pytest.mark.parametrize("text", ["2^-7*x0", "7*2^8*x0", "-8*2^8*x0"])
def test_constants_of_lava_reach_their_limits(text):
    assert assemble(text, lava=True).instructions()
