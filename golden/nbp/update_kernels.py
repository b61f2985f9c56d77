"""Changes of weights by the nBP equations: every step, or steps at random. numba kernels."""

import numpy as np

from backspike.golden.core.random_bank import xorshift
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.variants import UpdateRule

__all__ = ["draw_bits", "error_words", "update", "update_at_random"]


@kernel
def update(
    w: np.ndarray, index: np.ndarray, count: int, d: np.ndarray, low: int, high: int, step: int
) -> None:
    """``W += step (d+ - d-) x^T``, clipped to ``[low, high]``: the rows of the active inputs."""
    low16, high16, step16 = np.int16(low), np.int16(high), np.int16(step)
    for k in range(count):
        row = w[index[k]]
        for j in range(d.size):
            row[j] = min(max(np.int16(row[j] + step16 * d[j]), low16), high16)


@kernel
def draw_bits(random: np.ndarray, bits: np.ndarray) -> None:
    """Advance every generator for each row of ``bits``, uint8, and keep bits 16 to 23 there."""
    for k in range(len(bits)):
        row = bits[k]
        for lane in range(random.size):
            random[lane] = state = xorshift(random[lane])
            row[lane] = np.uint8(np.uint32(state >> np.uint32(16)))


@kernel
def error_words(d: np.ndarray, lanes: int, leading: int) -> tuple[np.ndarray, np.ndarray]:
    """Words of ``lanes`` targets in which some error has a sign, 1 or -1, the leading one first.

    Returns the first target of each, and its errors of that sign, int16 ``(words, lanes)``.
    """
    words = (d.size + lanes - 1) // lanes
    first = np.empty(2 * words, np.int64)
    errors = np.zeros((2 * words, lanes), np.int16)
    used = 0
    for sign in (leading, -leading):
        for start in range(0, d.size, lanes):
            hit = False
            for lane in range(min(lanes, d.size - start)):
                has = d[start + lane] == sign
                errors[used, lane] = sign * has
                hit |= has
            if hit:
                first[used] = start
                used += 1
    return first[:used], errors[:used]


@kernel
def update_at_random(
    w: np.ndarray,
    index: np.ndarray,
    count: int,
    d: np.ndarray,
    rate: int,
    rule: UpdateRule,
    random: np.ndarray,
) -> None:
    """As `update`, a step taken with probability ``rate / 256``.

    In the order of a core's learning engine: for each active input the words of ``random.size``
    targets in which some error is negative, then those in which some is positive. All generators
    advance with every word; half a weight, its step in 1/256 and 8 random bits are rounded down.
    """
    lanes = random.size
    first, steps = error_words(d, lanes, -1)
    used = first.size
    steps *= np.int16(rate)
    bits = np.empty((used, lanes), np.uint8)
    low, high = np.int16(rule.low), np.int16(rule.high)
    for k in range(count):
        row = w[index[k]]
        draw_bits(random, bits)
        for n in range(used):
            step, fraction = steps[n], bits[n]
            part = row[first[n] : first[n] + lanes]
            for lane in range(part.size):
                moved = (step[lane] + np.int16(fraction[lane])) >> 8
                part[lane] = min(max(np.int16(part[lane] + 2 * moved), low), high)
