"""Parts of scenes of nBP: the samples reach the circuit as its equations have them."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.lab.nbp_scene import NBP_CORE, first_weights, folded_places, folded_scene, pixels_of
from backspike.sim.simulation.simulation import Simulation


def test_a_scene_learns_as_the_equations_do():
    layers, picture, label, times = (8, 9, 4), "11011010", 2, 20
    weights = first_weights(layers, seed=3)
    built = folded_scene(weights, FOLDED_RULE, picture, label, times)
    simulation = Simulation(built.network, params=NBP_CORE)
    simulation.run(4 * times, built.inputs)
    equations = EquationsState.fresh(weights)
    x = np.tile(pixels_of(picture), (times, 1))
    EquationsLearner(equations).learn(x, np.full(times, label))
    for k, (first, learned) in enumerate(zip(weights, equations.weights, strict=True), 1):
        assert (simulation.weights(f"W{k}") == learned).all()
        assert (learned != first).any()


def test_first_weights_have_the_sizes_of_the_layers_and_are_those_of_their_seed():
    weights = first_weights((8, 10, 3), seed=1)
    assert [w.shape for w in weights] == [(8, 10), (10, 3)]
    assert weights[0].mean() > weights[1].mean() > 60
    assert (first_weights((8, 10, 3), seed=1)[0] == weights[0]).all()
    assert (first_weights((8, 10, 3), seed=2)[0] != weights[0]).any()


@pytest.mark.parametrize("layers", [(64, 16, 10), (8, 10, 8, 3), (3, 2)])
def test_every_group_has_its_place(layers):
    names = [place.group for place in folded_places(layers)]
    hidden = [f"{name}{k}{sign}" for k in range(1, len(layers) - 1) for name, sign in
              (("h", ""), ("c", ""), ("e", "+"), ("e", "-"))]  # fmt: skip
    assert sorted(names) == sorted(["in_x", *hidden, "o", "d+", "d-", "in_t"])


def test_pixels_are_those_of_the_text():
    assert pixels_of("0110").tolist() == [0, 1, 1, 0]
