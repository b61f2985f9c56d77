"""Constants of a node and its links as integers."""

import nir
import numpy as np
import pytest

from backspike.golden.nir.choices import Choice
from backspike.golden.nir.fold import fold
from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.neurons import dynamics_of
from backspike.golden.nir.quantise import quantise


def rounded(chain, *nodes, shape=(2,), reset="zero"):
    found = fold(read_graph(chain(shape, *nodes)), 1.0)
    name = f"n{len(nodes) - 1}"
    node = found.groups[name]
    links = [link for link in found.links if link.target == name]
    dynamics = dynamics_of(node, 1.0, reset, "euler")
    return quantise(
        node, dynamics, links, found.constants[name], depth=1, reset=reset, scaling="power-of-two"
    )


def error(made, name):
    return next(constant.error for constant in made.constants if constant.name == name)


def test_whole_constants_stay_as_they_are(chain, neurons):
    made = rounded(chain, nir.Linear(np.array([[1.0, -2.0]])), neurons("IF", (1,), 3.5))
    assert (made.decay_u, made.decay_v, made.threshold) == (4096, 0, 3)
    assert made.weights[0].values.tolist() == [[1], [-2]]
    assert not any(constant.error for constant in made.constants)


def test_a_threshold_that_is_subtracted_is_not_rounded_down(chain, neurons):
    weights = nir.Linear(np.array([[1.0, -2.0]]))
    made = rounded(chain, weights, neurons("IF", (1,), 3.5), reset="subtract")
    assert made.threshold == 3.5 * made.scale[0]


def test_different_thresholds_get_scales_of_their_own(chain):
    neurons = nir.IF(np.ones(2), np.array([2.0, 8.0]))
    made = rounded(chain, nir.Linear(np.array([[1.0, 0.0], [0.0, 1.0]])), neurons)
    assert made.threshold == 8 * made.scale[1] == 2 * made.scale[0]
    assert np.diag(made.weights[0].values).tolist() == [made.scale[0], made.scale[1]]


def test_each_error_is_told(chain, neurons):
    lif = neurons("LIF", (1,), tau=7.0, r=7.0, v_leak=0.3)
    made = rounded(chain, nir.Linear(np.array([[1.0, 0.003]])), lif)
    assert made.decay_v == round(4096 / 7)
    assert error(made, "decay_v") == pytest.approx(abs(made.decay_v - 4096 / 7) / (4096 / 7))
    exact = np.array([[1.0], [0.003]]) * made.scale
    stored = made.weights[0].values
    assert error(made, "weights from input") == pytest.approx(
        np.linalg.norm(stored - exact) / np.linalg.norm(exact)
    )
    assert error(made, "bias") < 0.01


def test_a_constant_input_of_a_current_is_what_it_comes_to(chain, neurons):
    affine = nir.Affine(np.ones((1, 2)), np.array([0.5]))
    made = rounded(chain, affine, neurons("CubaLIF", (1,)))
    assert made.bias[0] == 2 * 0.5 * made.scale[0]  # gain 1, half of a current lost in a step


def test_kernels_are_kept_where_the_core_has_convolutions(chain, neurons):
    weight = np.arange(18.0).reshape(2, 1, 3, 3)
    for stride, is_window in ((1, True), ((1, 2), False)):
        conv = nir.Conv2d(None, weight, stride, 1, 1, 1, np.zeros(2))
        made = rounded(chain, conv, neurons("IF", (1,)), shape=(1, 4, 4))
        assert (made.weights[0].values.ndim == 4) == is_window


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tau": [4.0, 8.0]}, r"2 different time constants \(decay_v from 512 to 1024 of 4096\)"),
        ({"v_threshold": [0.0, 1.0]}, "some of its thresholds are 0, and others are not"),
        ({"r": [1e-9, 1e-9], "v_threshold": [1e6, 1e6]}, "no scale suits its weights"),
    ],
)
def test_what_a_population_cannot_have_is_refused(chain, fields, message):
    base = {"tau": 8.0, "r": 8.0, "v_leak": 0.0, "v_threshold": 1.0} | fields
    lif = nir.LIF(**{name: np.broadcast_to(np.array(v), (2,)) for name, v in base.items()})
    with pytest.raises(ValueError, match=message):
        rounded(chain, lif)


def test_a_choice_limits_weights_and_their_error_counts(chain, neurons):
    weights = nir.Linear(np.array([[1.0] * 9 + [100.0]]))
    nodes = fold(read_graph(chain((10,), weights, neurons("IF", (1,), 4.0))), 1.0)
    node = nodes.groups["n1"]
    made = quantise(
        node,
        dynamics_of(node, 1.0, "zero", "euler"),
        nodes.links,
        np.zeros(1),
        depth=1,
        reset="zero",
        scaling="power-of-two",
        choice=Choice(2.0, 50.0),
    )
    assert made.choice == Choice(2.0, 50.0)
    assert made.weights[0].values.reshape(-1).tolist() == [2.0] * 10
    assert made.constants[0].largest == 198
    assert error(made, "weights from input") == pytest.approx(198 / np.hypot(200, 6))
