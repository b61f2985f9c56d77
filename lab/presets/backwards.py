"""Errors that go backwards, a layer a step, through the synapses that the activity came by."""

from itertools import pairwise

import numpy as np

from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.initial_weights import random_matrix
from backspike.lab.folded_scene import NBP_CORE, folded_places, folded_scene, pixels_of
from backspike.lab.scene import Built, Choices, Scene, number, picture, rule

__all__ = ["SCENE"]

_LAYERS = (8, 10, 8, 3)
_STEPS, _SHOWN = 6, 16
#: Means of the first weights: so high that something fires in these few neurons.
_HIDDEN_MEAN, _OUTPUT_MEAN = 220, 140


def _build(values: Choices) -> Built:
    rng = np.random.default_rng(values["seed"])
    means = [_HIDDEN_MEAN] * (len(_LAYERS) - 2) + [_OUTPUT_MEAN]
    weights = [
        random_matrix(rng, n, m, mean)
        for (n, m), mean in zip(pairwise(_LAYERS), means, strict=True)
    ]
    x = np.tile(pixels_of(values["picture"]), (_SHOWN, 1))
    return folded_scene(weights, values["rule"], x, [values["class"]] * _SHOWN)


SCENE = Scene(
    name="backwards",
    title="Errors go backwards",
    about="Two hidden layers that know nothing yet. A sample takes six steps: three forwards, from"
    " in_x to o; then d+ and d- compare the outputs with the target, and the errors go back, first"
    " to e2+ and e2-, then to e1+ and e1-, through the same synapses, but only where c fired: where"
    " a hidden sum was near enough to matter. The same picture comes sixteen times, until only its"
    " own output answers.",
    steps=_STEPS * _SHOWN,
    places=folded_places(_LAYERS),
    fields=(
        picture("11011010", 4, "picture"),
        number("class", "its output", 1, 0, 2),
        number("seed", "seed of the first weights", 14, 0, 1000),
        rule(FOLDED_RULE),
    ),
    build=_build,
    lines=("v:o", "v:h1", "v:h2"),
    look=_STEPS - 1,
    core=NBP_CORE,
)
