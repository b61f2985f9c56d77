"""Networks with a teacher, and what has been learned as an import."""

import re

import nir
import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.golden.network.weights import Pattern
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.teaching import TuningOptions, relearned, taught
from backspike.golden.nir.to_network import read_nir, rounded_by


def test_options_have_ranges():
    for name, most in (("rate", 128), ("period", 1000), ("impulse", 127)):
        with pytest.raises(ValueError, match=f"{name} must be between 1 and {most}, not 0"):
            TuningOptions(**{name: 0})
        with pytest.raises(TypeError, match=f"{name} must be an int, not 1.5"):
            TuningOptions(**{name: 1.5})
    for tau in (-1, 1001, float("nan")):
        with pytest.raises(ValueError, match=f"tau must be between 0 and 1000 steps, not {tau}"):
            TuningOptions(tau=tau)


@pytest.mark.parametrize("rate", [1, 3, 127, 128])
def test_a_network_with_its_teacher(outliers, rate):
    imported = read_nir(outliers, dt=1.0)
    made = taught(imported, TuningOptions(rate=rate, impulse=9, tau=3.0), seed=5)
    network = made.imported.network
    assert (made.output, made.target, made.connections) == ("lif_1", "target", ("lif to lif_1",))
    assert network.seed == 5
    assert network.trace_constants.x1 == (9, 3.0)
    assert [t.negate for t in network.lessons()] == [True, False]
    assert [t.by.owner.name for t in network.lessons()] == ["lif_1", "teacher"]
    learns = network.connections["lif to lif_1"]
    assert learns.rule.rule.text == f"dw = {rate}*2^-7*x1*y0"
    assert learns.rule.stochastic
    for name, connection in imported.network.connections.items():
        np.testing.assert_array_equal(network.connections[name].weights, connection.weights)
        assert connection.rule is None
    assert not imported.network.teachers


def test_names_of_the_graph_are_left_alone(neurons):
    nodes = {
        "target": nir.Input(np.array([2])),
        "w": nir.Linear(np.ones((3, 2))),
        "teacher": neurons("IF", (3,)),
        "out": nir.Output(np.array([3])),
    }
    edges = [("target", "w"), ("w", "teacher"), ("teacher", "out")]
    made = taught(read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0), TuningOptions())
    assert (made.output, made.target) == ("teacher", "target_")
    assert list(made.imported.network.populations) == ["teacher", "teacher_"]


def _conv():
    return nir.Conv2d(None, np.ones((2, 1, 2, 2)), 1, 0, 1, 1, np.zeros(2))


def test_what_cannot_learn_is_refused_in_a_line(chain, neurons):
    cannot = "population 'n1' cannot learn: "
    for nodes, shape, options, message in (
        ((nir.Linear(np.ones((3, 2))), neurons("LI", (3,))), (2,), {},
         f"{cannot}it never fires, and learns by its own spikes"),
        ((_conv(), neurons("IF", (2, 2, 2))), (1, 3, 3), {},
         f"{cannot}convolution 'input to n1' leads to it, whose weights are shared"),
        ((nir.Scale(np.arange(1.0, 4)), neurons("IF", (3,))), (3,), {},
         f"{cannot}connection 'input to n1' must be all-to-all, and is one-to-one"),
        ((nir.Linear(np.array([[1.0, 300.3], [3.1, 2]])), neurons("IF", (2,))), (2,),
         {"synapses": 2},
         f"{cannot}a weight from 'input' is the sum of 2 synapses, and must be one: import with "
         "synapses=1"),
    ):  # fmt: skip
        imported = read_nir(chain(shape, *nodes), dt=1.0, **options)
        with pytest.raises(UserError, match=f"^{re.escape(message)}$"):
            taught(imported, TuningOptions())


def test_the_output_must_be_one_population_with_a_weight_of_another(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "w": nir.Linear(np.ones((2, 2))),
        "a": neurons("IF", (2,)),
        "b": neurons("IF", (2,)),
        "out": nir.Output(np.array([2])),
    }
    edges = [("in", "w"), ("w", "a"), ("w", "b"), ("a", "out"), ("b", "out")]
    sums = read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0)
    with pytest.raises(UserError, match="output 'out' must be one population to learn, not a, b"):
        taught(sums, TuningOptions())
    nodes = {
        "in": nir.Input(np.array([2])),
        "w": nir.Linear(np.zeros((3, 2))),
        "n": neurons("LIF", (3,), v_leak=9.0),
        "own": nir.Linear(np.ones((3, 3))),
        "out": nir.Output(np.array([3])),
    }
    edges = [("in", "w"), ("w", "n"), ("n", "own"), ("own", "n"), ("n", "out")]
    alone = read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0)
    with pytest.raises(UserError, match="'n' cannot learn: no other population has a weight onto"):
        taught(alone, TuningOptions())


def test_exponents_for_each_synapse_are_refused(chain, neurons):
    imported = read_nir(chain((2,), nir.Linear(np.ones((3, 2))), neurons("IF", (3,))), dt=1.0)
    made = imported.network.connections["input to n1"]
    each = np.zeros(made.weights.shape, np.int8)
    object.__setattr__(made, "exponents", each)
    with pytest.raises(UserError, match="must have one exponent for all weights, and has one for"):
        taught(imported, TuningOptions())
    object.__setattr__(made, "exponents", each[0, 0])
    object.__setattr__(made, "delays", np.zeros(made.weights.shape, np.int16))
    with pytest.raises(UserError, match="must have one delay for all synapses, and has one for"):
        taught(imported, TuningOptions())


@pytest.mark.parametrize("seed", range(16))
def test_graph_and_core_are_the_same_with_any_weights(random_graph, seed):
    """Of random graphs with images, poolings, skips and recurrence, where all is exact."""
    imported = read_nir(random_graph(seed, ("IF", "Threshold")), dt=1.0)
    output = next(iter(imported.outputs.values()))[0]
    rng = np.random.default_rng(seed)
    weights = {
        c.name: rng.integers(-9, 19, c.weights.shape).astype(np.int16)
        for c in imported.network.connections.values()
        if c.target.owner.name == output and c.pattern is Pattern.ALL_TO_ALL
    }
    made = relearned(imported, output, weights)
    for name, values in weights.items():
        found = made.network.connections[name]
        exponent = imported.network.connections[name].exponents
        np.testing.assert_array_equal(
            np.ldexp(found.weights.astype(float), found.exponents),
            np.ldexp(values.astype(float), exponent),
        )
    samples = random_samples(made, steps=20, rate=0.3, seed=1, samples=2)
    found = compare_nir(made, samples)
    assert found.different == 0
    assert {name: g.depth for name, g in made.groups.items()} == {
        name: g.depth for name, g in imported.groups.items()
    }
    assert made.outputs == imported.outputs


def test_limited_weights_free_scales_and_thresholds_of_their_own_stay(chain, neurons):
    rng = np.random.default_rng(1)
    last = neurons("LIF", (4,))
    last.v_threshold = np.array([1.0, 2.5, 3.1, 7.0])
    graph = chain(
        (5,), nir.Linear(rng.normal(1, 2, (6, 5))), neurons("LIF", (6,)),
        nir.Affine(rng.normal(1, 2, (4, 6)), rng.normal(0, 0.1, 4)), last,
    )  # fmt: skip
    free = read_nir(graph, dt=1.0, scaling="free")
    choices = {name: Choice(choice.scale, 90.0, "sums") for name, choice in free.choices.items()}
    imported = rounded_by(free, choices)
    made = relearned(imported, "n3", {})
    assert made.network.connections.keys() == imported.network.connections.keys()
    for name, old in imported.network.connections.items():
        new = made.network.connections[name]
        sides = (np.ldexp(c.weights.astype(float), c.exponents) for c in (old, new))
        np.testing.assert_array_equal(*sides)
    for name, population in imported.network.populations.items():
        for field in ("thresholds", "biases"):
            ours = getattr(made.network.populations[name], field)
            np.testing.assert_array_equal(ours, getattr(population, field))


def test_a_layer_may_forget_all(chain, neurons):
    imported = read_nir(chain((2,), nir.Linear(np.ones((3, 2))), neurons("IF", (3,))), dt=1.0)
    made = relearned(imported, "n1", {"input to n1": np.zeros((2, 3), np.int16)})
    assert not made.network.connections
    assert not made.folded.graph.nodes["n0"]["weight"].any()
