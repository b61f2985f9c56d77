"""Layers of the nBP equations whose kernels all positions of an image share. numba kernels.

Every source and every error that it reaches change the weight between them, in the order of a core:
sources ascending, for each of them its links in their order; with steps at random, for each of them
errors that are negative before those that are positive.
"""

import numpy as np

from backspike.golden.core.random_bank import xorshift
from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.layer_shapes import Links
from backspike.golden.nbp.variants import UpdateRule

__all__ = ["backpropagate_kernels", "sum_kernels", "update_kernels", "update_kernels_at_random"]


@kernel
def sum_kernels(w: np.ndarray, links: Links, index: np.ndarray, count: int, s: np.ndarray) -> None:
    """``s = W x``: add up what the active sources send."""
    s[:] = 0
    filters = links.filters
    for k in range(count):
        pixel, channel = divmod(index[k], links.channels)
        for link in range(links.first[pixel], links.first[pixel + 1]):
            row = w[links.elements[link] * links.channels + channel]
            first = links.positions[link] * filters
            part = s[first : first + filters]
            for n in range(filters):
                part[n] += row[n]


@kernel
def _mark(d: np.ndarray, sign: int, size: int) -> np.ndarray:
    """Tell of each ``size`` targets whether one has an error, of a sign or, with 0, of any."""
    found = np.zeros(d.size // size, np.bool_)
    for place in range(d.size):
        if d[place] and (sign == 0 or d[place] == sign):
            found[place // size] = True
    return found


@kernel
def backpropagate_kernels(
    w: np.ndarray,
    links: Links,
    d_post: np.ndarray,
    s: np.ndarray,
    rule: UpdateRule,
    d: np.ndarray,
) -> None:
    """Send errors back, as `backward_kernels.backpropagate` does."""
    filters = links.filters
    found = _mark(d_post, 0, filters)
    for source in range(s.size):
        d[source] = 0
        if not 0 < s[source] <= rule.hi_above:
            continue
        pixel, channel = divmod(source, links.channels)
        e = np.int32(0)
        for link in range(links.first[pixel], links.first[pixel + 1]):
            position = links.positions[link]
            if found[position]:
                row = w[links.elements[link] * links.channels + channel]
                part = d_post[position * filters : (position + 1) * filters]
                for n in range(filters):
                    e += np.int32(row[n]) * np.int32(part[n])
        d[source] = np.int16(e > rule.dead_zone) - np.int16(e < -rule.dead_zone)


@kernel
def update_kernels(
    w: np.ndarray, links: Links, index: np.ndarray, count: int, d: np.ndarray, rule: UpdateRule
) -> None:
    """Change weights by whole steps of 2, clipped after each."""
    low, high, filters = np.int16(rule.low), np.int16(rule.high), links.filters
    found = _mark(d, 0, filters)
    for k in range(count):
        pixel, channel = divmod(index[k], links.channels)
        for link in range(links.first[pixel], links.first[pixel + 1]):
            position = links.positions[link]
            if found[position]:
                row = w[links.elements[link] * links.channels + channel]
                part = d[position * filters : (position + 1) * filters]
                for n in range(filters):
                    row[n] = min(max(np.int16(row[n] + 2 * part[n]), low), high)


@kernel
def _step_word(
    part: np.ndarray, d: np.ndarray, sign: int, rate: int, rule: UpdateRule, random: np.ndarray
) -> None:
    """Change a word of weights by steps at random; all generators advance."""
    low, high = np.int16(rule.low), np.int16(rule.high)
    for lane in range(random.size):
        random[lane] = state = xorshift(random[lane])
        fraction = np.int16(np.uint8(np.uint32(state >> np.uint32(16))))
        step = np.int16(sign * rate if d[lane] == sign else 0)
        moved = (step + fraction) >> 8
        part[lane] = min(max(np.int16(part[lane] + 2 * moved), low), high)


@kernel
def update_kernels_at_random(
    w: np.ndarray,
    links: Links,
    index: np.ndarray,
    count: int,
    d: np.ndarray,
    rate: int,
    rule: UpdateRule,
    random: np.ndarray,
) -> None:
    """Change weights by steps of 2, each taken with probability ``rate / 256``.

    Filters fill words of ``random.size`` targets, which learn as in
    `update_kernels.update_at_random`.
    """
    lanes, filters = random.size, links.filters
    minus, plus = _mark(d, -1, lanes), _mark(d, 1, lanes)
    for k in range(count):
        pixel, channel = divmod(index[k], links.channels)
        for sign in (-1, 1):
            found = minus if sign < 0 else plus
            for link in range(links.first[pixel], links.first[pixel + 1]):
                row = w[links.elements[link] * links.channels + channel]
                first = links.positions[link] * filters
                for at in range(0, filters, lanes):
                    if found[(first + at) // lanes]:
                        errors = d[first + at : first + at + lanes]
                        _step_word(row[at : at + lanes], errors, sign, rate, rule, random)
