"""Narrowing and rounding, under the names that the RTL uses (``hdl.arith``). numba kernels."""

from numba import njit

__all__ = ["leak", "saturate", "shift_to_zero", "wrap"]


@njit(cache=True)
def saturate(value: int, bits: int) -> int:
    """Clamp to a signed word of ``bits``."""
    high = (1 << (bits - 1)) - 1
    return min(max(value, -high - 1), high)


@njit(cache=True)
def wrap(value: int, bits: int) -> int:
    """Two's complement of ``bits``."""
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half


@njit(cache=True)
def shift_to_zero(value: int, bits: int) -> int:
    """``value / 2**bits``, rounded towards zero."""
    return value >> bits if value >= 0 else -(-value >> bits)


@njit(cache=True)
def leak(state: int, decay: int) -> int:
    """What is left of a state after one step: ``state * (4096 - decay) / 4096`` towards zero."""
    return shift_to_zero(state * (4096 - decay), 12)
