"""Notes that an export leaves for an import."""

import nir
import numpy as np
import pytest

from backspike.golden.nir.problems import GraphError
from backspike.golden.nir.storage import (
    GroupStorage,
    LinkStorage,
    read_storage,
    storage_metadata,
)
from backspike.golden.nir.to_network import read_nir


@pytest.mark.parametrize(
    "storage",
    [
        GroupStorage(3),
        GroupStorage(0, "subtract", 0.5),
        LinkStorage(2, "W", -1, "all-to-all"),
        LinkStorage(0, "pairs", None, [[0, 1], [2, 0]]),
    ],
)
def test_what_is_noted_is_read(storage):
    assert read_storage(type(storage), storage_metadata(storage)) == storage
    assert read_storage(type(storage), {}) is None
    assert read_storage(type(storage), None) is None


def test_weights_are_placed_as_they_were():
    matrix = np.arange(6).reshape(3, 2)
    weights, pairs = LinkStorage(0, "W", 0, [[2, 1], [0, 0]]).placed(matrix)
    assert (weights.tolist(), pairs.tolist()) == ([5, 0], [[2, 1], [0, 0]])
    assert LinkStorage(0, "W", 0, "one-to-one").placed(matrix)[0].tolist() == [0, 3]


@pytest.mark.parametrize(
    "note",
    ["no json", "[1]", '{"order": 0, "colour": 1}', '{"order": "x"}',
     '{"order": 0, "reset": "soft"}', '{"order": 0, "scale": 0}'],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_of_its_node(chain, neurons, note):
    graph = chain((2,), neurons("IF", (2,)))
    graph.nodes["n0"].metadata = {"backspike": note}
    with pytest.raises(GraphError, match=r"^n0 \(IF\): metadata 'backspike' cannot be read: "):
        read_nir(graph, dt=1.0)


@pytest.mark.parametrize("pattern", ["some-to-some", [[0, 1, 2]], [["a", "b"]], [], 7])
def test_a_pattern_that_is_none_is_refused(pattern):
    with pytest.raises(ValueError, match=r"[Pp]attern"):
        LinkStorage(0, "W", None, pattern)
    with pytest.raises(ValueError, match=r"^name must be"):
        LinkStorage(0, "")


def test_a_pattern_suits_the_neurons_that_there_are():
    for pattern, sizes in (("one-to-one", (2, 3)), ("one-to-all", (2, 3)), ([[0, 3]], (1, 3)),
                           ([[-1, 0]], (2, 2)), (None, (1, 1))):  # fmt: skip
        assert not LinkStorage(0, "W", None, pattern).suits(*sizes)
    for pattern in ("one-to-one", "all-to-all", [[1, 1]]):
        assert LinkStorage(0, "W", None, pattern).suits(2, 2)


def test_notes_that_no_longer_suit_are_not_followed(chain, neurons):
    """Somebody has changed the weights since: they get a scale and exponents of their own."""
    graph = chain((2,), nir.Linear(np.array([[0.5, 0.3]])), neurons("IF", (1,)))
    graph.nodes["n0"].metadata = storage_metadata(LinkStorage(0, "W", 0, "all-to-all"))
    graph.nodes["n1"].metadata = storage_metadata(GroupStorage(0, "subtract", 1.0))
    imported = read_nir(graph, dt=1.0)
    assert imported.choices["n1"].scale > 1
    assert imported.conventions.resets == {"n1": "subtract"}
    assert list(imported.network.connections) == ["W"]
    graph.nodes["n0"].weight[:] = [[300, 2]]
    assert read_nir(graph, dt=1.0).network.connections["W"].weights.tolist() == [[300 // 2], [1]]


def test_a_reset_that_is_given_counts_more_than_the_noted_one(chain, neurons):
    graph = chain((2,), neurons("IF", (2,)))
    graph.nodes["n0"].metadata = storage_metadata(GroupStorage(0, "delayed"))
    assert read_nir(graph, dt=1.0).conventions.resets == {"n0": "delayed"}
    assert read_nir(graph, dt=1.0, reset="zero").conventions.resets == {"n0": "zero"}


def test_json_that_is_nested_too_deep_is_refused():
    with pytest.raises(ValueError, match="recursion"):
        read_storage(GroupStorage, {"backspike": "[" * 100_000})
