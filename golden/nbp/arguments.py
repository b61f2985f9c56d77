"""Checks of the arrays that the nBP equations take: each raises an error that names the field."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backspike.golden.nbp.layer_shapes import LayerShape, neurons_of
from backspike.golden.nbp.variants import UpdateRule

__all__ = [
    "Shapes",
    "Weights",
    "check_backward",
    "check_convolutions",
    "check_feedback",
    "check_inputs",
    "check_labels",
    "check_order",
    "check_random",
    "check_weights",
    "layer_sizes",
]


#: One int16 array ``(n_pre, n_post)`` per connection of a network; of a convolution
#: ``(places, filters)``.
Weights = Sequence[np.ndarray]
#: Shapes of them; where there are none, all are matrices.
Shapes = Sequence[LayerShape]


def layer_sizes(weights: Weights, shapes: Shapes | None = None) -> tuple[int, ...]:
    """Sizes of the layers that ``weights`` connect, the input first.

    Raises
    ------
    TypeError, ValueError
        If an array is not int16, not 2-D, empty, or does not fit the one before it.
    """
    if not len(weights):
        raise ValueError("weights must hold at least one array, not 0")
    layers: list[int] = []
    for number, w in enumerate(weights, 1):
        if not isinstance(w, np.ndarray) or w.dtype != np.int16:
            kind = w.dtype if isinstance(w, np.ndarray) else type(w).__name__
            raise TypeError(f"W{number} must be an int16 array, not {kind}")
        if w.ndim != 2 or not w.size:
            raise ValueError(f"W{number} must have shape (n_pre, n_post), not {w.shape}")
        if shapes is None and layers and w.shape[0] != layers[-1]:
            raise ValueError(
                f"W{number} must have {layers[-1]} rows, one per column of W{number - 1}, "
                f"not {w.shape[0]}"
            )
        layers += w.shape if not layers else w.shape[1:]
    return tuple(layers) if shapes is None else _shaped_sizes(weights, shapes)


def _shaped_sizes(weights: Weights, shapes: Shapes) -> tuple[int, ...]:
    """Sizes of layers of these shapes, after a check that they fit each other and the weights."""
    if len(shapes) != len(weights):
        raise ValueError(f"shapes must be {len(weights)}, one for each W, not {len(shapes)}")
    for number, (w, shape) in enumerate(zip(weights, shapes, strict=True), 1):
        if w.shape != shape.weights:
            raise ValueError(f"W{number} must have shape {shape.weights}, not {w.shape}")
    for number, (shape, following) in enumerate(pairwise(shapes), 1):
        if following.image != shape.out and following.n_pre * following.is_dense != shape.n_post:
            raise ValueError(
                f"shape {number + 1} must take an image of {shape.out}, not of {following.image}"
            )
    return neurons_of(shapes)


def check_convolutions(shapes: Shapes, variant: str, lanes: int) -> None:
    """Check what convolutions ask of a variant and, for a rate, of a core with ``lanes``."""
    for number, shape in enumerate(shapes, 1):
        if shape.is_dense:
            continue
        if variant != "circuit":
            raise ValueError(f"variant must be 'circuit' for convolutions, not {variant!r}")
        if lanes and shape.filters % lanes:
            raise ValueError(
                f"filters of convolution W{number} must be a multiple of the lanes, {lanes}, "
                f"not {shape.filters}"
            )


def check_weights(
    weights: Weights,
    rule: UpdateRule,
    shapes: Shapes | None = None,
    *,
    writeable: bool = False,
) -> tuple[int, ...]:
    """Sizes of the layers, after checks of types, shapes and values."""
    layers = layer_sizes(weights, shapes)
    for number, w in enumerate(weights, 1):
        if not w.flags.c_contiguous:
            raise ValueError(f"W{number} must be C-contiguous (np.ascontiguousarray makes it so)")
        if writeable and not w.flags.writeable:
            raise ValueError(f"W{number} is read-only but is trained in place; pass a copy")
        for value in (w.min(), w.max()):
            if not rule.low <= value <= rule.high:
                raise ValueError(f"W{number} must be in {rule.low}..{rule.high}, not {value}")
        if (odd := w[w & 1 != 0]).size:
            raise ValueError(f"W{number} must hold even values, not {odd[0]}")
    return layers


def check_backward(weights: Weights, backward: Sequence[np.ndarray]) -> None:
    """Check backward copies of ``weights``: int16, writeable, ``-W`` or, at a rail, 2 less."""
    if len(backward) != len(weights):
        raise ValueError(f"backward must hold {len(weights)} arrays, not {len(backward)}")
    for number, (w, copy) in enumerate(zip(weights, backward, strict=True), 1):
        name = f"backward copy of W{number}"
        if not isinstance(copy, np.ndarray) or copy.dtype != np.int16 or copy.shape != w.shape:
            raise TypeError(f"{name} must be an int16 array of shape {w.shape}")
        if not (copy.flags.c_contiguous and copy.flags.writeable):
            raise ValueError(f"{name} must be C-contiguous and writeable")
        if number > 1 and not np.isin(copy + w, (0, -2)).all():
            raise ValueError(f"{name} must be -W{number}, or 2 less where a weight met a rail")


def check_feedback(layers: Sequence[int], backward: Sequence[np.ndarray], *, direct: bool) -> None:
    """Check the matrices that errors go back through: int16, of the shapes of ``layers``."""
    if len(backward) != len(layers) - 1:
        raise ValueError(f"backward must hold {len(layers) - 1} arrays, not {len(backward)}")
    for number, matrix in enumerate(backward[1:], 2):
        shape = layers[number - 1], layers[-1 if direct else number]
        if not isinstance(matrix, np.ndarray) or matrix.dtype != np.int16 or matrix.shape != shape:
            raise TypeError(f"feedback matrix B{number} must be an int16 array of shape {shape}")
        if not matrix.flags.c_contiguous:
            raise ValueError(f"feedback matrix B{number} must be C-contiguous")


def check_inputs(x: np.ndarray, layers: tuple[int, ...]) -> np.ndarray:
    """``x`` C-contiguous, after a check that it is uint8 0 or 1 of shape ``(n, layers[0])``."""
    if not isinstance(x, np.ndarray) or x.dtype != np.uint8:
        kind = x.dtype if isinstance(x, np.ndarray) else type(x).__name__
        raise TypeError(f"x must be a uint8 array, not {kind}")
    if x.ndim != 2 or x.shape[1] != layers[0]:
        raise ValueError(f"x must have shape (n, {layers[0]}), not {x.shape}")
    if x.size and x.max() > 1:
        raise ValueError(f"x must hold only 0 and 1, not {x.max()}")
    return np.ascontiguousarray(x)


def check_labels(y: np.ndarray, n: int, layers: tuple[int, ...]) -> np.ndarray:
    """``y`` as int64, after a check that it is ``n`` integers below the output layer's size."""
    if not isinstance(y, np.ndarray) or not np.issubdtype(y.dtype, np.integer):
        kind = y.dtype if isinstance(y, np.ndarray) else type(y).__name__
        raise TypeError(f"y must be an array of integers, not {kind}")
    if y.shape != (n,):
        raise ValueError(f"y must have shape ({n},), one label per row of x, not {y.shape}")
    return _check_range("y", y, layers[-1])


def check_order(order: np.ndarray, n: int) -> np.ndarray:
    """``order`` as int64, after a check that it is a list of positions below ``n``."""
    order = np.asarray(order)
    if order.ndim != 1 or (order.size and not np.issubdtype(order.dtype, np.integer)):
        raise TypeError(f"order must be a 1-D array of integers, not {order.ndim}-D {order.dtype}")
    return _check_range("order", order, n)


def check_random(random: np.ndarray | None, *, needed: bool) -> np.ndarray:
    """States of generators, after a check that they are given if and only if they are needed."""
    if random is None:
        if needed:
            raise ValueError("random must be given for learning with a rate")
        return np.zeros(0, np.uint32)
    if not needed:
        raise ValueError("random must be left out for learning without a rate")
    if not isinstance(random, np.ndarray) or random.dtype != np.uint32 or random.ndim != 1:
        raise TypeError("random must be a 1-D uint32 array, one state per lane")
    if not random.size or not random.all():
        raise ValueError("random must hold at least one state, and none of 0")
    return random


def _check_range(name: str, values: np.ndarray, end: int) -> np.ndarray:
    """``values`` as int64, after a check that all are in ``0..end-1``."""
    if values.size:
        for value in (values.min(), values.max()):
            if not 0 <= value < end:
                raise ValueError(f"{name} must be in 0..{end - 1}, not {value}")
    return np.ascontiguousarray(values, dtype=np.int64)
