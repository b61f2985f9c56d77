"""Learning rules as text: ``dw = 4*r1*x0*y0 - 2*x0*y0``, sums of products.

Grammar, spaces ignored::

    rule    = sum { ";" sum }
    sum     = [ ("dw" | "dt" | "dd") "=" ] product { ("+" | "-") product }
    product = factor { "*" factor | "/" constant }
    factor  = [ "-" | "+" ] ( constant | term | "sgn" "(" offset ")" )
    term    = variable | "(" offset ")"
    offset  = variable [ ("+" | "-") constant ] | constant ("+" | "-") variable
    constant = number | "2" ( "^" | "**" ) exponent
    exponent = [ "-" ] digits | "(" [ "-" ] digits ")"

A number may have a fraction that is exact in binary, such as 0.25; what divides is a power of two.
Variables are those of :data:`backspike.golden.rules.rule.VARIABLES`, u0 to u9 among them; ``sgn``
is for w, t and d. A sum without a name is dw. Every product needs one of x0, y0 and u_k as a factor
of its own: it says when the product counts, and the first of them when its traces are read.
"""

import re
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import NamedTuple, NoReturn

from backspike.golden.rules.rule import TARGETS, VARIABLES, ParsedRule, Product, RuleError, Term
from backspike.hdl.layouts import FRACTION_BITS, WEIGHT_MAX, WEIGHT_MIN, Target

__all__ = ["parse_rule"]

#: The finest constant of a product is 1 / this.
_ONE = 1 << FRACTION_BITS
#: Variables that ``sgn`` is for.
_SIGNED = ("w", "t", "d")


def parse_rule(text: str) -> ParsedRule:
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
            for match in re.finditer(r"[A-Za-z_]\w*|[0-9]+\.?[0-9]*|\.[0-9]+|\*\*|\S", text)
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

    def rule(self) -> ParsedRule:
        products: list[Product] = []
        while True:
            products += self.sum({product.target for product in products})
            if not self.take(";"):
                break
        if self.tokens[0].text:
            self.unexpected()
        return ParsedRule(self.text, tuple(products))

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
            while self.take("/"):
                number, power = self.divisor()
                mantissa *= number
                exponent -= power
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
        if self.is_number():
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
        if self.is_number():
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
        if offset.denominator != 1 or not WEIGHT_MIN <= offset <= WEIGHT_MAX:
            self.fail(
                f"the constant added to {name!r} must be whole and between {WEIGHT_MIN} and "
                f"{WEIGHT_MAX}, not {offset},",
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

    def is_number(self) -> bool:
        """True if a constant comes next."""
        return self.tokens[0].text.replace(".", "", 1).isdecimal()

    def constant(self) -> tuple[int, int]:
        """A number, or a power of two: mantissa and exponent."""
        base = self.tokens[0]
        if not self.is_number():
            self.unexpected()
        del self.tokens[0]
        if not self.take("^", "**"):
            return self.exact(base)
        if base.text != "2":
            self.fail(f"only powers of 2 are known, not of {base.text},", base.position)
        enclosed = self.take("(")
        minus = self.sign()
        exponent = self.tokens[0]
        if not self.is_number():
            self.unexpected()
        if "." in exponent.text:
            self.fail(f"an exponent must be whole, not {exponent.text},", exponent.position)
        if len(exponent.text) > 3:
            self.fail(f"exponent {exponent.text} is too large", exponent.position)
        del self.tokens[0]
        if enclosed:
            self.close()
        return 1, minus * int(exponent.text)

    def exact(self, token: _Token) -> tuple[int, int]:
        """Mantissa and exponent of a number that may have a fraction."""
        value = Fraction(token.text)
        if value.denominator & (value.denominator - 1):
            below = floor(value * _ONE)
            closest = " and ".join(f"{n}/{_ONE} = {n / _ONE:.7g}" for n in (below, below + 1))
            self.fail(
                f"{token.text} is no multiple of a power of 2 (the closest are {closest})",
                token.position,
            )
        return value.numerator, 1 - value.denominator.bit_length()

    def divisor(self) -> tuple[int, int]:
        """Divisor of a factor, a power of 2: its sign and its exponent."""
        position = self.tokens[0].position
        sign = self.sign()
        if not self.is_number():
            self.fail("only a power of 2 can divide", position)
        mantissa, exponent = self.constant()
        if mantissa < 1 or mantissa & (mantissa - 1):
            shown = self.text[position : self.tokens[0].position].strip()
            self.fail(f"only a power of 2 can divide, not {shown},", position)
        return sign, exponent + mantissa.bit_length() - 1
