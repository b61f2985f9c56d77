"""Words for populations: every one of every circuit has some."""

import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.population_texts import ROLES, describe
from backspike.golden.nbp.initial_weights import init_weights
from backspike.sim.palette import PALETTE


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_population_and_input_is_described(name):
    layers = {"delta": (6, 3), "paper": (6, 4, 3)}.get(name, (6, 4, 4, 3))
    circuit = CIRCUITS[name].learn(init_weights(layers, 1), 4)
    for group in (*circuit.program.populations, *circuit.program.inputs):
        described = describe(circuit.words, group)
        assert described.role in ROLES
        assert described.text, f"{group} of {name}"


def test_layers_are_numbered():
    circuit = CIRCUITS["folded"]
    words = circuit.learn(init_weights((6, 4, 4, 3), 1), 4).words
    assert describe(words, "e2-").text.startswith("error of layer 2 that lowers")


def test_roles_have_colours_of_the_palette():
    assert set(ROLES.values()) <= set(PALETTE)
