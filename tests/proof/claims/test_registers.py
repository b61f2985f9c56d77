"""Claims about registers: proved, and found where they are not true."""

from functools import partial
from unittest.mock import patch

from backspike.hdl.host.registers import Registers
from backspike.proof.checker import Pipeline
from backspike.proof.claims import registers
from backspike.proof.claims.cores import small


def test_they_are_proved(proved):
    proved(registers.PROOFS, "registers-compact")


def test_a_value_out_of_its_range_that_is_stored_is_found(broken):
    bench = partial(registers._registers, small(2, compact=True))
    with patch.object(Registers, "_may_hold", lambda self, register, word: 1):
        found = broken(bench, Pipeline(4))
    assert "open: visit changes as it is said to" in found
