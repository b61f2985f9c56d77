"""Parts of scenes of nBP: first weights, pictures as spikes, where the folded circuit is drawn."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from backspike.experiments.examples.example import SMALL_CORE
from backspike.golden.nbp.folded_circuit import folded_circuit, folded_steps
from backspike.golden.nbp.initial_weights import random_matrix
from backspike.lab.scene import Built, Place

__all__ = ["NBP_CORE", "folded_places", "folded_scene", "pixels_of"]

#: The core of all scenes in which errors go backwards.
NBP_CORE = SMALL_CORE.with_(
    compartments=128, input_axons=128, lists=512, dense_words=512, sparse_words=512, watch=True
)
#: Means of first weights.
_HIDDEN_MEAN, _OUTPUT_MEAN = 220, 140
#: From the inputs to the outputs, errors of the outputs and the targets, in the drawing.
_FIRST, _OUTPUTS, _UP, _DOWN, _TARGETS = 17.0, 70.0, 80.0, 88.0, 96.0
#: Heights of what goes forwards, and of what goes backwards.
_FORTH, _BACK = 19.0, 49.0
#: Of what goes backwards, the middle and the distance of two groups.
_MIDDLE, _APART = 47.0, 12.0


def first_weights(layers: Sequence[int], seed: int) -> list[np.ndarray]:
    """Random weights of layers of few neurons, so high that something fires in each."""
    rng = np.random.default_rng(seed)
    means = [*[_HIDDEN_MEAN] * (len(layers) - 2), _OUTPUT_MEAN]
    sizes = zip(pairwise(layers), means, strict=True)
    return [random_matrix(rng, n, m, mean) for (n, m), mean in sizes]


def folded_scene(
    weights: Sequence[np.ndarray], rule: str, picture: str, label: int, times: int
) -> Built:
    """The folded circuit, to which a picture is shown so many times, and which output it is for."""
    layers = [len(weights[0]), *(w.shape[1] for w in weights)]
    begins = range(0, folded_steps(layers) * times, folded_steps(layers))
    active = np.flatnonzero(pixels_of(picture)).tolist()
    return Built(
        folded_circuit(weights, rule=rule),
        {
            "in_x": [(begin, pixel) for begin in begins for pixel in active],
            "in_t": [(begin + len(weights) - 1, label) for begin in begins],
        },
    )


def folded_places(layers: Sequence[int]) -> tuple[Place, ...]:
    """Places of the groups of a folded circuit: activity above, errors of hidden layers below."""
    last = len(layers) - 1
    columns = 8 if layers[0] > 16 else 1
    found = [Place("in_x", _FIRST, _FORTH, columns, _gap(layers[0], columns))]
    backwards: list[tuple[str, int]] = []
    for k in range(1, last):
        x = _FIRST + (_OUTPUTS - _FIRST) * k / last
        found.append(Place(f"h{k}", x, _FORTH, 2, _gap(layers[k], 2)))
        backwards += [(name, layers[k]) for name in (f"c{k}", f"e{k}+", f"e{k}-")]
    for n, (name, size) in enumerate(backwards):
        x = _MIDDLE + _APART * (n - (len(backwards) - 1) / 2)
        found.append(Place(name, x, _BACK, 2, min(3.0, 18 / -(-size // 2))))
    outputs = {"o": _OUTPUTS, "d+": _UP, "d-": _DOWN, "in_t": _TARGETS}
    return *found, *(Place(name, x, _FORTH, 1, _gap(layers[-1], 1)) for name, x in outputs.items())


def _gap(size: int, columns: int) -> float:
    """Distance of neurons that fill the upper half of the drawing, or less."""
    return round(min(5.0, 25 / max(1, -(-size // columns) - 1)), 2)


def pixels_of(text: str) -> np.ndarray:
    """Pixels of a picture, uint8."""
    return np.array([int(pixel) for pixel in text], np.uint8)
