"""Graphs: what exports leave out is added, what is wrong is told of every node."""

import h5py
import nir
import numpy as np
import pytest

from backspike.golden.nir.graph import read_graph


def shapes(graph):
    return {name: node.shape_out for name, node in graph.nodes.items()}


def test_shapes_go_from_the_input_to_all(chain, neurons):
    nodes = [
        nir.Conv2d(None, np.ones((4, 2, 3, 3)), 1, "same", 1, 1, np.zeros(4)),
        neurons("IF", (1,)),
        nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        nir.Flatten(None, 0, -1),
        nir.Linear(np.ones((3, 64))),
        neurons("LIF", ()),
    ]
    graph = read_graph(chain((2, 8, 8), *nodes))
    assert not graph.problems
    assert list(shapes(graph).values()) == [
        (2, 8, 8), (4, 8, 8), (4, 8, 8), (4, 4, 4), (64,), (3,), (3,), (3,),
    ]  # fmt: skip
    assert graph.nodes["n1"]["r"].shape == (4, 8, 8)
    assert graph.nodes["n5"]["v_reset"].tolist() == [0, 0, 0]
    assert graph.neurons == ["n1", "n5"]
    assert graph.of_kind("Linear", "Output") == ["n4", "output"]


@pytest.mark.parametrize("shape", [(1, 4), (4,)])
def test_a_batch_of_one_is_left_out(chain, neurons, shape):
    graph = read_graph(chain(shape, nir.Linear(np.ones((3, 4))), neurons("IF", (3,))))
    assert shapes(graph)["input"] == (4,)


def test_a_batched_image_is_an_image(chain):
    conv = nir.Conv2d(None, np.ones((4, 2, 3, 3)), 1, 0, 1, 1, np.zeros(4))
    assert shapes(read_graph(chain((1, 2, 8, 8), conv)))["input"] == (2, 8, 8)


def test_a_missing_flatten_input_and_shape_are_added(neurons):
    nodes = {"w": nir.Linear(np.ones((3, 4))), "n": neurons("IF", (3,))}
    graph = read_graph(nir.NIRGraph(nodes, [("w", "n")], type_check=False))
    assert shapes(graph) == {"input_w": (4,), "w": (3,), "n": (3,)}


def test_missing_fields_have_their_defaults(chain, tmp_path):
    lif = nir.CubaLIF(*(np.ones(2) for _ in range(5)))
    nir.write(tmp_path / "a.nir", chain((2,), lif))
    with h5py.File(tmp_path / "a.nir", "a") as file:
        del file["node/nodes/n0/v_reset"], file["node/nodes/n0/w_in"]
    node = read_graph(tmp_path / "a.nir").nodes["n0"]
    assert (node["v_reset"].tolist(), node["w_in"].tolist()) == ([0, 0], [1, 1])


def test_all_problems_are_told_and_the_rest_is_read(neurons):
    nodes = {
        "in": nir.Input(np.array([4])),
        "a": nir.Linear(np.array([[1.0, np.nan, 1.0, 1.0]])),
        "b": neurons("IF", (1,)),
        "c": nir.Linear(np.ones((2, 5))),
        "d": neurons("LIF", (3,)),
        "e": neurons("LIF", (4,)),
        "s1": nir.Scale(np.ones(4)),
        "s2": nir.Scale(np.ones(4)),
    }
    edges = [("in", "a"), ("a", "b"), ("in", "c"), ("in", "d"), ("in", "e"),
             ("in", "s1"), ("s1", "s2"), ("s2", "s1")]  # fmt: skip
    graph = read_graph(nir.NIRGraph(nodes, edges, type_check=False))
    assert sorted(map(str, graph.problems)) == [
        "a (Linear): weight must be finite, and has NaN (1 of 4 numbers)",
        "c (Linear): weight takes 5 numbers, and 4 come in",
        "d (LIF): tau of shape (3,) does not fit an input of (4,)",
        "s1: a cycle without a neuron: s1 -> s2 -> s1",
    ]
    assert set(graph.nodes) == {"in", "e"}


def test_an_unknown_primitive_is_named_with_those_that_are_known(chain, tmp_path):
    nir.write(tmp_path / "a.nir", chain((2,), nir.Scale(np.ones(2))))
    with h5py.File(tmp_path / "a.nir", "a") as file:
        del file["node/nodes/n0/type"]
        file["node/nodes/n0/type"] = "Izhikevich"
    (problem,) = read_graph(tmp_path / "a.nir").problems
    assert str(problem).startswith("n0: Izhikevich is none of the known primitives: Input, Output")


def test_inputs_of_different_sizes_and_edges_back_are_checked(neurons):
    nodes = {
        "in": nir.Input(np.array([4])),
        "w": nir.Linear(np.ones((3, 4))),
        "n": neurons("IF", (3,)),
        "back": nir.Linear(np.ones((2, 3))),
        "sum": neurons("IF", (3,)),
    }
    edges = [("in", "w"), ("w", "n"), ("n", "back"), ("back", "n"), ("w", "sum"), ("in", "sum")]
    problems = read_graph(nir.NIRGraph(nodes, edges, type_check=False)).problems
    assert sorted(map(str, problems)) == [
        "n: it takes 3 numbers, and 2 come from back",
        "sum (IF): inputs of different shapes: (3,), (4,)",
    ]
