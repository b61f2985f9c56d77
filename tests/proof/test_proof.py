"""One proof: its record."""

import pytest

from backspike.proof.bench import Bench
from backspike.proof.checker import Invariant
from backspike.proof.proof import Proof

pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")


def test_a_record_says_what_was_proved(tmp_path):
    def bench():
        made = Bench()
        x = made.free(2, "x")
        made.claim("always", (x == 1) | (x != 1))
        made.reach("three", x == 3)
        return made

    record = Proof("n", "c.py", "w", bench, Invariant()).run(30, tmp_path / "kept")
    assert (record.name, record.component, record.words) == ("n", "c.py", "w")
    assert (record.claims, record.failures, record.method) == (1, [], "invariant")
    assert (tmp_path / "kept" / "claims.aig").exists()
