"""Small cores for proofs: each has few bits of state, and all that a proof needs."""

from typing import Any

from backspike.hdl.params import CoreParams

__all__ = ["learns", "small"]


def small(lanes: int = 1, **changes: Any) -> CoreParams:
    """The smallest core with so many lanes, but for ``changes``."""
    settings = {
        "lanes": lanes,
        "dendrite_lanes": 1,
        "compartments": 2 * lanes,
        "input_axons": 2 * lanes,
        "lists": 4,
        "dense_words": 4,
        "sparse_words": 4,
        "delay_slots": 2,
        "acc_width": 12,
        "learning": False,
        "columns": False,
        "counters": False,
    }
    return CoreParams(**{**settings, **changes})


def learns(**changes: Any) -> CoreParams:
    """A small core that learns."""
    return small(**{"learning": True, "rules": 2, "microcode_words": 8, "operations": 2, **changes})
