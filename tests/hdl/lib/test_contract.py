"""Contracts: a broken one stops a simulation, and none is left in synthesis."""

import pytest
from amaranth import Module
from amaranth.back import rtlil
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract, no_contracts


class Restless(wiring.Component):
    """Offers another word in every cycle; needs ``calm``."""

    calm: In(1)
    o: Out(stream.Signature(4))

    def elaborate(self, platform):
        m = Module()
        m.d.comb += self.o.valid.eq(1)
        m.d.sync += self.o.p.eq(self.o.p + 1)
        contract = Contract(m, self, platform)
        contract.stays("o", self.o)
        contract.needs("it is calm", self.calm)
        contract.holds("the latest word is below 3", contract.latest("o", self.o.p, self.calm) < 3)
        contract.at_most_one("never both", self.calm, self.o.p == 9)
        contract.reached("a word of three", self.o.p == 3)
        contract.holds("words rise", self.o.p == contract.past("o", self.o.p) + 1, where=self.o.p)
        return m


@pytest.mark.parametrize(
    ("calm", "ready", "cycles", "message"),
    [
        (1, 1, 4, None),
        (0, 1, 1, "Restless: it is calm"),
        (1, 0, 2, "Restless: o stays until it is taken"),
        (1, 1, 5, "Restless: the latest word is below 3"),
    ],
)
def test_a_broken_contract_stops_the_simulation(break_contract, calm, ready, cycles, message):
    inputs = {"calm": calm, "o.ready": ready}
    assert break_contract(Restless(), *[inputs] * cycles) == message


class Both(wiring.Component):
    """Takes any two bits, and promises that they are never both 1."""

    bits: In(2)

    def elaborate(self, platform):
        m = Module()
        Contract(m, self, platform).at_most_one("never both", *self.bits)
        return m


@pytest.mark.parametrize("bits", range(4))
def test_no_two_bits_at_once(break_contract, bits):
    assert break_contract(Both(), {"bits": bits}) == ("Both: never both" if bits == 3 else None)


def test_synthesis_sees_no_contract():
    texts = [rtlil.convert(Restless(), platform=platform) for platform in (None, no_contracts)]
    assert [text.count("$check") for text in texts] == [5, 0]
    assert [text.count("wire width 1 \\reached_a_word_of_three") for text in texts] == [1, 0]
    assert "waits" not in texts[1]
    assert "latest" not in texts[1]


class Box(wiring.Component):
    """Takes and gives, and promises to have no more than two."""

    comes: In(1)
    goes: In(1)

    def elaborate(self, platform):
        m = Module()
        Contract(m, self, platform).on_way("words", self.comes, self.goes, 2)
        return m


@pytest.mark.parametrize(
    ("moves", "message"),
    [
        ([(1, 0), (1, 0), (1, 1), (0, 1), (0, 1)], None),
        ([(1, 0), (1, 0), (1, 0)], "Box: there is place for all words"),
        ([(1, 0), (0, 1), (0, 1)], "Box: words that go have come"),
        ([(1, 1)], "Box: words that go have come"),
    ],
)
def test_what_is_on_its_way_is_counted(break_contract, moves, message):
    assert break_contract(Box(), *({"comes": a, "goes": b} for a, b in moves)) == message
