"""Graphs with other weights onto one population."""

import nir
import numpy as np

from backspike.golden.nir.fold import fold
from backspike.golden.nir.graph import read_graph
from backspike.golden.nir.rewriting import links_onto, rewritten


def _rewritten(graph, target, *matrices, dt=1.0):
    return rewritten(fold(read_graph(graph), dt), target, matrices, dt)


def test_a_matrix_keeps_its_name_its_place_and_its_bias(chain, neurons):
    graph = chain(
        (3,),
        nir.Linear(np.ones((2, 3))), neurons("IF", (2,)),
        nir.Affine(np.ones((4, 2)), np.arange(4.0)), neurons("IF", (4,)),
    )  # fmt: skip
    matrix = np.arange(8.0).reshape(2, 4)
    made = _rewritten(graph, "n3", matrix)
    old = read_graph(graph)
    assert list(made.nodes) == list(old.nodes)
    assert set(made.edges) == set(old.edges)
    assert made.nodes["n2"].kind == "Affine"
    np.testing.assert_array_equal(made.nodes["n2"]["weight"], matrix.T)
    np.testing.assert_array_equal(made.nodes["n2"]["bias"], np.arange(4.0))
    assert made.nodes["n0"] is not matrix
    assert made.nodes["n0"].kind == "Linear"


def test_what_is_folded_becomes_one_matrix(chain, neurons):
    graph = chain(
        (1, 4, 4),
        nir.AvgPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        nir.Flatten({"input": np.array([1, 2, 2])}, 0, -1),
        nir.Linear(np.ones((3, 4))), nir.Scale(np.full(3, 2.0)), neurons("IF", (3,)),
    )  # fmt: skip
    matrix = np.arange(48.0).reshape(16, 3)
    made = _rewritten(graph, "n4", matrix)
    assert set(made.nodes) == {"input", "n3", "n4", "output"}
    (link,) = links_onto(fold(made, 1.0), "n4")
    np.testing.assert_array_equal(link.path.dense().reshape(16, 3), matrix)


def test_delays_and_ways_back_take_their_time(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "later": nir.Delay(np.full(2, 3.0)),
        "w": nir.Linear(np.ones((2, 2))),
        "n": neurons("IF", (2,)),
        "own": nir.Linear(np.ones((2, 2))),
        "out": nir.Output(np.array([2])),
    }
    edges = [("in", "later"), ("later", "w"), ("w", "n"), ("n", "own"), ("own", "n"), ("n", "out")]
    graph = nir.NIRGraph(nodes, edges, type_check=False)
    old = links_onto(fold(read_graph(graph), 1.0), "n")
    matrices = [np.full((2, 2), k + 2.0) for k in range(2)]
    made = links_onto(fold(_rewritten(graph, "n", *matrices), 1.0), "n")
    told = [(link.source, link.delay, link.back) for link in made]
    assert told == [(link.source, link.delay, link.back) for link in old]
    assert sorted(told) == [("in", 3, 0), ("n", 0, 1)]
    for link, matrix in zip(made, matrices, strict=True):
        np.testing.assert_array_equal(link.path.dense(), matrix)


def test_a_node_that_others_hear_stays(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "w": nir.Linear(np.ones((2, 2))),
        "a": neurons("IF", (2,)),
        "b": neurons("IF", (2,)),
        "out": nir.Output(np.array([2])),
    }
    edges = [("in", "w"), ("w", "a"), ("w", "b"), ("a", "b"), ("b", "out")]
    folded = fold(read_graph(nir.NIRGraph(nodes, edges, type_check=False)), 1.0)
    matrices = [np.full((2, 2), k + 2.0) for k in range(2)]
    made = rewritten(folded, "b", matrices, 1.0)
    assert set(made.nodes) == {"in", "w", "a", "in to b", "a to b", "b", "out"}
    assert made.nodes["w"] is folded.graph.nodes["w"]
