"""Learning rules as microcode: a parsed rule becomes instructions of the learning engine.

What depends only on the axon, the reward and constants is a scalar, computed once per set-up;
products whose other factors are equal share one coefficient and one lane product.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from backspike.golden.capacity import check_capacity
from backspike.golden.rules import VARIABLES, Product, Rule, RuleError, Term, parse_rule
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    COEFFICIENTS,
    FRACTION_BITS,
    LANE_OPS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    Factor,
    MicroOp,
    Visit,
    rule_layout,
)
from backspike.hdl.params import CoreParams

__all__ = ["CompiledRule", "Rounding", "compile_rule"]

Rounding = Literal["floor", "stochastic"]

#: Exponents of a LOAD.
_EXPONENTS = range(-7, 9)
#: Constants beyond this would saturate.
_CONSTANT_LIMIT = 1 << (COEFFICIENT_BITS - 1 - FRACTION_BITS)


@dataclass(frozen=True)
class CompiledRule:
    """A rule as the learning engine runs it.

    Attributes
    ----------
    rule : Rule
        What it was compiled from; ``rule.products`` for printing.
    instructions : tuple of dict of str to int
        Fields of ``layouts.microcode_layout``, in order.
    pre, post : Visit
        Which axons and which compartments it can change synapses of.
    stochastic : bool
        Whether weights are rounded at random rather than down.
    """

    rule: Rule
    instructions: tuple[dict[str, int], ...]
    pre: Visit
    post: Visit
    stochastic: bool

    def columns(self) -> dict[str, list[int]]:
        """The instructions as columns for ``layouts.pack_array``."""
        return {name: [row[name] for row in self.instructions] for name in self.instructions[0]}

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for rules that do the same."""
        fields = tuple(tuple(row.values()) for row in self.instructions)
        return fields, self.pre, self.post, self.stochastic


def compile_rule(
    text: str, params: CoreParams | None = None, *, rounding: Rounding = "floor"
) -> CompiledRule:
    """Compile a rule string.

    Parameters
    ----------
    text : str
        See :mod:`backspike.golden.rules`.
    params : CoreParams, optional
        The core; without it, only what holds for every core is checked.
    rounding : {"floor", "stochastic"}
        How a weight with a fraction is stored.

    Raises
    ------
    RuleError
        If the text is no rule, or a constant cannot be represented exactly.
    CapacityError
        If the rule needs more than the core has.
    ValueError
        If ``rounding`` is unknown.
    """
    if rounding not in ("floor", "stochastic"):
        raise ValueError(f"rounding must be 'floor' or 'stochastic', not {rounding!r}")
    rule = parse_rule(text)
    instructions = _instructions(rule)
    max_count = (1 << rule_layout(params or CoreParams())["count"].width) - 1
    words = params.microcode_words if params else max_count
    check_capacity("instructions of a rule", len(instructions), min(max_count, words))
    return CompiledRule(
        rule=rule,
        instructions=tuple(instructions),
        pre=_pre(rule.products),
        post=_post(rule.products),
        stochastic=rounding == "stochastic",
    )


def _pre(products: tuple[Product, ...]) -> Visit:
    """Which axons can have a ``dw`` other than 0."""
    if all(product.has("x0") for product in products):
        return Visit.SPIKED
    if all(product.has("x0", "x1") for product in products):
        return Visit.TRACED
    return Visit.ALWAYS


def _post(products: tuple[Product, ...]) -> Visit:
    """Which compartments can have a ``dw`` other than 0."""
    return Visit.SPIKED if all(product.has("y0") for product in products) else Visit.ALWAYS


def _instructions(rule: Rule) -> list[dict[str, int]]:
    """Scalar instructions of each product, then the lane operations of each coefficient."""
    groups: dict[tuple[Term, ...], list[Product]] = {}
    for product in rule.products:
        lanes = sorted(term for term in product.terms if VARIABLES[term.variable].lane)
        groups.setdefault(tuple(lanes), []).append(product)
    check_capacity("coefficients of a rule", len(groups), COEFFICIENTS)
    check_capacity("lane operations of a rule", sum(max(1, len(g)) for g in groups), LANE_OPS)
    out: list[dict[str, int]] = []
    for coefficient, products in enumerate(groups.values()):
        for product in products:
            out += _scalar(rule, product, coefficient)
    for coefficient, factors in enumerate(groups):
        terms = factors or (Term("u0"),)
        out += [
            _instruction(
                MicroOp.LANE,
                VARIABLES[term.variable].factor,
                constant=term.offset,
                coefficient=coefficient,
                first=int(i == 0),
                last=int(i == len(terms) - 1),
            )
            for i, term in enumerate(terms)
        ]
    return out


def _scalar(rule: Rule, product: Product, coefficient: int) -> list[dict[str, int]]:
    """LOAD the constant, MUL by each scalar factor; the last one adds to the coefficient."""
    mantissa, exponent = _mantissa(rule, product)
    out = [
        _instruction(
            MicroOp.LOAD, Factor.ONE, constant=mantissa, exponent=exponent, coefficient=coefficient
        )
    ]
    for term in product.terms:
        variable = VARIABLES[term.variable]
        if not variable.lane and term != Term("u0"):
            out.append(
                _instruction(
                    MicroOp.MUL, variable.factor, constant=term.offset, coefficient=coefficient
                )
            )
    out[-1]["last"] = 1
    return out


def _mantissa(rule: Rule, product: Product) -> tuple[int, int]:
    """Mantissa and exponent of a product's constant, exactly."""
    scale = product.scale
    if -_CONSTANT_LIMIT <= scale < _CONSTANT_LIMIT:
        for exponent in sorted(_EXPONENTS, key=abs):
            mantissa = scale / Fraction(2) ** exponent
            if mantissa.denominator == 1 and WEIGHT_MIN <= mantissa <= WEIGHT_MAX:
                return int(mantissa), exponent
    raise RuleError(
        f"constant must be {WEIGHT_MIN} to {WEIGHT_MAX} times 2^{_EXPONENTS[0]} to "
        f"2^{_EXPONENTS[-1]}, from {-_CONSTANT_LIMIT} to less than {_CONSTANT_LIMIT}, "
        f"not {scale}, in the product",
        rule.text,
        product.position,
    )


def _instruction(
    op: MicroOp,
    factor: Factor,
    *,
    constant: int = 0,
    exponent: int = 0,
    coefficient: int = 0,
    first: int = 0,
    last: int = 0,
) -> dict[str, int]:
    """Fields of one instruction, as numbers."""
    return {
        "op": op.value,
        "factor": factor.value,
        "constant": constant,
        "exponent": exponent,
        "coefficient": coefficient,
        "first": first,
        "last": last,
    }
