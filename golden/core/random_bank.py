"""Random numbers of the golden core: one xorshift32 generator per lane. numba kernels."""

import numpy as np

from backspike.golden.core.state import CoreState
from backspike.golden.kernel_cache import core_kernel

__all__ = ["draw", "random_fraction", "xorshift"]


@core_kernel
def xorshift(state: np.uint32) -> np.uint32:
    """The state of a generator after one more draw (Marsaglia 2003)."""
    state ^= np.uint32(state << np.uint32(13))  # numba widens what it shifts
    state ^= np.uint32(state >> np.uint32(17))
    state ^= np.uint32(state << np.uint32(5))
    return state


@core_kernel
def draw(random: np.ndarray) -> None:
    """Advance the generator of every lane once."""
    for lane in range(random.size):
        random[lane] = xorshift(random[lane])


@core_kernel
def random_fraction(core: CoreState, lane: int, bits: int) -> int:
    """Random bits of a lane, up to 16, from the upper half of its generator."""
    dither = core.registers.dither
    if not core.size.random or dither == 1:
        return 0
    drawn = np.int64(core.random[lane]) >> 16 if dither == 0 else np.int64(0xFFFF)
    return int(drawn) & ((1 << bits) - 1)
