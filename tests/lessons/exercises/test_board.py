"""Wrong answers to lesson 8, each named by its check."""

import pytest

QUARTER = """
from amaranth import Module, Mux, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

class Quarter(wiring.Component):
    v: In(signed(24))
    kept: Out(signed(24))

    def elaborate(self, platform):
        m = Module()
        triple = (self.v << 1) + self.v
        m.d.comb += self.kept.eq((triple + Mux(triple < 0, 3, 0)) >> 2)
        return m
"""
CHANGED = [
    ("(self.v << 1) + self.v", "((self.v << 1) + self.v)[:24].as_signed()", "is cut off"),
    ("triple + Mux(triple < 0, 3, 0)", "triple", "rounded down"),
    ("(triple + Mux(triple < 0, 3, 0)) >> 2", "self.v - (self.v >> 2)", "what is lost"),
    ("(self.v << 1) + self.v", "self.v * 3072", "Look at"),
    ("(triple + Mux(triple < 0, 3, 0)) >> 2",
     "((self.v * 3072) + Mux(self.v < 0, 4095, 0)) >> 12", "there are multipliers"),
]  # fmt: skip
WRONG = [
    ("8.2", "fmax = lambda path: 1000 / max(d for _, d in path)", "slowest part alone"),
    ("8.2", "fmax = lambda path: 1 / sum(d for _, d in path)", "Mind the units"),
    ("8.2", "fmax = lambda path: sum(d for _, d in path)", "time of a cycle"),
    ("8.2", "fmax = lambda path: 1000 / sum(d for k, d in path if k == 'logic')", "Wires take"),
    ("8.3", "copies = lambda cells, available: available['LUT4'] // cells['LUT4']", "alone"),
    ("8.3", "copies = lambda c, a: max(a[k] // n for k, n in c.items() if n)", "lasts longest"),
    ("8.3", "copies = lambda c, a: sum(a.values()) // sum(c.values())", "cannot stand in"),
    ("8.3", "copies = lambda c, a: min(a[k] // c[k] for k in c)", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_leak_is_named(right, wrong, words, verdict):
    assert right in QUARTER
    assert words in verdict("8.1", QUARTER.replace(right, wrong)).words


@pytest.mark.parametrize(("exercise", "text", "words"), WRONG)
def test_a_wrong_answer_is_named(exercise, text, words, verdict):
    assert words in verdict(exercise, text).words
