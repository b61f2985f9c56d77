"""Table of all proofs."""

from backspike.proof.claims import (
    activity,
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


def proofs() -> list[Proof]:
    """Every proof, room by room."""
    rooms = (lib, host, registers, link, dendrite, activity, delivery, lists, traces, learning)
    return [proof for room in rooms for proof in room.PROOFS]
