"""The circuit of the paper: a chain of gates opens its populations step by step, twelve a sample.

Source: Renner et al., Nature Communications 15:9691 (2024), doi 10.1038/s41467-024-53827-9.
"""

import numpy as np

from backspike.golden.nbp.paper_circuit import FIRST_STEP, PAPER_RULE, SAMPLE_STEPS, paper_circuit
from backspike.lab.nbp_scene import NBP_CORE, first_weights, pixels_of
from backspike.lab.scene import Built, Choices, Place, Scene, number, picture, rule

__all__ = ["SCENE"]

_LAYERS = (8, 6, 3)
_SHOWN = 12
_FORTH, _BACK, _GATES = 15.5, 40.5, 57.0
#: Places of the populations, from left to right.
_ABOVE = {"in_x": 5, "x": 16, "h1": 29, "h1_copy": 40, "h1_copy2": 52, "o": 65, "o_copy": 74,
          "o_copy2": 85, "t": 95}  # fmt: skip
_BELOW = {"m_x6": 16, "m_h1": 29, "c_h1": 40, "h1T": 52, "d+": 65, "d-": 74, "oT-": 85, "in_t": 95}


def _build(values: Choices) -> Built:
    weights = first_weights(_LAYERS, values["seed"])
    begins = [FIRST_STEP + SAMPLE_STEPS * n for n in range(_SHOWN)]
    active = np.flatnonzero(pixels_of(values["picture"])).tolist()
    return Built(
        paper_circuit(_LAYERS, weights, values["rule"]),
        {
            "in_start": [(FIRST_STEP - 2, 0)],
            "in_x": [(begin, pixel) for begin in begins for pixel in active],
            "in_t": [(begin + 2, values["class"]) for begin in begins],
        },
    )


def _places() -> tuple[Place, ...]:
    rows = [(_FORTH, _ABOVE), (_BACK, _BELOW)]
    found = [Place(name, x, y, 1, 2.6) for y, row in rows for name, x in row.items()]
    gates = [Place(f"g{k:02d}", 16 + 7.3 * k, _GATES, 1, 4.0) for k in range(SAMPLE_STEPS)]
    return *found, Place("in_start", 5, _GATES, 1, 4.0), *gates


SCENE = Scene(
    name="paper-circuit",
    title="Backpropagation, as in the paper",
    about="The circuit of Renner et al. (2024), with 8, 6 and 3 neurons. A closed chain of gates,"
    " g00 to g11, lets populations fire one after the other: forwards in steps 1 to 3 of a sample,"
    " the error in step 4, and then backwards, once to raise weights, with reward, and once to"
    " lower them. Synapses that do not learn are drawn while a spike is on them.",
    steps=FIRST_STEP + SAMPLE_STEPS * _SHOWN,
    places=_places(),
    fields=(
        picture("11011010", 4, "picture"),
        number("class", "its output", 1, 0, 2),
        number("seed", "seed of the first weights", 26, 0, 1000),
        rule(PAPER_RULE),
    ),
    build=_build,
    lines=("r1",),
    look=FIRST_STEP + 6,
    core=NBP_CORE,
)
