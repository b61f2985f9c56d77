"""Narrowing and rounding, under the names that the RTL uses (``hdl.lib.arith``). numba kernels."""

from backspike.golden.kernel_cache import core_kernel

__all__ = ["leak", "saturate", "shift_to_zero", "wrap"]


@core_kernel
def saturate(value: int, bits: int) -> int:
    """Clamp to a signed word of ``bits``."""
    high = (1 << (bits - 1)) - 1
    return min(max(value, -high - 1), high)


@core_kernel
def wrap(value: int, bits: int) -> int:
    """Two's complement of ``bits``."""
    half = 1 << (bits - 1)
    return ((value + half) & ((1 << bits) - 1)) - half


@core_kernel
def shift_to_zero(value: int, bits: int) -> int:
    """``value / 2**bits``, rounded towards zero."""
    return value >> bits if value >= 0 else -(-value >> bits)


@core_kernel
def leak(state: int, decay: int) -> int:
    """Remainder of a state after one step: ``state * (4096 - decay) / 4096`` towards zero."""
    return shift_to_zero(state * (4096 - decay), 12)
