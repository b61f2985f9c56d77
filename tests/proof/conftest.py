"""Proofs need the native tools: yosys and ABC, of the package pyosys."""

import pytest


@pytest.fixture
def proved():
    """Assert that the proofs of these names are proved, from a list of them."""
    pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")

    def check(proofs, *names, limit=60):
        for name in names:
            (proof,) = (proof for proof in proofs if proof.name == name)
            record = proof.run(limit)
            assert record.failures == [], name
            assert record.claims > 0

    return check


@pytest.fixture
def broken():
    """Assert that a bench has a claim that breaks, or is open, and return which."""
    pytest.importorskip("pyosys", reason="proofs need yosys and ABC: pip install pyosys")
    from backspike.proof.checker import Invariant
    from backspike.proof.proof import Proof

    def check(bench, method=None):
        record = Proof("test", "none", "words", bench, method or Invariant()).run(30)
        assert record.failures
        return record.failures

    return check
