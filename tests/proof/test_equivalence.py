"""Equivalence of RTL and netlist: what is the same is proved, one wrong cell is found."""

import pytest
from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.fpga.netlist import NETLIST_FAMILIES
from backspike.proof import equivalence
from backspike.proof.equivalence import Equivalence

pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")


class Accumulator(wiring.Component):
    """A sum that starts anew at 13."""

    def __init__(self):
        super().__init__({"i": In(4), "o": Out(5)})

    def elaborate(self, platform):
        m = Module()
        total = Signal(5, init=3)
        m.d.sync += total.eq(total + self.i)
        with m.If(total == 13):
            m.d.sync += total.eq(self.i)
        m.d.comb += self.o.eq(total)
        return m


def run(family, folder=None):
    return Equivalence("test", "none", "words", Accumulator, family).run(30, folder)


@pytest.mark.parametrize("family", NETLIST_FAMILIES)
def test_a_netlist_is_its_rtl(family, tmp_path):
    record = run(family, tmp_path / "kept")
    assert (record.failures, record.claims) == ([], 1)
    assert record.flops >= 10
    assert (tmp_path / "kept" / "miter.aig").exists()


@pytest.mark.parametrize("fault", ["a constant", "a first value"])
def test_another_netlist_is_found(monkeypatch, tmp_path, fault):
    """The RTL is changed after the netlist was made of it."""
    run_tool = equivalence.run_tool

    def change(arguments, folder, log):
        run_tool(arguments, folder, log)
        path = folder / "bordered.il"
        if log.name == "netlist.log":
            text = path.read_text()
            changed = {
                "a constant": text.replace("4'1101", "4'1110"),
                "a first value": text.replace("\\init 5'00011", "\\init 5'00010"),
            }[fault]
            assert changed != text
            path.write_text(changed)

    monkeypatch.setattr(equivalence, "run_tool", change)
    (failure,) = run("ice40", tmp_path).failures
    assert failure.startswith("differs in cycle")
