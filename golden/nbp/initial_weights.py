"""Random weights, from which training starts."""

from collections.abc import Sequence

import numpy as np

from backspike.golden.nbp.layer_shapes import LayerShape, dense_shapes
from backspike.golden.nbp.units import THETA

__all__ = ["init_kernels", "init_weights", "random_matrix"]


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
    return init_kernels(dense_shapes(layers), seed, lift)


def init_kernels(shapes: Sequence[LayerShape], seed: int, lift: int = 0) -> list[np.ndarray]:
    """Random starting weights of layers of these shapes, as :func:`init_weights` draws them.

    A convolution has the weights of its kernels as its fan in and, as its fan out, those by which
    one source reaches its targets, where none is cut off.
    """
    rng = np.random.default_rng(seed)
    weights: list[np.ndarray] = []
    for shape in shapes:
        fan_out = max(1, shape.rows * shape.columns // shape.stride**2) * shape.filters
        is_last = len(weights) == len(shapes) - 1
        places, filters = shape.weights
        weights.append(_draw(rng, (places, filters), places + fan_out, lift if is_last else 0))
    return weights


def random_matrix(rng: np.random.Generator, n_pre: int, n_post: int, lift: int = 0) -> np.ndarray:
    """One matrix as :func:`init_weights` draws it, int16 ``(n_pre, n_post)``, of mean ``lift``."""
    return _draw(rng, (n_pre, n_post), n_pre + n_post, lift)


def _draw(rng: np.random.Generator, size: tuple[int, int], fans: int, lift: int) -> np.ndarray:
    """Weights of that size, for a sum of fan in and fan out."""
    drawn = rng.normal(0.0, np.sqrt(2 / fans), size) * THETA + lift
    return (np.trunc(np.clip(drawn, -240, 240) / 2) * 2).astype(np.int16)
