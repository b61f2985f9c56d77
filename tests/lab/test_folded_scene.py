"""Parts of scenes of nBP: the samples reach the circuit as its equations have them."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.initial_weights import random_matrix
from backspike.lab.folded_scene import NBP_CORE, folded_places, folded_scene, pixels_of
from backspike.sim.simulation.simulation import Simulation


def test_a_scene_learns_as_the_equations_do():
    rng = np.random.default_rng(3)
    weights = [random_matrix(rng, 8, 9, 200), random_matrix(rng, 9, 4, 150)]
    x, y = (rng.random((20, 8)) < 0.6).astype(np.uint8), rng.integers(0, 4, 20)
    built = folded_scene(weights, FOLDED_RULE, x, y.tolist())
    simulation = Simulation(built.network, params=NBP_CORE)
    simulation.run(4 * len(x), built.inputs)
    equations = EquationsState.fresh(weights)
    EquationsLearner(equations).learn(x, y)
    for k, (first, learned) in enumerate(zip(weights, equations.weights, strict=True), 1):
        assert (simulation.weights(f"W{k}") == learned).all()
        assert (learned != first).any()


@pytest.mark.parametrize("layers", [(64, 16, 10), (8, 10, 8, 3), (3, 2)])
def test_every_group_has_its_place(layers):
    names = [place.group for place in folded_places(layers)]
    hidden = [f"{name}{k}{sign}" for k in range(1, len(layers) - 1) for name, sign in
              (("h", ""), ("c", ""), ("e", "+"), ("e", "-"))]  # fmt: skip
    assert sorted(names) == sorted(["in_x", *hidden, "o", "d+", "d-", "in_t"])


def test_pixels_are_those_of_the_text():
    assert pixels_of("0110").tolist() == [0, 1, 1, 0]
