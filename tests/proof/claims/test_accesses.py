"""The assumption of accesses that stay for two cycles."""

from functools import partial

from amaranth.lib import data

from backspike.hdl.lib.held_lookup import HeldLookup
from backspike.proof.bench import Bench
from backspike.proof.claims.accesses import assume_two_cycles
from backspike.proof.proof import Proof


def _table(assumed):
    bench = Bench()
    row, carry = data.StructLayout({"a": 2}), data.StructLayout({"c": 1})
    dut = bench.add("dut", HeldLookup(depth=2, row=row, carry=carry, halved=True))
    bench.assume((dut.host.address < 2) | ~dut.host.en)
    if assumed:
        assume_two_cycles(bench, dut.host)
    bench.reach("the second row is written", dut.host.en & dut.host.write & dut.host.address[0])
    return bench


def test_it_is_what_a_memory_in_halves_needs(proved):
    proved([Proof("with", "none", "words", partial(_table, True))], "with")


def test_without_it_an_access_that_changes_is_found(broken):
    (found,) = broken(partial(_table, False))
    assert found.endswith("HalvedMemory: an access stays for two cycles")
