"""Errors of the nBP equations: of the output, and of a layer from the next. numba kernels."""

import numpy as np

from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.units import HALF_THETA
from backspike.golden.nbp.variants import UpdateRule

__all__ = ["backpropagate", "backpropagate_copy", "output_error"]


@kernel
def output_error(
    s: np.ndarray, label: int, rule: UpdateRule, rivals: np.ndarray, d: np.ndarray
) -> bool:
    """``d2+ - d2-`` of the output layer; returns whether its spikes are the one-hot target."""
    exact = True
    for k in range(s.size):
        spike = s[k] > HALF_THETA
        exact &= spike == (k == label)
        d[k] = 0
        if k == label:
            d[k] += rule.weak[0] < s[k] <= rule.weak[1]
        else:
            d[k] -= rivals[k] and rule.strong[0] < s[k] <= rule.strong[1]
    return exact


@kernel
def backpropagate(
    w: np.ndarray, d_post: np.ndarray, s: np.ndarray, rule: UpdateRule, d: np.ndarray
) -> None:
    """``d = sign(W^T d_post)`` where the surrogate has a slope (h_lo & ~h_hi), else 0; and 0 in the
    dead zone."""
    for i in range(s.size):
        d[i] = 0
        if 0 < s[i] <= rule.hi_above:
            row = w[i]
            e = np.int32(0)
            for k in range(d_post.size):
                e += np.int32(row[k]) * np.int32(d_post[k])
            d[i] = np.int16(e > rule.dead_zone) - np.int16(e < -rule.dead_zone)


@kernel
def backpropagate_copy(
    w: np.ndarray,
    minus_w: np.ndarray,
    d_post: np.ndarray,
    s: np.ndarray,
    hi_above: int,
    d: np.ndarray,
) -> None:
    """As `backpropagate`, with what ``minus_w`` says where weights are taken negative.

    ``d+ = H(e+)`` and ``d- = H(e-)`` never meet: ``minus_w`` is ``-w`` or 2 less, so the two sums
    are at most 0 together.
    """
    for i in range(s.size):
        d[i] = 0
        if 0 < s[i] <= hi_above:
            up, down = np.int32(0), np.int32(0)
            for k in range(d_post.size):
                if d_post[k] > 0:
                    up += w[i, k]
                    down += minus_w[i, k]
                elif d_post[k] < 0:
                    up += minus_w[i, k]
                    down += w[i, k]
            d[i] = np.int16(up > 0) - np.int16(down > 0)
