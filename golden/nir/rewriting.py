"""Graphs with other weights onto one of their populations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from backspike.golden.names import free_name
from backspike.golden.nir.fold import Folded, Link
from backspike.golden.nir.graph import Graph
from backspike.golden.nir.node import Node
from backspike.golden.nir.order import Edge
from backspike.golden.nir.paths import RESHAPES

__all__ = ["links_onto", "rewritten"]


def links_onto(folded: Folded, target: str) -> list[Link]:
    """Links onto a population, in their order."""
    return [link for link in folded.links if link.target == target]


def rewritten(folded: Folded, target: str, matrices: Sequence[np.ndarray], dt: float) -> Graph:
    """The graph of a fold, in which the links onto a population have other weights.

    Each link becomes one matrix, with the name of the last node that it was made of where no other
    link needs that; what nothing hears any more is left out. Biases and delays stay.

    Parameters
    ----------
    folded : Folded
    target : str
    matrices : sequence of numpy.ndarray
        Of each of :func:`links_onto`: (elements of the source, elements of the target), float64.
    dt : float
        Seconds of a time step, in which delays are.
    """
    graph = folded.graph
    edges = [edge for edge in graph.edges if edge[1] != target]
    kept = _heard(graph, edges, folded.groups)
    edges = [edge for edge in edges if set(edge) <= kept.keys()]
    back = graph.back & set(edges)
    before: dict[str, Node] = {}
    added: list[Edge] = []
    links = {name: stored for name, stored in graph.links.items() if name in kept}
    bias = folded.constants[target].reshape(-1)
    for link, matrix in zip(links_onto(folded, target), matrices, strict=True):
        taken = {*kept, *before}
        name = _name(graph, link, taken)
        shape = folded.groups[link.source].shape_out
        way = [link.source]
        steps = link.delay + max(0, link.back - 1)
        if steps:
            later = free_name(f"{name}, later", taken)
            fields = {"delay": np.full(shape, steps * dt)}
            before[later] = Node(later, "Delay", fields, shape, shape)
            way.append(later)
        before[name] = _matrix_node(name, shape, matrix, bias)
        bias = np.zeros_like(bias)  # comes once
        if link.storage is not None:
            links[name] = link.storage
        way += [name, target]
        added += pairwise(way)
        if link.back:
            back |= {(way[0], way[1])}
    nodes: dict[str, Node] = {}
    for name in kept:
        nodes |= before if name == target else {}
        nodes[name] = graph.nodes[name]
    return replace(
        graph,
        nodes=MappingProxyType(nodes),
        edges=(*edges, *added),
        back=back,
        links=MappingProxyType(links),
    )


def _matrix_node(name: str, shape: tuple[int, ...], matrix: np.ndarray, bias: np.ndarray) -> Node:
    fields = {"weight": matrix.T.copy()}
    if bias.any():
        return Node(name, "Affine", fields | {"bias": bias}, shape, bias.shape)
    return Node(name, "Linear", fields, shape, bias.shape)


def _heard(graph: Graph, edges: Sequence[Edge], groups: Mapping[str, Node]) -> dict[str, Node]:
    """Nodes without those that are neither groups nor outputs, and that nothing hears."""
    found = dict(graph.nodes)
    while True:
        heard = {source for source, to in edges if to in found}
        lost = [
            name
            for name, node in found.items()
            if name not in heard and name not in groups and node.kind != "Output"
        ]
        if not lost:
            return found
        for name in lost:
            del found[name]


def _name(graph: Graph, link: Link, taken: set[str]) -> str:
    """Name of the node that a link has its storage from, or of the last one that has weights."""
    through = [name for name in link.path.through if graph.nodes[name].kind not in RESHAPES]
    stored = [name for name in through if graph.links.get(name) is link.storage]
    usable = [name for name in (stored if link.storage else through) if name not in taken]
    weighted = [name for name in usable if graph.nodes[name].kind != "Delay"]
    return weighted[-1] if weighted else free_name(f"{link.source} to {link.target}", taken)
