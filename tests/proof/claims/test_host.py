"""Claims about the host's side."""

from backspike.proof.claims import host


def test_they_are_proved(proved):
    proved(host.PROOFS, "router-fast", "router-compact", "spike-reporter")
