"""NIR files and graphs as plain dictionaries; nested graphs flattened."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nir

from backspike.golden.errors import UserError, check_path
from backspike.golden.nir.graph_reader import read_file, try_reading
from backspike.golden.nir.order import Edge
from backspike.golden.nir.problems import Problem

__all__ = ["Flat", "flatten", "read_raw"]


def read_raw(source: str | Path | nir.NIRNode) -> dict[str, Any]:
    """The graph of a file, or of an object of the package ``nir``, as nested dictionaries.

    Raises
    ------
    OSError
        If the file cannot be opened.
    UserError
        If it is no NIR file, or damaged.
    """
    if isinstance(source, nir.NIRNode):
        raw = source.to_dict()
    else:
        path = check_path("a NIR graph", source)
        try_reading(path)
        raw = read_file(path)
    if not isinstance(raw.get("type"), str):
        raise UserError(f"{source} is not a NIR graph: it has no type")
    if raw["type"] == "NIRGraph":
        return raw
    return {"type": "NIRGraph", "nodes": {raw["type"].lower(): raw}, "edges": []}


class Flat:
    """Nodes and edges of a graph with those of its subgraphs, whose names have dots.

    Attributes
    ----------
    nodes : dict of str to dict
        Fields by node; inputs and outputs of subgraphs are identities.
    edges : list of (str, str)
    problems : list of Problem
    """

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: list[Edge] = []
        self.problems: list[Problem] = []
        #: Node of a subgraph that edges enter at, and that they leave from.
        self._enters: dict[str, str] = {}
        self._leaves: dict[str, str] = {}

    def add(self, raw: dict[str, Any], prefix: str) -> None:
        """Add a graph, all names with a prefix."""
        nodes, edges = raw.get("nodes"), raw.get("edges")
        where = prefix.removesuffix(".") or "graph"
        if not isinstance(nodes, dict) or not nodes:
            self.problems.append(Problem(where, "it has no nodes"))
            return
        for name, node in nodes.items():
            self._add_node(f"{prefix}{name}", node, nested=bool(prefix))
        for pair in edges if isinstance(edges, Iterable) else ():
            ends = [_text(end) for end in pair] if isinstance(pair, Iterable) else []
            if len(ends) == 2:
                self._add_edge(prefix, ends[0], ends[1])

    def _add_node(self, name: str, node: Any, *, nested: bool) -> None:
        kind = node.get("type") if isinstance(node, dict) else None
        if not isinstance(kind, str):
            self.problems.append(Problem(name, "it has no type"))
        elif kind == "NIRGraph":
            self.add(node, f"{name}.")
            for side, ends in (("Input", self._enters), ("Output", self._leaves)):
                inner = node["nodes"] if isinstance(node.get("nodes"), dict) else {}
                found = [n for n, one in inner.items() if one.get("type") == side]
                if len(found) == 1:
                    ends[name] = f"{name}.{found[0]}"
                else:
                    text = f"a subgraph must have one {side}, not {len(found)}"
                    self.problems.append(Problem(name, text))
        elif nested and kind in ("Input", "Output"):
            self.nodes[name] = {"type": "Identity"}
        else:
            self.nodes[name] = node

    def _add_edge(self, prefix: str, source: str, target: str) -> None:
        """Add an edge between two nodes, or subgraphs, of one graph."""
        ends = f"{prefix}{source}", f"{prefix}{target}"
        resolved = self._leaves.get(ends[0], ends[0]), self._enters.get(ends[1], ends[1])
        what = f"edge {ends[0]} -> {ends[1]}"
        lost = [end for end in resolved if end not in self.nodes]
        if lost:
            self.problems.append(Problem(what, f"there is no node {lost[0]!r}"))
        elif resolved in self.edges:
            self.problems.append(Problem(what, "it is there twice"))
        else:
            self.edges.append(resolved)


def _text(name: object) -> str:
    return name.decode("utf8", "replace") if isinstance(name, bytes) else str(name)


def flatten(raw: dict[str, Any]) -> Flat:
    """The nodes and edges of a graph and its subgraphs."""
    flat = Flat()
    flat.add(raw, "")
    return flat
