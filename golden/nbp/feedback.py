"""Matrices that errors go back through: the weights, copies of them, or random ones."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backspike.golden.nbp.arguments import Weights, check_backward, check_feedback
from backspike.golden.nbp.initial_weights import random_matrix
from backspike.golden.nbp.variants import VARIANTS, variant_rule

__all__ = ["backward_copies", "backward_matrices", "feedback_matrices"]


def feedback_matrices(layers: Sequence[int], *, direct: bool, seed: int = 0) -> list[np.ndarray]:
    """Matrices that errors go back through in the variants ``random`` and ``direct``.

    Drawn as :func:`init_weights` draws, apart from the weights of any seed there.

    Returns
    -------
    list of np.ndarray
        One int16 array per array of weights, the first of them empty: ``(n_pre, n_post)`` or, for
        ``direct``, ``(n_pre, n_out)``.
    """
    return [
        np.zeros((0, 0), np.int16),
        *(
            random_matrix(np.random.default_rng([seed, k]), n_pre, layers[-1] if direct else n)
            for k, (n_pre, n) in enumerate(pairwise(layers))
            if k
        ),
    ]


def backward_copies(weights: Weights) -> list[np.ndarray]:
    """Copies that the paper's circuit has of ``-W^T`` at first, not transposed: ``min(-W, 254)``.

    One int16 ``(n_pre, n_post)`` array per array of ``weights``; that of the first, which nothing
    goes back through, is never used.
    """
    high = VARIANTS["paper"].high
    return [np.minimum(-w, high).astype(np.int16) for w in weights]


def backward_matrices(
    weights: Weights,
    layers: tuple[int, ...],
    backward: list[np.ndarray] | None,
    variant: str,
) -> tuple[np.ndarray, ...]:
    """Matrices that errors go back through, after checks; in most variants the weights."""
    rule = variant_rule(variant)
    if rule.fixed_backward:
        if backward is None:
            return tuple(feedback_matrices(layers, direct=rule.direct))
        check_feedback(layers, backward, direct=rule.direct)
        return tuple(backward)
    if not rule.own_backward:
        if backward is not None:
            raise ValueError(f"backward must be left out for variant {variant!r}")
        return tuple(weights)
    if backward is None:
        return tuple(backward_copies(weights))
    check_backward(weights, backward)
    return tuple(backward)
