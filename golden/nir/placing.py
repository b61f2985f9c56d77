"""Places of weights: from NIR's order of neurons, channels first, to a core's, channels last."""

from typing import Any

import numpy as np

from backspike.golden.nir.node import Shape
from backspike.golden.nir.paths import Path
from backspike.golden.nir.storage import GroupStorage, LinkStorage

__all__ = ["channels_last", "place_of", "placed_weights", "sliding"]

#: Weights of a connection, and its pattern.
Placed = tuple[np.ndarray, Any]


def channels_last(shape: Shape) -> np.ndarray:
    """Element of an array, flattened, of each neuron: the first dimension varies fastest."""
    return np.moveaxis(np.arange(int(np.prod(shape))).reshape(shape), 0, -1).reshape(-1)


def place_of(storage: GroupStorage | LinkStorage | None) -> float:
    """Place that was stored; what has none comes last, in the order of the graph."""
    return np.inf if storage is None else storage.order


def sliding(path: Path) -> dict[str, Any]:
    """Arguments of the convolution that a path is; images of both groups have channels last."""
    window = path.window
    assert window is not None
    channels, height, width = window.image
    image = (height, width, channels)
    return {"image": image, "stride": window.stride[0], "pad": window.pads[0][0]}


def placed_weights(
    values: np.ndarray, source: np.ndarray, target: np.ndarray, storage: LinkStorage | None
) -> Placed:
    """Weights of a connection, and its pattern: the one that was stored, or one that suits.

    ``values`` are one weight for each neuron from its equal, or a matrix (sources, targets), in
    NIR's order; ``source`` and ``target`` the orders of both groups.
    """
    if storage is None or not storage.suits(len(source), len(target)):
        return _PLACES[values.ndim](values, source, target)
    matrix = np.diag(values) if values.ndim == 1 else values
    return storage.placed(matrix[np.ix_(source, target)])


def _place_matrix(values: np.ndarray, source: np.ndarray, target: np.ndarray) -> Placed:
    """Weights of each neuron to one, if these are all, else of all to all."""
    matrix = values[np.ix_(source, target)]
    diagonal = np.diagonal(matrix)
    square = matrix.shape[0] == matrix.shape[1]
    if square and np.count_nonzero(matrix) == np.count_nonzero(diagonal):
        return diagonal, "one-to-one"
    return matrix, "all-to-all"


def _place_equals(values: np.ndarray, source: np.ndarray, target: np.ndarray) -> Placed:
    """Weights of each neuron to its equal, which may have another place."""
    if np.array_equal(source, target):
        return values[target], "one-to-one"
    return values, np.stack([np.argsort(source), np.argsort(target)], axis=1)


#: Weights and the pattern of a connection, from weights in NIR's order and the orders of both
#: groups, by the dimensions of the weights.
_PLACES = {1: _place_equals, 2: _place_matrix}
