"""Table of all proofs."""

from backspike.proof.claims import delivery, dendrite, host, lib
from backspike.proof.proof import Proof

__all__ = ["proofs"]


def proofs() -> list[Proof]:
    """Every proof, room by room."""
    return [proof for room in (lib, host, dendrite, delivery) for proof in room.PROOFS]
