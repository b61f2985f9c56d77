"""Wrong answers to lesson 2, each named by its check."""

import pytest

HEADER = """
from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
"""
LEAK = """
class Leak(wiring.Component):
    v: In(signed(24))
    decay: In(13)
    kept: Out(signed(24))

    def elaborate(self, platform):
        m = Module()
        product = Signal(signed(38))
        m.d.comb += product.eq(self.v * (4096 - self.decay))
        m.d.comb += self.kept.eq((product + Mux(product < 0, 4095, 0)) >> 12)
        return m
"""
NEURON = """
class Neuron(wiring.Component):
    en: In(1)
    total: In(signed(12))
    v: Out(signed(24))
    spike: Out(1)

    def __init__(self, decay, threshold, refractory=1):
        super().__init__()
        self.decay, self.threshold, self.refractory = decay, threshold, refractory

    def elaborate(self, platform):
        m = Module()
        left = Signal(6)
        product = self.v * (4096 - self.decay)
        full = ((product + Mux(product < 0, 4095, 0)) >> 12) + (self.total << 6)
        fires = full > self.threshold * 64
        with m.If(self.en):
            m.d.sync += self.v.eq(full)
            m.d.sync += self.spike.eq(fires)
            with m.If(fires):
                m.d.sync += self.v.eq(0)
                m.d.sync += left.eq(self.refractory - 1)
            with m.If(left != 0):
                m.d.sync += left.eq(left - 1)
                m.d.sync += self.v.eq(0)
                m.d.sync += self.spike.eq(0)
        return m
"""
LEAK, NEURON = HEADER + LEAK, HEADER + NEURON
CHANGED = [
    ("2.1", LEAK, "product + Mux(product < 0, 4095, 0)", "product", "rounds down"),
    ("2.1", LEAK, "Mux(product < 0, 4095, 0)", "4095", "rounded up"),
    ("2.1", LEAK, "4096 - self.decay", "self.decay", "the share that stays"),
    (
        "2.1",
        LEAK,
        "(product + Mux(product < 0, 4095, 0)) >> 12",
        "(product + Mux(product < 0, 4095, 0))[12:38]",
        "All values are equal",  # 26 bits without a sign, of which the output takes 24
    ),
    ("2.1", LEAK, "Signal(signed(38))", "Signal(38)", "without `signed(...)`"),
    ("2.1", LEAK, "Signal(signed(38))", "Signal(signed(24))", "is cut off"),
    ("2.1", LEAK, "m.d.comb += self.kept", "m.d.sync += self.kept", "`kept` is always 0"),
    ("2.1", LEAK, "Mux(product < 0, 4095, 0)", "(4095 if product < 0 else 0)", "`m.If` or `Mux`"),
    ("2.1", LEAK, "return m", "return None", "missing return statement"),
    ("2.2", NEURON, "product + Mux(product < 0, 4095, 0)", "product", "rounded down"),
    ("2.2", NEURON, "full > self", "full >= self", "`>`, not `>=`"),
    ("2.2", NEURON, "m.If(self.en)", "m.If(1)", "while `en` is 0"),
    ("2.2", NEURON, "self.v.eq(0)", "self.v.eq(full)", "not reset"),
    ("2.2", NEURON, "fires = full", "fires = self.v", "a cycle late"),
    ("2.2", NEURON, "self.threshold * 64", "self.threshold", "1/64 of them"),
    ("2.2", NEURON, "4096 - self.decay", "4096", "`decay`, too"),
    ("2.3", NEURON, "self.refractory - 1", "self.refractory", "one step too many"),
    ("2.3", NEURON, "self.refractory - 1", "0", "It never rests"),
]


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, changed):
    assert words in changed(exercise, text, right, wrong)


def test_a_spike_that_is_a_wire_is_named(verdict):
    text = NEURON.replace("            m.d.sync += self.spike.eq(fires)\n", "")
    text = text.replace("                m.d.sync += self.spike.eq(0)\n", "")
    wire = "        m.d.comb += self.spike.eq(fires)\n        with m.If(self.en):\n"
    text = text.replace("        with m.If(self.en):\n", wire)
    assert "is a wire" in verdict("2.2", text).words


def test_a_rest_that_passes_in_pauses_is_named(verdict):
    rest = "            with m.If(left != 0):\n                m.d.sync += left.eq(left - 1)\n"
    counts = "        with m.If(left != 0):\n            m.d.sync += left.eq(left - 1)\n"
    text = NEURON.replace(rest, "            with m.If(left != 0):\n")
    text = text.replace(
        "        with m.If(self.en):\n", f"{counts}        with m.If(self.en):\n", 1
    )
    assert "only steps count" in verdict("2.3", text).words
