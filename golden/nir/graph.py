"""Graphs: nodes in one form, in an order in which they can be run, with all problems."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nir

from backspike.golden.names import free_name
from backspike.golden.nir.fields import parse_fields
from backspike.golden.nir.node import Node, Shape, size_of
from backspike.golden.nir.order import Edge, cycles, topological
from backspike.golden.nir.primitives import PRIMITIVES, spread
from backspike.golden.nir.problems import Problem
from backspike.golden.nir.reading import Flat, flatten, read_raw
from backspike.golden.nir.storage import GroupStorage, LinkStorage, read_storage

__all__ = ["Graph", "read_graph"]

#: Dimensions of an image with its channels, and a batch.
_BATCHED_IMAGE = 4


@dataclass(frozen=True, eq=False)
class Graph:
    """A graph without subgraphs.

    Attributes
    ----------
    nodes : mapping of str to Node
        Each after those that it hears from, but for the edges that go back.
    edges : tuple of (str, str)
    back : frozenset of (str, str)
        Edges that close a cycle: a spike crosses one in the next time step.
    problems : tuple of Problem
        Of nodes that were left out, with all that comes after them.
    groups, links : mapping of str to GroupStorage, LinkStorage
        Notes that an export has left in nodes, of inputs and neurons and of all others.
    """

    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    back: frozenset[Edge]
    problems: tuple[Problem, ...]
    groups: Mapping[str, GroupStorage]
    links: Mapping[str, LinkStorage]

    def sources(self, name: str) -> list[str]:
        """Nodes that a node hears from."""
        return [source for source, target in self.edges if target == name]

    def of_kind(self, *kinds: str) -> list[str]:
        """Names of the nodes of some kinds."""
        return [name for name, node in self.nodes.items() if node.kind in kinds]

    @property
    def neurons(self) -> list[str]:
        """Names of the nodes that have a state, or a threshold."""
        return [name for name, node in self.nodes.items() if _is_neuron(node.kind)]


def read_graph(source: str | Path | nir.NIRNode) -> Graph:
    """Read a graph of a file, or of an object of the package ``nir``.

    What real exports leave out is added: shapes of images, one number for all neurons, inputs,
    and a missing ``v_reset``, ``w_in`` or bias.

    Raises
    ------
    OSError
        If the file cannot be opened.
    UserError
        If it is no NIR file, or damaged.
    """
    return _Reader(flatten(read_raw(source))).graph()


def _is_neuron(kind: str) -> bool:
    stateful = kind not in PRIMITIVES or PRIMITIVES[kind].apply is None
    return stateful and kind not in ("Input", "Delay")


class _Reader:
    """Steps from flat dictionaries to a graph; problems are collected on the way."""

    def __init__(self, flat: Flat) -> None:
        self._raw, self._edges = dict(flat.nodes), list(flat.edges)
        self._problems = list(flat.problems)
        self._fields: dict[str, dict[str, Any]] = {}
        self._groups: dict[str, GroupStorage] = {}
        self._links: dict[str, LinkStorage] = {}

    def graph(self) -> Graph:
        """The graph, as far as it can be understood."""
        for name, raw in self._raw.items():
            self._parse(name, raw)
        self._add_inputs()
        self._check_cycles()
        inputs = [name for name, raw in self._raw.items() if raw["type"] == "Input"]
        order, back = topological(list(self._raw), self._edges, inputs)
        nodes = self._shaped(order, back)
        edges = tuple(edge for edge in self._edges if set(edge) <= nodes.keys())
        stored = MappingProxyType(self._groups), MappingProxyType(self._links)
        return Graph(MappingProxyType(nodes), edges, back, tuple(self._problems), *stored)

    def _parse(self, name: str, raw: dict[str, Any]) -> None:
        kind = raw["type"]
        if kind not in PRIMITIVES:
            known = ", ".join(PRIMITIVES)
            text = f"{kind} is none of the known primitives: {known}"
            self._problems.append(Problem(name, text))
            return
        fields, reasons = parse_fields(raw, PRIMITIVES[kind].fields)
        try:
            self._store(name, raw)
        except ValueError as error:
            reasons.append(str(error))
        if not reasons:
            self._fields[name] = fields
        self._problems += [Problem(name, reason, kind) for reason in reasons]

    def _store(self, name: str, raw: dict[str, Any]) -> None:
        """Keep the notes that an export has left; raises ValueError if they cannot be read."""
        metadata, kind = raw.get("metadata"), raw["type"]
        if kind == "Input" or _is_neuron(kind):
            if (group := read_storage(GroupStorage, metadata)) is not None:
                self._groups[name] = group
        elif (link := read_storage(LinkStorage, metadata)) is not None:
            self._links[name] = link

    def _add_inputs(self) -> None:
        """Put an input before each node that hears from none, as the package ``nir`` does."""
        heard = {target for _, target in self._edges}
        for name in [n for n, raw in self._raw.items() if raw["type"] != "Input"]:
            if name not in heard:
                added = free_name(f"input_{name}", self._raw)
                self._raw[added] = {"type": "Input"}
                self._fields[added] = {"shape": None}
                self._edges.append((added, name))

    def _check_cycles(self) -> None:
        plain = [name for name, raw in self._raw.items() if not _is_neuron(raw["type"])]
        inner = [edge for edge in self._edges if edge[0] in plain and edge[1] in plain]
        for way in cycles(plain, inner):
            text = f"a cycle without a neuron: {' -> '.join([*way, way[0]])}"
            self._problems.append(Problem(way[0], text))
            self._fields.pop(way[0], None)

    def _own(self, name: str) -> Shape | None:
        """Shape of a node's input as its fields say it."""
        if name not in self._fields:
            return None
        return PRIMITIVES[self._raw[name]["type"]].own(self._fields[name])

    def _shaped(self, order: list[str], back: frozenset[Edge]) -> dict[str, Node]:
        """Nodes with their shapes, in order."""
        nodes: dict[str, Node] = {}
        lost: set[str] = set()
        for name in order:
            into = [source for source, target in self._edges if target == name]
            before = [source for source in into if (source, name) not in back]
            if name not in self._fields or lost & set(before):
                lost.add(name)
                continue
            node = self._shape(name, [nodes[source].shape_out for source in before])
            if node is None:
                lost.add(name)
            else:
                nodes[name] = node
        for source, target in back:
            if source in nodes and target in nodes:
                sizes = nodes[source].size, size_of(nodes[target].shape_in)
                if sizes[0] != sizes[1]:
                    text = f"it takes {sizes[1]} numbers, and {sizes[0]} come from {source}"
                    self._problems.append(Problem(target, text))
        return nodes

    def _shape(self, name: str, incoming: list[Shape]) -> Node | None:
        """A node for what comes in; None, and a problem, if that does not fit."""
        kind, fields = self._raw[name]["type"], self._fields[name]
        if len({size_of(shape) for shape in incoming}) > 1:
            shapes = ", ".join(map(str, incoming))
            self._problems.append(Problem(name, f"inputs of different shapes: {shapes}", kind))
            return None
        shape = incoming[0] if incoming else self._first_shape(name)
        if shape is None:
            self._problems.append(Problem(name, "its shape is missing, and nothing tells it", kind))
            return None
        try:
            shape_in, shape_out = PRIMITIVES[kind].shapes(fields, shape)
        except ValueError as error:
            self._problems.append(Problem(name, str(error), kind))
            return None
        if _is_neuron(kind) or kind == "Delay":
            fields = {field: spread(field, fields[field], shape_out) for field in fields}
        return Node(name, kind, fields, shape_in, shape_out)

    def _first_shape(self, name: str) -> Shape | None:
        """Shape of what nothing comes before: its own without a batch of one, or its target's."""
        own = self._own(name)
        after = [self._own(target) for source, target in self._edges if source == name]
        if own is None:
            return next((shape for shape in after if shape), None)
        batched = own[0] == 1 and (own[1:] in after or len(own) == _BATCHED_IMAGE)
        return own[1:] if batched else own
