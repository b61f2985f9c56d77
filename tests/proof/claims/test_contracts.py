"""Contracts alone: proved, and found where they do not hold."""

from unittest.mock import patch

from backspike.hdl.host.registers import Registers
from backspike.proof.claims import contracts


def test_they_are_proved(proved):
    proved(contracts.PROOFS, "contract-part-walk", "contract-row-walk")


def test_a_register_that_takes_any_value_breaks_its_promise(broken):
    (proof,) = (p for p in contracts.PROOFS if p.name == "contract-registers-compact")
    with patch.object(Registers, "_may_hold", lambda self, register, word: 1):
        found = broken(proof.bench)
    assert any("Registers: visit is in its range" in words for words in found)
