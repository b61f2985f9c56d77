"""Symbols: whole numbers as circuits, with the range that each is known to have.

A symbol has as many bits as its range takes. Where a program asks if one is true, both answers are
tried: :class:`Paths` goes through all ways.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from amaranth import Const, Module, Mux, Shape, Signal, Value

__all__ = ["HELPERS", "Paths", "Record", "Symbol", "active", "choose", "symbol"]


class Paths:
    """Ways through a function, one after the other."""

    def __init__(self, m: Module) -> None:
        self.m = m
        self._taken: list[tuple[Value, bool]] | None = None
        self._position = 0

    def go_on(self) -> bool:
        """Begin the next way; False if there is none left."""
        if self._taken is None:
            self._taken = []
        else:
            while self._taken and not self._taken[-1][1]:
                self._taken.pop()
            if not self._taken:
                return False
            self._taken[-1] = (self._taken[-1][0], False)
        self._position = 0
        return True

    def decide(self, condition: Value) -> bool:
        """The way to take at a condition."""
        assert self._taken is not None
        if self._position == len(self._taken):
            self._taken.append((condition, True))
        else:
            self._taken[self._position] = (condition, self._taken[self._position][1])
        self._position += 1
        return self._taken[self._position - 1][1]

    def condition(self) -> Value:
        """1 for the numbers that go this way."""
        assert self._taken is not None
        result: Value = Const(1, 1)
        for condition, taken in self._taken:
            result &= condition if taken else ~condition
        return result


#: The ways that are gone through now, the innermost last.
active: list[Paths] = []


class Symbol:
    """A whole number from ``low`` to ``high``, as a circuit."""

    def __init__(self, value: Value, low: int, high: int, *, trim: bool = True) -> None:
        width = max(low.bit_length() if low >= 0 else (~low).bit_length() + 1, high.bit_length())
        if low < 0:
            width = max((~low).bit_length(), high.bit_length()) + 1
        if trim and len(value) > width:
            value = value[:width]
            value = value.as_signed() if low < 0 else value
        if active and not isinstance(value, Signal | Const):  # a part of many formulas, but once
            name = Signal(value.shape(), name="symbol")
            active[-1].m.d.comb += name.eq(value)
            value = name
        self.value, self.low, self.high = value, low, high

    @classmethod
    def of(cls, number: Any) -> "Symbol":
        """A symbol, or a plain number as one."""
        if isinstance(number, Symbol):
            return number
        return cls(Const(int(number)), int(number), int(number))

    def _combine(self, other: Any, function: Callable[[Any, Any], Any]) -> "Symbol":
        """A function that is monotonic in each of two numbers."""
        other = Symbol.of(other)
        ends = [function(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Symbol(function(self.value, other.value), min(ends), max(ends))

    def _test(self, other: Any, function: Callable[[Any, Any], Any]) -> "Symbol":
        return Symbol(function(self.value, Symbol.of(other).value), 0, 1)

    def __add__(self, other: Any) -> "Symbol":
        return self._combine(other, lambda a, b: a + b)

    def __radd__(self, other: Any) -> "Symbol":
        return Symbol.of(other) + self

    def __sub__(self, other: Any) -> "Symbol":
        return self._combine(other, lambda a, b: a - b)

    def __rsub__(self, other: Any) -> "Symbol":
        return Symbol.of(other) - self

    def __mul__(self, other: Any) -> "Symbol":
        # With all its bits, as the RTL has it: products are the same circuits in both then.
        other = Symbol.of(other)
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        product = self.value * other.value
        return Symbol(product, min(ends), max(ends), trim=False)

    def __rmul__(self, other: Any) -> "Symbol":
        return Symbol.of(other) * self

    def __neg__(self) -> "Symbol":
        return Symbol(-self.value, -self.high, -self.low)

    def __lshift__(self, other: Any) -> "Symbol":
        return self._combine(other, lambda a, b: a << b)

    def __rlshift__(self, other: Any) -> "Symbol":
        return Symbol.of(other) << self

    def __rshift__(self, other: Any) -> "Symbol":
        return self._combine(other, lambda a, b: a >> b)

    def __and__(self, other: Any) -> "Symbol":
        other = Symbol.of(other)
        if self.low < 0 and other.low < 0:
            low, high = (
                -1 << max((~self.low).bit_length(), (~other.low).bit_length()),
                max(self.high, other.high),
            )
            return Symbol(self.value & other.value, low, (1 << high.bit_length()) - 1)
        positive = [n.high for n in (self, other) if n.low >= 0]
        return Symbol(self.value & other.value, 0, (1 << min(positive).bit_length()) - 1)

    def __rand__(self, other: Any) -> "Symbol":
        return Symbol.of(other) & self

    def __lt__(self, other: Any) -> "Symbol":
        return self._test(other, lambda a, b: a < b)

    def __le__(self, other: Any) -> "Symbol":
        return self._test(other, lambda a, b: a <= b)

    def __gt__(self, other: Any) -> "Symbol":
        return self._test(other, lambda a, b: a > b)

    def __ge__(self, other: Any) -> "Symbol":
        return self._test(other, lambda a, b: a >= b)

    def __eq__(self, other: object) -> "Symbol":  # type: ignore[override]
        return self._test(other, lambda a, b: a == b)

    def __ne__(self, other: object) -> "Symbol":  # type: ignore[override]
        return self._test(other, lambda a, b: a != b)

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        if self.low == self.high:
            return bool(self.low)
        return active[-1].decide(self.value.bool())

    def __index__(self) -> int:
        """Its place in a list: every one that it may be is tried."""
        for place in range(self.low, self.high):
            if self == place:
                return place
        return self.high


class Record:
    """Fields of a word, for a kernel that reads and writes them by name."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.__dict__.update(fields)


def symbol(value: Any, shape: Shape | None = None) -> Symbol:
    """A circuit's value as a symbol, with the range of its shape."""
    value = Value.cast(value)
    shape = shape or value.shape()
    half = 1 << (shape.width - 1) if shape.width else 0
    low, high = (-half, half - 1) if shape.signed else (0, (1 << shape.width) - 1)
    return Symbol(value, low, high)


def _truth(value: Any) -> Symbol:
    number = Symbol.of(value)
    return Symbol(number.value.bool(), 0, 1)


def choose(test: Any, yes: Any, no: Any) -> Any:
    """``yes`` where a test is not 0, else ``no``; of each element of an array ``no``."""
    if not isinstance(test, Symbol):
        return yes if test else no
    if isinstance(no, np.ndarray):
        return np.array([choose(test, yes, element) for element in no], dtype=object)
    a, b = Symbol.of(yes), Symbol.of(no)
    low, high = min(a.low, b.low), max(a.high, b.high)
    return Symbol(Mux(test.value.bool(), a.value, b.value), low, high)


def _all(*tests: Any) -> Any:
    result: Any = 1
    for test in tests:
        if not isinstance(test, Symbol):
            if not test:
                return 0
            continue
        result = _truth(test) if not isinstance(result, Symbol) else result & _truth(test)
    return result


def _any(*tests: Any) -> Any:
    return _not(_all(*(_not(test) for test in tests)))


def _not(test: Any) -> Any:
    return test == 0 if isinstance(test, Symbol) else not test


def _within(value: Any, choices: Any) -> Any:
    return _any(*(value == choice for choice in choices))


def _least(*numbers: Any) -> Any:
    result = numbers[0]
    for number in numbers[1:]:
        a, b = Symbol.of(result), Symbol.of(number)
        chosen = Mux(a.value < b.value, a.value, b.value)
        result = Symbol(chosen, min(a.low, b.low), min(a.high, b.high))
    return result


def _greatest(*numbers: Any) -> Any:
    return -_least(*(-Symbol.of(number) for number in numbers))


#: What stands for choices in expressions, and for functions of Python.
HELPERS: dict[str, Callable] = {
    "_select": choose,
    "_all": _all,
    "_any": _any,
    "_not": _not,
    "_within": _within,
    "min": _least,
    "max": _greatest,
    "int": lambda number: number,
}
