"""Blocks that are compared with their netlists."""

import pytest

from backspike.proof.netlists import netlists


def test_every_block_is_in_the_table_once():
    names = [equivalence.name for equivalence in netlists()]
    assert len(names) == len(set(names)) == 26
    assert "delivery-ice40" in names
    assert "uart-receiver-ecp5" in names


@pytest.mark.parametrize("name", ["sequencer-ecp5", "dendrite-ice40", "uart-receiver-ice40"])
def test_a_block_of_a_board_is_its_netlist(name):
    pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")
    (block,) = (equivalence for equivalence in netlists() if equivalence.name == name)
    record = block.run(60)
    assert (record.failures, record.claims) == ([], 1)
