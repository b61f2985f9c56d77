"""Learning rules as sums of products: variables, factors, and their values.

Each product has one of x0, y0 and u_k as a factor of its own: it says when the product counts, and
the first of them when its traces are read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from backspike.golden.errors import UserError
from backspike.hdl.layouts import Factor, Moment, Target

__all__ = ["TARGETS", "VARIABLES", "ParsedRule", "Product", "RuleError", "Term", "Variable"]


@dataclass(frozen=True)
class Variable:
    """Meaning of a name in a rule.

    Attributes
    ----------
    factor : Factor
        The operand of the learning engine.
    lane : bool
        It differs between the synapses of one axon.
    dependency : bool
        A product may count on it alone.
    bits : int
        Bits beside the sign that Lava gives it.
    more : bool
        A core needs ``more_factors`` for it.
    """

    factor: Factor
    lane: bool = False
    dependency: bool = False
    bits: int = 7
    more: bool = False

    @property
    def trace(self) -> bool:
        """True if it is a trace, which is read at a moment."""
        return self.factor in _TRACES


_TRACES = (Factor.X1, Factor.X2, Factor.Y1, Factor.Y2, Factor.Y3)


#: Every variable that a rule can name.
VARIABLES = {
    "x0": Variable(Factor.X0, dependency=True, bits=1),
    "x1": Variable(Factor.X1),
    "x2": Variable(Factor.X2, more=True),
    "y0": Variable(Factor.Y0, lane=True, dependency=True, bits=1),
    "y1": Variable(Factor.Y1, lane=True),
    "y2": Variable(Factor.Y2, lane=True, more=True),
    "y3": Variable(Factor.Y3, lane=True, more=True),
    "r0": Variable(Factor.R0, more=True),
    "r1": Variable(Factor.R1),
    "w": Variable(Factor.W, lane=True, bits=9),
    "t": Variable(Factor.T, lane=True, bits=9),
    "d": Variable(Factor.D, lane=True, bits=9),
    "u0": Variable(Factor.ONE, dependency=True, bits=1),  # 1 in every learning epoch
}
#: u_k is 1 in the epochs 2**k, 2 * 2**k, 3 * 2**k ... and 0 in the others.
VARIABLES |= {f"u{k}": Variable(Factor.U, dependency=True, bits=1, more=True) for k in range(1, 10)}
TARGETS = {"dw": Target.WEIGHT, "dt": Target.TAG, "dd": Target.DELAY}


_EMPTY = "it is empty, and a rule is such as dw = 4*x1*y0"


class RuleError(UserError):
    """A rule cannot be read or compiled; the message points at the character.

    Attributes
    ----------
    text : str
        The rule.
    position : int
        Index of the character, from 0.
    """

    def __init__(self, what: str, text: str, position: int) -> None:
        self.text = text
        self.position = position
        shown = re.sub(r"\s", " ", text)
        pointed = f"\n{shown}\n{' ' * position}^" if text.strip() else f": {_EMPTY}"
        super().__init__(f"rule: {what} at character {position + 1}{pointed}")


@dataclass(frozen=True, order=True)
class Term:
    """The factor ``variable + offset``, or the sign of it."""

    variable: str
    offset: int = 0
    sgn: bool = False

    def value(self, variable: int) -> int:
        """The factor, from the value of its variable."""
        exact = variable + self.offset
        return (exact > 0) - (exact < 0) if self.sgn else exact

    def __str__(self) -> str:
        if self.sgn:
            return (
                f"sgn({self.variable} {self.offset:+d})" if self.offset else f"sgn({self.variable})"
            )
        return f"({self.variable} {self.offset:+d})" if self.offset else self.variable


@dataclass(frozen=True)
class Product:
    """``mantissa * 2**exponent`` times its terms, added to ``target``.

    ``position`` is where it starts in the rule's text. The mantissa holds the plain numbers, the
    exponent the powers of two, as they were written.
    """

    mantissa: int
    exponent: int
    terms: tuple[Term, ...]
    target: Target = Target.WEIGHT
    position: int = field(default=0, compare=False)

    @property
    def scale(self) -> Fraction:
        """The constant factor."""
        return self.mantissa * Fraction(2) ** self.exponent

    @property
    def dependency(self) -> Term:
        """The first factor that says when the product counts."""
        return next(t for t in self.terms if t.offset == 0 and VARIABLES[t.variable].dependency)

    @property
    def moment(self) -> Moment:
        """Moment of an epoch at which its traces are read."""
        moments = {"x0": Moment.PRE, "y0": Moment.POST}
        return moments.get(self.dependency.variable, Moment.END)

    def has(self, *variables: str) -> bool:
        """True if one of ``variables`` is a factor of its own: the product is 0 where it is 0."""
        return any(
            term.offset == 0 and not term.sgn and term.variable in variables for term in self.terms
        )

    def __str__(self) -> str:
        return "*".join([str(self.scale), *map(str, self.terms)])


@dataclass(frozen=True)
class ParsedRule:
    """A parsed rule: each target changes by the sum of its products, in its own units."""

    text: str
    products: tuple[Product, ...]

    def evaluate(self, values: Mapping[str, int], target: Target = Target.WEIGHT) -> Fraction:
        """Exact change of ``target`` for ``values`` of the variables; u_k is 1 if not given."""
        known = {f"u{k}": 1 for k in range(10)} | dict(values)
        return sum(
            (
                product.scale * prod(term.value(known[term.variable]) for term in product.terms)
                for product in self.products
                if product.target is target
            ),
            start=Fraction(0),
        )

    @property
    def targets(self) -> set[Target]:
        """Targets that it changes."""
        return {product.target for product in self.products}

    def uses(self, variable: str) -> bool:
        """True if some product depends on ``variable``."""
        return any(term.variable == variable for p in self.products for term in p.terms)
