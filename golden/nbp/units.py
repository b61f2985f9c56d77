"""Numbers that the equations, the kernels and the circuits of nBP share, in weight units."""

from backspike.hdl.layouts import WEIGHT_MAX, WEIGHT_MIN

__all__ = ["HALF_THETA", "HIGHEST", "LOWEST", "NEVER", "THETA"]

THETA = 1024
"""Firing threshold."""

HALF_THETA = THETA // 2

LOWEST, HIGHEST = WEIGHT_MIN, WEIGHT_MAX - 1
"""Rails of a weight, which is even."""

NEVER = (1 << 17) - 1
"""Threshold that no voltage of a memoryless neuron exceeds."""
