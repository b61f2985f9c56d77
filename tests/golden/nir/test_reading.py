"""Files and graphs as dictionaries, and subgraphs flattened."""

import h5py
import nir
import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.golden.nir.reading import flatten, read_raw


def test_a_file_and_a_graph_are_read_alike(chain, tmp_path):
    graph = chain((2,), nir.Linear(np.ones((2, 2))))
    nir.write(tmp_path / "a.nir", graph)
    for raw in (read_raw(graph), read_raw(tmp_path / "a.nir"), read_raw(str(tmp_path / "a.nir"))):
        assert sorted(raw["nodes"]) == ["input", "n0", "output"]
        assert len(raw["edges"]) == 2
    assert list(read_raw(nir.Linear(np.ones((2, 2))))["nodes"]) == ["linear"]


def test_a_file_that_is_none_or_damaged_is_one_line(chain, tmp_path):
    file = tmp_path / "a.nir"
    nir.write(file, chain((2,), nir.Linear(np.ones((2, 2)))))
    whole = file.read_bytes()
    for content in (b"", b"text", whole[:200], whole[: len(whole) // 2]):
        file.write_bytes(content)
        with pytest.raises(UserError, match=r"^.*a\.nir is not a NIR file, or is damaged: [^\n]+$"):
            read_raw(file)
    with h5py.File(file, "w") as empty:
        empty.create_group("node")
    with pytest.raises(UserError, match=r"a\.nir is not a NIR graph: it has no type$"):
        read_raw(file)
    with pytest.raises(FileNotFoundError):
        read_raw(tmp_path / "b.nir")


def test_no_size_is_believed(chain, tmp_path):
    file = tmp_path / "a.nir"
    nir.write(file, chain((2,), nir.Linear(np.ones((2, 2)))))
    with h5py.File(file, "a") as opened:
        del opened["node/nodes/n0/weight"]
        shape = (1 << 20, 1 << 20)
        opened.create_dataset("node/nodes/n0/weight", shape, "f4", chunks=(64, 64))
    message = r"a\.nir is not a NIR file, or is damaged: /node/nodes/n0/weight is said to have 4,"
    with pytest.raises(UserError, match=message):
        read_raw(file)


def test_names_of_subgraphs_stand_before_those_within():
    inner = {
        "type": "NIRGraph",
        "nodes": {"in": {"type": "Input"}, "x": {"type": "IF"}, "out": {"type": "Output"}},
        "edges": [("in", "x"), (b"x", b"out")],
    }
    nodes = {"a": {"type": "Input"}, "g": inner, "b": {"type": "Output"}}
    flat = flatten({"nodes": nodes, "edges": [("a", "g"), ("g", "b")]})
    assert not flat.problems
    assert {name: node["type"] for name, node in flat.nodes.items()} == {
        "a": "Input", "g.in": "Identity", "g.x": "IF", "g.out": "Identity", "b": "Output",
    }  # fmt: skip
    assert set(flat.edges) == {
        ("g.in", "g.x"), ("g.x", "g.out"), ("a", "g.in"), ("g.out", "b"),
    }  # fmt: skip


def test_what_is_wrong_is_told_by_node_and_edge():
    two = {"type": "NIRGraph", "nodes": {"i": {"type": "Input"}, "j": {"type": "Input"}}}
    nodes = {"a": {"type": "Input"}, "b": {}, "c": 3, "g": two, "e": {"type": "NIRGraph"}}
    flat = flatten({"nodes": nodes, "edges": [("a", "x"), ("a", "a"), ("a", "a")]})
    assert sorted(map(str, flat.problems)) == [
        "b: it has no type",
        "c: it has no type",
        "e: a subgraph must have one Input, not 0",
        "e: a subgraph must have one Output, not 0",
        "e: it has no nodes",
        "edge a -> a: it is there twice",
        "edge a -> x: there is no node 'x'",
        "g: a subgraph must have one Input, not 2",
        "g: a subgraph must have one Output, not 0",
    ]
    assert str(flatten({}).problems[0]) == "graph: it has no nodes"
