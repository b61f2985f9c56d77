"""Learning rules as text: ``dw = 4*r1*x0*y0 - 2*x0*y0``, a sum of products.

Grammar, spaces ignored::

    rule    = [ "dw" "=" ] product { ("+" | "-") product }
    product = factor { "*" factor }
    factor  = [ "-" | "+" ] ( constant | variable
                            | "(" variable ("+" | "-") constant ")"
                            | "(" constant ("+" | "-") variable ")" )
    constant = digits | "2" "^" [ "-" ] digits

Variables are those of :data:`VARIABLES`. Every product needs one of x0, y0 and u0 as a factor of
its own: it says when the product counts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import NamedTuple, NoReturn

from backspike.hdl.layouts import Factor

__all__ = ["VARIABLES", "Product", "Rule", "RuleError", "Term", "Variable", "parse_rule"]


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
    """

    factor: Factor
    lane: bool = False
    dependency: bool = False


#: Every variable that a rule can name.
VARIABLES = {
    "x0": Variable(Factor.X0, dependency=True),
    "x1": Variable(Factor.X1),
    "y0": Variable(Factor.Y0, lane=True, dependency=True),
    "y1": Variable(Factor.Y1, lane=True),
    "r1": Variable(Factor.R1),
    "w": Variable(Factor.W, lane=True),
    "u0": Variable(Factor.ONE, dependency=True),  # 1 at every learning epoch
}


class RuleError(ValueError):
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
    """The factor ``variable + offset``."""

    variable: str
    offset: int = 0

    def __str__(self) -> str:
        return f"({self.variable} {self.offset:+d})" if self.offset else self.variable


@dataclass(frozen=True)
class Product:
    """``scale`` times its terms; ``position`` is where it starts in the rule's text."""

    scale: Fraction
    terms: tuple[Term, ...]
    position: int = field(default=0, compare=False)

    def has(self, *variables: str) -> bool:
        """Whether one of ``variables`` is a factor of its own: the product is 0 where it is 0."""
        return any(term.offset == 0 and term.variable in variables for term in self.terms)

    def __str__(self) -> str:
        return "*".join([str(self.scale), *map(str, self.terms)])


@dataclass(frozen=True)
class Rule:
    """A parsed rule: ``dw`` is the sum of ``products``, in weight units."""

    text: str
    products: tuple[Product, ...]

    def evaluate(self, values: Mapping[str, int]) -> Fraction:
        """Exact ``dw`` for ``values`` of the variables; u0 is 1."""
        known = {"u0": 1, **values}
        return sum(
            (
                product.scale * prod(known[term.variable] + term.offset for term in product.terms)
                for product in self.products
            ),
            start=Fraction(0),
        )

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
        If it has a syntax error, an unknown variable, or a product without x0, y0 or u0.
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
        if len(self.tokens) > 1 and self.tokens[1].text == "=":
            name = self.tokens[0]
            if name.text != "dw":
                self.fail(f"only 'dw' can be learned, not {name.text!r}", name.position)
            del self.tokens[:2]
        products = [self.product(1)]
        while token := self.take("+", "-"):
            products.append(self.product(-1 if token.text == "-" else 1))
        return Rule(self.text, tuple(products))

    def product(self, sign: int) -> Product:
        position = self.tokens[0].position
        scale = Fraction(sign)
        terms: list[Term] = []
        while True:
            scale *= self.sign()
            constant, term = self.factor()
            scale *= constant
            terms += [term] if term else []
            if not self.take("*"):
                break
        if self.tokens[0].text not in ("+", "-", ""):
            self.unexpected()
        product = Product(scale, tuple(terms), position)
        needed = [name for name, variable in VARIABLES.items() if variable.dependency]
        if not product.has(*needed):
            self.fail(f"a product needs one of the factors {', '.join(needed)}", position)
        return product

    def factor(self) -> tuple[Fraction, Term | None]:
        """A constant factor and what it multiplies."""
        if self.take("("):
            result = self.offset_term()
            if not self.take(")"):
                self.unexpected()
            return result
        if self.tokens[0].text.isdecimal():
            return self.constant(), None
        return Fraction(1), Term(self.variable())

    def offset_term(self) -> tuple[Fraction, Term]:
        """``variable + constant``, or ``constant - variable`` as ``-(variable - constant)``."""
        minus = self.sign()
        position = self.tokens[0].position
        if self.tokens[0].text.isdecimal():
            constant = minus * self.constant()
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
                constant = minus * self.constant()
        offset = flip * constant
        if offset.denominator != 1 or not -256 <= offset <= 255:
            self.fail(
                f"the constant added to {name!r} must be whole and between -256 and 255, "
                f"not {offset},",
                position,
            )
        return Fraction(flip), Term(name, int(offset))

    def variable(self) -> str:
        token = self.tokens[0]
        if not token.text or not (token.text[0].isalpha() or token.text[0] == "_"):
            self.unexpected()
        if token.text not in VARIABLES:
            known = ", ".join(VARIABLES)
            self.fail(f"unknown variable {token.text!r} (known: {known})", token.position)
        return self.tokens.pop(0).text

    def constant(self) -> Fraction:
        """Digits, or a power of two."""
        base = self.tokens[0]
        if not base.text.isdecimal():
            self.unexpected()
        del self.tokens[0]
        if not self.take("^"):
            return Fraction(int(base.text))
        if base.text != "2":
            self.fail(f"only powers of 2 are known, not of {base.text},", base.position)
        minus = self.sign()
        exponent = self.tokens[0]
        if not exponent.text.isdecimal():
            self.unexpected()
        if len(exponent.text) > 3:
            self.fail(f"exponent {exponent.text} is too large", exponent.position)
        del self.tokens[0]
        return Fraction(2) ** (minus * int(exponent.text))
