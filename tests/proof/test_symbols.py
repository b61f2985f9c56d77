"""Symbols: numbers with the range that they can have, and no more bits than that takes."""

import numpy as np
import pytest
from amaranth import Const, Module, Signal, signed
from amaranth.hdl import Fragment

from backspike.proof.symbols import Paths, Symbol, active, choose, symbol


@pytest.mark.parametrize(
    ("make", "low", "high"),
    [
        (lambda a, b: a + b, -8, 10),
        (lambda a, b: a - b, -11, 7),
        (lambda a, b: a * b, -24, 21),
        (lambda a, b: -a, -7, 8),
        (lambda a, b: a << b, -64, 56),
        (lambda a, b: a >> b, -8, 7),
        (lambda a, b: 4096 - b, 4093, 4096),
        (lambda a, b: a & 3, 0, 3),
        (lambda a, b: a < b, 0, 1),
    ],
)
def test_ranges(make, low, high):
    result = make(symbol(Signal(signed(4))), symbol(Signal(2)))
    assert (result.low, result.high) == (low, high)


def test_a_number_has_the_bits_of_its_range():
    assert len(Symbol(Signal(signed(9)), 0, 5).value) == 3
    assert Symbol(Signal(signed(9)), -3, 1).value.shape() == signed(3)


def test_both_answers_are_tried():
    m, ways = Module(), []
    paths = Paths(m)
    active.append(paths)
    try:
        while paths.go_on():
            x = Symbol(Signal(2), 0, 3)
            ways.append("both" if x and x != 2 else "else")
    finally:
        active.pop()
        Fragment.get(m, None)
    assert ways == ["both", "else", "else"] or ways == ["else", "both", "else"]


def test_a_choice_of_plain_numbers_is_one():
    assert choose(0, 1, 2) == 2
    assert choose(3, 1, 2) == 1


def test_a_known_number_needs_no_choice():
    assert bool(Symbol(Const(1), 1, 1))
    assert not bool(Symbol(Const(0), 0, 0))


def test_as_a_place_it_is_every_one_of_its_range():
    m, found = Module(), []
    paths, place = Paths(m), Symbol(Signal(2), 0, 2)
    active.append(paths)
    try:
        while paths.go_on():
            found.append("abc"[place])
    finally:
        active.pop()
        Fragment.get(m, None)
    assert sorted(found) == ["a", "b", "c"]


def test_a_choice_of_an_array_is_one_of_each_element():
    values = np.array([symbol(Signal(3)), 9], dtype=object)
    one, other = choose(symbol(Signal()), 12, values)
    assert (one.low, one.high) == (0, 12)
    assert (other.low, other.high) == (9, 12)
