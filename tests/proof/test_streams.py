"""Words in order: a component that swaps, loses or repeats words is found."""

import pytest
from amaranth import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.proof.bench import Bench
from backspike.proof.streams import claim_order


class Faulty(wiring.Component):
    """A register that loses, repeats or changes some words."""

    i: In(stream.Signature(2))
    o: Out(stream.Signature(2))

    def __init__(self, fault):
        self.fault = fault
        super().__init__()

    def elaborate(self, platform):
        m = Module()
        fault, full, word = self.fault, Signal(), Signal(2)
        m.d.comb += [self.i.ready.eq(~full), self.o.valid.eq(full), self.o.p.eq(word)]
        with m.If(~full):
            lost = (self.i.p == 2) if fault == "loses" else 0
            m.d.sync += [full.eq(self.i.valid & ~lost), word.eq(self.i.p)]
        with m.Elif(self.o.ready):
            again = (word == 1) if fault == "repeats" else 0
            m.d.sync += [full.eq(again), word.eq(0 if fault == "repeats" else word)]
        if fault == "changes":
            with m.If(full & (word == 3)):
                m.d.sync += word.eq(2)
        return m


def bench(fault):
    made = Bench()
    dut = made.add("dut", Faulty(fault))
    claim_order(made, dut.i, dut.o, 1)
    return made


@pytest.mark.parametrize("fault", ["loses", "repeats", "changes"])
def test_faults_are_found(fault, broken):
    assert any(line.startswith("broken") for line in broken(lambda: bench(fault)))


def test_without_a_fault_it_is_proved(proved):
    from backspike.proof.proof import Proof

    proved([Proof("none", "none", "words", lambda: bench(""))], "none")
