"""First states of the random generators, the same in RTL, golden core and host."""

import numpy as np

from backspike.hdl.params import CoreParams

__all__ = ["default_seeds", "noise_seeds"]


def default_seeds(p: CoreParams, seed: int = 0) -> np.ndarray:
    """One generator state per lane, uint32, shape (lanes,), never 0."""
    return _seeds(p.lanes, seed)


def noise_seeds(p: CoreParams, seed: int = 0) -> np.ndarray:
    """One generator state per dendrite lane, uint32, never 0; they follow those of the lanes."""
    return _seeds(p.lanes + p.dendrite_lanes, seed)[p.lanes :]


def _seeds(count: int, seed: int) -> np.ndarray:
    """The upper halves of splitmix64 from ``seed`` on, without its last exclusive or."""
    states = []
    z = seed & 0xFFFFFFFFFFFFFFFF
    for _ in range(count):
        z = (z + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        mixed = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
        states.append((mixed >> 32) or 1)
    return np.array(states, np.uint32)
