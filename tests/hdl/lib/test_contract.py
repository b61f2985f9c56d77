"""Contracts: a broken one stops a simulation, and none is left in synthesis."""

import pytest
from amaranth import Module
from amaranth.back import rtlil
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator

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
        contract.holds("words rise", self.o.p == contract.past("o", self.o.p) + 1, where=self.o.p)
        return m


def broken(*, calm, ready, cycles):
    """Message of the promise that breaks within so many cycles, if one does."""
    dut = Restless()

    async def bench(ctx):
        ctx.set(dut.calm, calm)
        ctx.set(dut.o.ready, ready)
        for _ in range(cycles):
            await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    try:
        simulator.run()
    except AssertionError as error:
        return str(error).strip()
    return None


@pytest.mark.parametrize(
    ("calm", "ready", "cycles", "message"),
    [
        (1, 1, 4, None),
        (0, 1, 1, "Restless: it is calm"),
        (1, 0, 2, "Restless: o stays until it is taken"),
        (1, 1, 5, "Restless: the latest word is below 3"),
    ],
)
def test_a_broken_contract_stops_the_simulation(calm, ready, cycles, message):
    assert (broken(calm=calm, ready=ready, cycles=cycles) or "").endswith(message or "")
    assert (broken(calm=calm, ready=ready, cycles=cycles) is None) == (message is None)


class Both(wiring.Component):
    """Takes any two bits, and promises that they are never both 1."""

    bits: In(2)

    def elaborate(self, platform):
        m = Module()
        Contract(m, self, platform).at_most_one("never both", *self.bits)
        return m


@pytest.mark.parametrize("bits", range(4))
def test_no_two_bits_at_once(bits):
    dut = Both()

    async def bench(ctx):
        ctx.set(dut.bits, bits)
        await ctx.tick()

    simulator = Simulator(dut)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    if bits < 3:
        simulator.run()
        return
    with pytest.raises(AssertionError, match="Both: never both"):
        simulator.run()


def test_synthesis_sees_no_contract():
    texts = [rtlil.convert(Restless(), platform=platform) for platform in (None, no_contracts)]
    assert [text.count("$check") for text in texts] == [5, 0]
    assert "waits" not in texts[1]
    assert "latest" not in texts[1]
