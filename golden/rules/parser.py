"""Learning rules as text: ``dw = 4*r1*x0*y0 - 2*x0*y0``, sums of products.

Grammar, spaces ignored::

    rule    = sum { ";" sum }
    sum     = [ ("dw" | "dt" | "dd") "=" ] product { ("+" | "-") product }
    product = factor { "*" factor }
    factor  = [ "-" | "+" ] ( constant | term | "sgn" "(" offset ")" )
    term    = variable | "(" offset ")"
    offset  = variable [ ("+" | "-") constant ] | constant ("+" | "-") variable
    constant = digits | "2" "^" [ "-" ] digits

Variables are those of :data:`VARIABLES`, and u1 to u9; ``sgn`` is for w, t and d. A sum without a
name is dw. Every product needs one of x0, y0 and u_k as a factor of its own: it says when the
product counts, and the first of them when its traces are read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod
from typing import NamedTuple, NoReturn

from backspike.golden.errors import UserError
from backspike.hdl.layouts import Factor, Moment, Target

__all__ = ["TARGETS", "VARIABLES", "Product", "Rule", "RuleError", "Term", "Variable", "parse_rule"]


@dataclass(frozen=True)
class Variable:
    """What a name in a rule stands for.

    Attributes
    ----------
    factor : Factor
        The operand of the learning engine.
    lane : bool
        Whether it differs between the synapses of one axon.
    dependency : bool
        Whether a product may count on it alone.
    bits : int
        Bits beside the sign that Lava gives it.
    more : bool
        Whether a core needs ``more_factors`` for it.
    """

    factor: Factor
    lane: bool = False
    dependency: bool = False
    bits: int = 7
    more: bool = False

    @property
    def trace(self) -> bool:
        """Whether it is a trace, which is read at a moment."""
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
_SIGNED = ("w", "t", "d")


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
        super().__init__(f"rule: {what} at character {position + 1}\n{shown}\n{' ' * position}^")


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
        """When in an epoch its traces are read."""
        moments = {"x0": Moment.PRE, "y0": Moment.POST}
        return moments.get(self.dependency.variable, Moment.END)

    def has(self, *variables: str) -> bool:
        """Whether one of ``variables`` is a factor of its own: the product is 0 where it is 0."""
        return any(
            term.offset == 0 and not term.sgn and term.variable in variables for term in self.terms
        )

    def __str__(self) -> str:
        return "*".join([str(self.scale), *map(str, self.terms)])


@dataclass(frozen=True)
class Rule:
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
        """What it changes."""
        return {product.target for product in self.products}

    def uses(self, variable: str) -> bool:
        """Whether some product depends on ``variable``."""
        return any(term.variable == variable for p in self.products for term in p.terms)


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises
    ------
    TypeError
        If ``text`` is no string.
    RuleError
        If it has a syntax error, an unknown variable, or a product without x0, y0 or u_k.
    """
    if not isinstance(text, str):
        raise TypeError(f"rule must be a str, not {text!r}")
    return _Parser(text).rule()


class _Token(NamedTuple):
    text: str
    position: int


class _Parser:
    """Recursive descent over the tokens of one rule; an empty token marks the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [
            _Token(match[0], match.start())
            for match in re.finditer(r"[A-Za-z_]\w*|[0-9]+|\S", text)
        ]
        self.tokens.append(_Token("", len(text.rstrip())))

    def fail(self, what: str, position: int) -> NoReturn:
        raise RuleError(what, self.text, position)

    def unexpected(self) -> NoReturn:
        token = self.tokens[0]
        self.fail(f"unexpected {token.text!r}" if token.text else "unexpected end", token.position)

    def take(self, *choices: str) -> _Token | None:
        """The next token if it is one of ``choices``."""
        return self.tokens.pop(0) if self.tokens[0].text in choices else None

    def sign(self) -> int:
        """An optional sign: 1 or -1."""
        token = self.take("+", "-")
        return -1 if token and token.text == "-" else 1

    def rule(self) -> Rule:
        products: list[Product] = []
        while True:
            products += self.sum({product.target for product in products})
            if not self.take(";"):
                break
        if self.tokens[0].text:
            self.unexpected()
        return Rule(self.text, tuple(products))

    def sum(self, taken: set[Target]) -> list[Product]:
        """The products of one target."""
        name = self.tokens[0]
        target = Target.WEIGHT
        if len(self.tokens) > 1 and self.tokens[1].text == "=":
            if name.text not in TARGETS:
                known = ", ".join(TARGETS)
                self.fail(f"{name.text!r} cannot be learned (can: {known})", name.position)
            target = TARGETS[name.text]
            del self.tokens[:2]
        if target in taken:
            shown = next(text for text, other in TARGETS.items() if other is target)
            self.fail(f"there is another sum for {shown!r}", name.position)
        products = [self.product(1, target)]
        while token := self.take("+", "-"):
            products.append(self.product(-1 if token.text == "-" else 1, target))
        return products

    def product(self, sign: int, target: Target) -> Product:
        position = self.tokens[0].position
        mantissa, exponent = sign, 0
        terms: list[Term] = []
        while True:
            mantissa *= self.sign()
            number, power, term = self.factor()
            mantissa *= number
            exponent += power
            terms += [term] if term else []
            if not self.take("*"):
                break
        if self.tokens[0].text not in ("+", "-", ";", ""):
            self.unexpected()
        product = Product(mantissa, exponent, tuple(terms), target, position)
        if not product.has(*(name for name, variable in VARIABLES.items() if variable.dependency)):
            self.fail("a product needs one of the factors x0, y0, u0 to u9", position)
        return product

    def factor(self) -> tuple[int, int, Term | None]:
        """A constant factor, as mantissa and exponent, and what it multiplies."""
        if self.take("("):
            flip, term = self.offset_term()
            self.close()
            return flip, 0, term
        if self.tokens[0].text.isdecimal():
            return *self.constant(), None
        if sgn := self.take("sgn"):
            if not self.take("("):
                self.unexpected()
            flip, term = self.offset_term()
            if term.variable not in _SIGNED:
                known = ", ".join(_SIGNED)
                self.fail(f"sgn is for {known}, not for {term.variable!r},", sgn.position)
            self.close()
            return flip, 0, replace(term, sgn=True)
        return 1, 0, Term(self.variable())

    def close(self) -> None:
        if not self.take(")"):
            self.unexpected()

    def offset_term(self) -> tuple[int, Term]:
        """``variable + constant``, or ``constant - variable`` as ``-(variable - constant)``."""
        minus = self.sign()
        position = self.tokens[0].position
        if self.tokens[0].text.isdecimal():
            constant = minus * self.number()
            if self.tokens[0].text not in ("+", "-"):
                self.unexpected()
            flip = self.sign()
            name = self.variable()
        else:
            flip = minus
            name = self.variable()
            constant = Fraction(0)
            if self.tokens[0].text in ("+", "-"):
                minus = self.sign()
                position = self.tokens[0].position
                constant = minus * self.number()
        offset = flip * constant
        if offset.denominator != 1 or not -256 <= offset <= 255:
            self.fail(
                f"the constant added to {name!r} must be whole and between -256 and 255, "
                f"not {offset},",
                position,
            )
        return flip, Term(name, int(offset))

    def variable(self) -> str:
        token = self.tokens[0]
        if not token.text or not (token.text[0].isalpha() or token.text[0] == "_"):
            self.unexpected()
        if token.text not in VARIABLES:
            known = ", ".join(name for name in VARIABLES if name[0] != "u") + ", u0 to u9"
            self.fail(f"unknown variable {token.text!r} (known: {known})", token.position)
        return self.tokens.pop(0).text

    def number(self) -> Fraction:
        mantissa, exponent = self.constant()
        return mantissa * Fraction(2) ** exponent

    def constant(self) -> tuple[int, int]:
        """Digits, or a power of two: mantissa and exponent."""
        base = self.tokens[0]
        if not base.text.isdecimal():
            self.unexpected()
        del self.tokens[0]
        if not self.take("^"):
            return int(base.text), 0
        if base.text != "2":
            self.fail(f"only powers of 2 are known, not of {base.text},", base.position)
        minus = self.sign()
        exponent = self.tokens[0]
        if not exponent.text.isdecimal():
            self.unexpected()
        if len(exponent.text) > 3:
            self.fail(f"exponent {exponent.text} is too large", exponent.position)
        del self.tokens[0]
        return 1, minus * int(exponent.text)
