"""Folding: links between neurons, constants, and what a core cannot do."""

import nir
import numpy as np

from backspike.golden.nir import fold as module
from backspike.golden.nir.fold import fold
from backspike.golden.nir.graph import read_graph


def folded(nodes, edges, dt=1.0):
    return fold(read_graph(nir.NIRGraph(nodes, edges, type_check=False)), dt)


def test_ways_between_the_same_neurons_are_summed_and_split_by_delay(neurons):
    one, two = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    nodes = {
        "in": nir.Input(np.array([2])),
        "a": nir.Linear(one),
        "b": nir.Affine(two, np.array([1.0, -1.0])),
        "late": nir.Delay(np.array([0.0, 3.0])),
        "scale": nir.Scale(np.array([2.0, 10.0])),
        "n": neurons("IF", (2,)),
        "out": nir.Output(np.array([2])),
    }
    edges = [("in", "a"), ("in", "b"), ("in", "late"), ("late", "n"), ("a", "scale"),
             ("b", "scale"), ("scale", "n"), ("n", "out")]  # fmt: skip
    found = folded(nodes, edges)
    assert not found.problems
    links = {link.delay: link.path for link in found.links}
    sums = (one + two).T * [2, 10]
    assert np.array_equal(links[0].dense(), sums + np.diag([1, 0]))
    assert np.array_equal(links[3].dense(), np.diag([0, 1]))
    assert found.constants["n"].tolist() == [2, -10]
    assert found.outputs == {"out": ("n",)}
    assert set(links[0].through) == {"a", "b", "scale", "late"}


def test_an_edge_back_is_counted(neurons):
    nodes = {
        "in": nir.Input(np.array([2])),
        "n": neurons("IF", (2,)),
        "w": nir.Linear(np.ones((2, 2))),
    }
    found = folded(nodes, [("in", "n"), ("n", "w"), ("w", "n"), ("n", "n")])
    backs = sorted((link.source, link.back) for link in found.links)
    assert backs == [("in", 0), ("n", 1)]
    (back,) = [link for link in found.links if link.back]
    assert np.array_equal(back.path.dense(), np.ones((2, 2)) + np.eye(2))


def test_what_a_core_cannot_do_is_told(neurons, monkeypatch):
    nodes = {
        "in": nir.Input(np.array([2])),
        "v": neurons("LI", (2,)),
        "w": nir.Linear(np.ones((2, 2))),
        "n": neurons("IF", (2,)),
        "late": nir.Delay(np.array([0.0, 63.0])),
        "m": neurons("IF", (2,)),
        "large": nir.Linear(np.ones((9, 2))),
        "k": neurons("IF", (9,)),
        "out": nir.Output(np.array([2])),
    }
    edges = [("in", "v"), ("v", "w"), ("w", "n"), ("n", "out"),
             ("in", "late"), ("late", "m"), ("in", "large"), ("large", "k")]  # fmt: skip
    monkeypatch.setattr("backspike.golden.nir.paths.MAX_MATRIX", 10)
    assert sorted(map(str, folded(nodes, edges).problems)) == [
        "large (Linear): its matrix of 2 by 9 weights is too large, the limit is 10",
        "late (Delay): delay must be 0 to 62 steps of 1 s, not 0 to 63",
        "v (LI): its voltage would have to travel to n, and only spikes do",
    ]
    assert module.MAX_DELAY == 62


def test_sums_of_ways_that_are_too_large_are_told_of_their_neurons(neurons, monkeypatch):
    nodes = {
        "in": nir.Input(np.array([4])),
        "d": nir.Delay(np.zeros(4)),
        "n": neurons("IF", (4,)),
    }
    monkeypatch.setattr("backspike.golden.nir.paths.MAX_MATRIX", 10)
    (problem,) = folded(nodes, [("in", "d"), ("d", "n"), ("in", "n")]).problems
    assert str(problem).startswith("n (IF): its matrix of 4 by 4 weights is too large")


def test_an_output_of_sums_is_a_group_of_its_own(neurons, chain):
    nodes = [neurons("IF", (2,)), nir.Affine(np.ones((2, 2)), np.ones(2)), nir.Flatten(None, 0, -1)]
    found = fold(read_graph(chain((2,), *nodes)), 1.0)
    assert found.outputs == {"output": ("output",)}
    assert [(link.source, link.target) for link in found.links][-1] == ("n0", "output")
    assert found.constants["output"].tolist() == [1, 1]
    plain = fold(read_graph(chain((2,), nodes[0], nodes[2])), 1.0)
    assert plain.outputs == {"output": ("n0",)}
