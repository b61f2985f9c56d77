"""The spiking graph: thresholds, biases by the scale before, and the charge of step 0."""

import numpy as np
import pytest

from backspike.golden.conversion.float_net import float_net
from backspike.golden.conversion.graph import spiking_graph
from backspike.golden.conversion.layers import AvgPool2d, Conv2d, Dense, ReLU
from backspike.golden.conversion.normalise import Normalised
from backspike.golden.nir.reference import run_float
from backspike.golden.nir.to_network import read_nir

LAYERS = [
    Conv2d(np.ones((2, 1, 2, 2)), np.array([1.0, 2.0]), padding="same"),
    AvgPool2d(2),
    ReLU(),
    Dense(np.ones((3, 8)), 5.0),
]


def made(charge):
    net = float_net(LAYERS, (1, 4, 4))
    population = Normalised("conv1", "relu1", 8, 10.0, 12.0, 2.5, 0.0)
    return spiking_graph(4.0, net.stages, [population], charge=charge)


def test_biases_are_by_the_scale_before_and_weights_as_they_were():
    graph = made(False)
    assert list(graph.nodes) == ["input", "conv1", "avgpool1", "relu1", "affine1", "output"]
    assert graph.nodes["conv1"].bias.tolist() == [0.25, 0.5]
    assert graph.nodes["affine1"].bias.tolist() == [0.5, 0.5, 0.5]
    assert np.unique(graph.nodes["conv1"].weight).tolist() == [1.0]
    assert np.unique(graph.nodes["relu1"].v_threshold).tolist() == [2.5]


@pytest.mark.parametrize("charge", [False, True])
def test_a_charge_is_half_a_threshold_in_step_0(charge):
    imported = read_nir(made(charge), dt=1e-3)
    inputs = {"input": np.zeros((3, 1, 4, 4))}
    if charge:
        inputs["charge"] = np.array([[1.0], [0.0], [0.0]])
    voltages = run_float(imported, inputs).voltages["relu1"]
    assert voltages[1, 0] == pytest.approx(0.5 + 1.25 * charge)
    assert imported.conventions.resets["relu1"] == "subtract"
