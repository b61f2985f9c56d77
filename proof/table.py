"""Table of all proofs."""

from backspike.proof.claims import (
    activity,
    contracts,
    delivery,
    dendrite,
    host,
    learning,
    lib,
    link,
    lists,
    registers,
    traces,
)
from backspike.proof.proof import Proof

__all__ = ["proofs"]


#: Rooms and clusters of the RTL, in their order on the page.
_CLAIMS = (
    lib,
    host,
    registers,
    link,
    dendrite,
    activity,
    delivery,
    lists,
    traces,
    learning,
    contracts,
)


def proofs() -> list[Proof]:
    """Every proof, room by room."""
    return [proof for claims in _CLAIMS for proof in claims.PROOFS]
