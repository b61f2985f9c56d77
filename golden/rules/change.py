"""Range of what a rule can change, from the ranges of its variables."""

from collections.abc import Mapping
from fractions import Fraction

from backspike.golden.rules.rule import VARIABLES, ParsedRule, Product, Term
from backspike.hdl.layouts import REWARD_BITS, TRACE_MAX, Target

__all__ = ["change_limits"]

_REWARDS = (-(1 << (REWARD_BITS - 1)), (1 << (REWARD_BITS - 1)) - 1)


def change_limits(
    rule: ParsedRule, target: Target, ranges: Mapping[str, tuple[int, int]]
) -> tuple[Fraction, Fraction]:
    """Least and greatest change of ``target`` in an epoch, before it is rounded.

    ``ranges`` has least and greatest values of w, t and d. Factors are taken for independent.
    """
    products = [_limits(p, ranges) for p in rule.products if p.target is target]
    least = sum((min(low, Fraction(0)) for low, _ in products), start=Fraction(0))
    return least, sum((max(high, Fraction(0)) for _, high in products), start=Fraction(0))


def _limits(product: Product, ranges: Mapping[str, tuple[int, int]]) -> tuple[Fraction, Fraction]:
    """Least and greatest value of a product."""
    low = high = product.scale
    for term in product.terms:
        ends = [low * value for value in _term_limits(term, ranges)]
        ends += [high * value for value in _term_limits(term, ranges)]
        low, high = min(ends), max(ends)
    return low, high


def _term_limits(term: Term, ranges: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """Least and greatest value of a factor."""
    low, high = ranges.get(term.variable, (0, 1))
    if VARIABLES[term.variable].trace:
        low, high = 0, TRACE_MAX
    elif term.variable in ("r0", "r1"):
        low, high = _REWARDS
    return term.value(low), term.value(high)
