"""Neurons of NIR for populations."""

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.golden.nir.export_neurons import bias_of, neurons_of, reset_of, unsaid

DT = 1e-3


def made(drive=0.0, **constants):
    population = Network().population("cells", 3, **{"threshold": 7, **constants})
    return neurons_of(population, np.broadcast_to(drive, 3), np.arange(3), (3,), DT)


@pytest.mark.parametrize(
    ("constants", "kind"),
    [
        ({"decay_v": 0}, "IF"),
        ({"decay_v": 0, "bias": 1}, "LIF"),
        ({"decay_v": 512}, "LIF"),
        ({}, "LIF"),
        ({"decay_u": 512}, "CubaLIF"),
        ({"decay_u": 0, "decay_v": 0}, "CubaLIF"),
        ({"decay_v": 512, "threshold": 131071, "vmax": 6}, "LI"),
        ({"decay_v": 0, "threshold": 131071, "vmax": 6}, "I"),
        ({"decay_u": 512, "threshold": 131071, "vmax": 6}, "CubaLI"),
        ({"decay_v": 512, "threshold": 131071}, "LIF"),
    ],
)
def test_a_kind_has_what_the_population_has(constants, kind):
    assert type(made(constants.get("bias", 0.0), **constants)).__name__ == kind


def test_constants_are_those_of_steps_by_euler():
    node = made(1.5, decay_u=1024, decay_v=512, threshold=9)
    assert np.allclose(node.tau_syn, 4 * DT)
    assert np.allclose(node.tau_mem, 8 * DT)
    assert np.allclose(node.w_in * DT / node.tau_syn, 1)
    assert np.allclose(node.r * DT / node.tau_mem, 1)
    assert np.allclose(node.v_leak, 1.5 * 8)
    assert node.v_threshold.tolist() == [9, 9, 9]
    assert not node.v_reset.any()


def test_numbers_stand_where_their_neurons_do():
    population = Network().population("cells", 4, threshold=[1, 2, 3, 4], decay_v=0)
    node = neurons_of(population, np.zeros(4), np.array([0, 2, 1, 3]), (2, 2), 1.0)
    assert node.v_threshold.tolist() == [[1, 3], [2, 4]]


def test_biases_are_in_weight_units():
    population = Network().population("cells", 2, threshold=1, bias=[0.25, -640])
    assert bias_of(population).tolist() == [0.25, -640]


@pytest.mark.parametrize(
    ("constants", "reset"),
    [
        ({}, "zero"),
        ({"reset": "delayed"}, "delayed"),
        ({"refractory": 2}, "delayed-zero"),
        ({"refractory": 2, "reset": "subtract"}, None),
        ({"refractory": 3}, None),
    ],
)
def test_resets_have_the_names_of_an_import(constants, reset):
    population = Network().population("cells", 1, threshold=1, **constants)
    assert reset_of(population) == reset
    assert len(list(unsaid(population))) == (reset is None)
