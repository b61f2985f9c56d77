"""Errors that go backwards, a layer a step, through the synapses that the activity came by."""

from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.lab.nbp_scene import NBP_CORE, first_weights, folded_places, folded_scene
from backspike.lab.scene import Built, Choices, Scene, number, picture, rule

__all__ = ["SCENE"]

_LAYERS = (8, 10, 8, 3)
_STEPS, _SHOWN = 6, 16


def _build(values: Choices) -> Built:
    weights = first_weights(_LAYERS, values["seed"])
    return folded_scene(weights, values["rule"], values["picture"], values["class"], _SHOWN)


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
