"""Random weights, from which training starts."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backspike.golden.nbp.units import THETA

__all__ = ["init_weights", "random_matrix"]


def init_weights(layers: Sequence[int], seed: int, lift: int = 0) -> list[np.ndarray]:
    """Random starting weights.

    Drawn from N(0, 2 / (fan_in + fan_out)) * theta, clipped to +-240, truncated towards zero to
    even integers.

    An output whose sum is not above 0 gets no error: where it starts like that for all samples of
    its own class, the class may stay lost. ``lift`` on the last weights prevents it.

    Parameters
    ----------
    layers : sequence of int
        Sizes, the input first; at least two.
    seed : int
        Same seed, same weights.
    lift : int
        Mean of the weights to the output layer; 0 as the authors have it.

    Returns
    -------
    list of np.ndarray
        One int16 ``(n_pre, n_post)`` array per connection.
    """
    if len(layers) < 2:
        raise ValueError(f"layers must hold at least two sizes, not {list(layers)}")
    for size in layers:
        if size < 1:
            raise ValueError(f"layers must be positive, not {list(layers)}")
    rng = np.random.default_rng(seed)
    weights: list[np.ndarray] = []
    for n_pre, n_post in pairwise(layers):
        is_last = len(weights) == len(layers) - 2
        weights.append(random_matrix(rng, n_pre, n_post, lift if is_last else 0))
    return weights


def random_matrix(rng: np.random.Generator, n_pre: int, n_post: int, lift: int = 0) -> np.ndarray:
    """One matrix as :func:`init_weights` draws it, int16 ``(n_pre, n_post)``, of mean ``lift``."""
    drawn = rng.normal(0.0, np.sqrt(2 / (n_pre + n_post)), (n_pre, n_post)) * THETA + lift
    return (np.trunc(np.clip(drawn, -240, 240) / 2) * 2).astype(np.int16)
