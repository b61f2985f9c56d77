"""A digit that is drawn by hand: nBP, after some samples of others, learns to read it."""

from functools import cache

import numpy as np

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.initial_weights import init_weights
from backspike.lab.nbp_scene import NBP_CORE, folded_places, folded_scene
from backspike.lab.scene import Built, Choices, Scene, number, picture, rule

__all__ = ["SCENE"]

_LAYERS = (64, 16, 10)
_STEPS, _SHOWN = 4, 12  # steps of a sample, and how often the picture is shown
_DRAWN = (
    "00111100"
    "01100110"
    "00000110"
    "00011100"
    "00000110"
    "00000110"
    "01100110"
    "00111100"
)  # fmt: skip


@cache
def _learned(samples: int) -> tuple[np.ndarray, ...]:
    """Weights after so many samples of scikit-learn's digits."""
    data = load_dataset("digits", encoder="threshold:0.5")
    state = EquationsState.fresh(init_weights(_LAYERS, seed=1, lift=64))
    EquationsLearner(state).learn(data.x_train[:samples], data.y_train[:samples])
    return tuple(state.weights)


def _build(values: Choices) -> Built:
    weights = _learned(values["samples"])
    return folded_scene(weights, values["rule"], values["picture"], values["digit"], _SHOWN)


SCENE = Scene(
    name="digits",
    title="Backpropagation reads a digit",
    about="Neuromorphic backpropagation (nBP) in the folded circuit: the pixels make hidden neurons"
    " h1 fire, and these the outputs o: the one that fires is what is read, and its voltage is then"
    " 0 again. The target in_t says which output should have fired; d+ and d- are the errors, which"
    " go back through the same synapses to e1+ and e1-. Where an error meets activity, a weight"
    " changes. The same picture is shown twelve times, four steps each: draw your own, and say what"
    " it is.",
    steps=_STEPS * _SHOWN,
    places=folded_places(_LAYERS),
    fields=(
        picture(_DRAWN, 8, "picture"),
        number("digit", "it is a", 3, 0, 9),
        number("samples", "samples of others, learned before", 400, 0, 1437),
        rule(FOLDED_RULE),
    ),
    build=_build,
    lines=("v:o",),
    look=_STEPS - 1,
    core=NBP_CORE,
)
