"""Populations and connections of a folded graph, and the records of its nodes."""

import nir
import numpy as np
import pytest

from backspike.golden.nir.record import Verdict
from backspike.golden.nir.to_network import check_nir, read_nir


def fates(graph, **options):
    return {r.node: r for r in check_nir(graph, dt=1.0, **options).records}


def test_patterns_delays_and_names(neurons):
    weight = np.array([[1.0, 2.0], [3.0, 4.0]])
    nodes = {
        "in": nir.Input(np.array([2])),
        "w": nir.Linear(weight),
        "d": nir.Delay(np.array([2.0, 2.0])),
        "n": neurons("IF", (2,)),
        "m": neurons("IF", (2,)),
        "zero": nir.Linear(np.zeros((2, 2))),
    }
    edges = [("in", "w"), ("w", "n"), ("in", "d"), ("d", "n"), ("n", "m"), ("in", "zero"),
             ("zero", "m")]  # fmt: skip
    network = read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0).network
    made = {name: (c.pattern, c.delay) for name, c in network.connections.items()}
    assert made == {
        "in to n": ("all-to-all", 0),
        "in to n after 3": ("one-to-one", 2),
        "n to m": ("one-to-one", 0),
    }
    assert np.array_equal(network.connections["in to n"].weights, weight.T)


def test_ways_of_the_same_delay_have_names_of_their_own(neurons):
    nodes = {
        "in": nir.Input(np.array([1])),
        "s": neurons("IF", (1,)),
        "t": neurons("IF", (1,)),
        "w": nir.Linear(np.ones((1, 1))),
        **{f"d{k}": nir.Delay(np.array([float(k)])) for k in (1, 2)},
    }
    edges = [("in", "s"), ("s", "t"), ("s", "d2"), ("d2", "t"), ("t", "w"), ("s", "w"),
             ("w", "d1"), ("d1", "t")]  # fmt: skip
    network = read_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0).network
    assert {name: c.delay for name, c in network.connections.items()} == {
        "in to s": 0,
        "s to t": 0,
        "s to t after 3": 2,
        "s to t after 3, too": 2,
        "t to t": 1,
    }


def test_neurons_hear_of_their_equals_without_a_matrix(neurons, chain):
    large = read_nir(chain((16384,), neurons("IF", (1,))), dt=1.0).network
    assert large.connections["input to n0"].weights.shape == (16384,)
    flat = read_nir(chain((2, 3), nir.Flatten(None, 0, -1), neurons("IF", (6,))), dt=1.0).network
    made = flat.connections["input to n1"]
    assert made.pairs.tolist() == [[0, 0], [2, 1], [4, 2], [1, 3], [3, 4], [5, 5]]


def test_images_have_their_channels_last(chain, neurons):
    weight = np.arange(8.0).reshape(2, 2, 2, 1)
    conv = nir.Conv2d(None, weight, 1, 0, 1, 1, np.zeros(2))
    imported = read_nir(chain((2, 3, 1), conv, neurons("IF", (2, 2, 1))), dt=1.0)
    (made,) = imported.network.convolutions.values()
    assert made.image == (3, 1, 2)
    assert np.array_equal(made.weights, weight.transpose(2, 3, 1, 0))
    assert imported.groups["input"].order.tolist() == [0, 3, 1, 4, 2, 5]


@pytest.mark.parametrize(
    ("reset", "expected"),
    [
        ("zero", ("zero", 1)),
        ("subtract", ("subtract", 1)),
        ("delayed-zero", ("zero", 2)),
        ("delayed", ("delayed", 1)),
    ],
)
def test_resets_are_those_of_populations(chain, neurons, reset, expected):
    network = read_nir(chain((2,), neurons("LIF", (2,))), dt=1.0, reset=reset).network
    made = network.populations["n0"]
    assert (made.reset, made.refractory) == expected
    plain = read_nir(chain((2,), neurons("Threshold", (2,))), dt=1.0, reset=reset).network
    assert plain.populations["n0"].reset == "zero"


def test_what_is_only_read_never_fires(chain, neurons):
    imported = read_nir(chain((2,), neurons("LI", (2,))), dt=1.0)
    population = imported.network.populations["n0"]
    assert 2 ** (9 + 2 * population.vmax) - 1 <= population.threshold * 64
    assert imported.outputs == {"output": ("n0",)}
    record = next(r for r in imported.records if r.node == "n0")
    assert record.notes == ("never fires: its voltage is read",)


def test_each_node_has_its_fate(chain, neurons):
    weight = nir.Affine(np.array([[1.0, 0.003]]), np.array([1.0]))
    found = fates(chain((2,), weight, neurons("CubaLIF", (1,), v_reset=1.0)))
    assert found["input"].verdict is found["output"].verdict is Verdict.FAITHFUL
    assert found["n0"].verdict is found["n1"].verdict is Verdict.APPROXIMATE
    assert [c.name for c in found["n0"].constants] == ["weights from input"]
    assert found["n1"].notes == (
        "its voltage begins at v_reset, not at 0",
        "its bias begins 1 steps before the first spike can reach it",
        "a constant input is all of its current from the first step on",
    )


def test_rounded_delays_small_decays_and_late_spikes_are_told(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "d": nir.Delay(np.array([1.0, 1.2])),
        "a": neurons("IF", (2,)),
        "b": neurons("LIF", (2,), tau=1e5, r=1e5),
    }
    edges = [("in", "d"), ("d", "a"), ("a", "b"), ("b", "a")]
    found = fates(nir.NIRGraph(nodes, edges, type_check=False))
    assert found["d"].constants[0].stored.tolist() == [1, 1]
    assert found["d"].verdict is Verdict.APPROXIMATE
    assert found["a"].notes == ("spikes of b come 1 steps later",)
    assert found["b"].notes == ("decay_v is below 1/8192: nothing is lost",)


def test_problems_of_all_stages_are_told_at_once(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "nan": nir.Scale(np.array([np.nan, 1.0])),
        "far": nir.Delay(np.array([70.0, 0.0])),
        "a": neurons("IF", (2,)),
        "b": neurons("LIF", (2,), tau=0.1),
        "long": nir.Input(np.array([20000])),
        "c": neurons("IF", (20000,)),
    }
    edges = [("in", "nan"), ("in", "far"), ("far", "a"), ("in", "b"), ("long", "c")]
    checked = check_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0)
    assert [problem.node for problem in checked.problems] == ["nan", "far", "long", "c", "b"]
    assert checked.imported is None
    refused = {r.node for r in checked.records if r.verdict is Verdict.REFUSED}
    assert refused == {"far", "b", "long", "c"}


def test_delays_that_would_be_too_long_are_refused(neurons):
    names = [f"n{k}" for k in range(70)]
    nodes = {"in": nir.Input(np.array([1])), **{name: neurons("IF", (1,)) for name in names}}
    edges = [*zip(["in", *names], names, strict=False), ("in", "n69")]
    (problem,) = check_nir(nir.NIRGraph(nodes, edges, type_check=False), dt=1.0).problems
    assert str(problem) == "n69 (IF): a spike of in would take 69 steps more, the limit is 62"
