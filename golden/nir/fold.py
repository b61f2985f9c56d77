"""Exact folding: what has no state becomes links between neurons, and constant inputs of theirs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backspike.golden.network.connections import MAX_DELAY
from backspike.golden.nir.graph import Graph
from backspike.golden.nir.node import Node
from backspike.golden.nir.order import topological
from backspike.golden.nir.paths import RESHAPES, Path
from backspike.golden.nir.primitives import PRIMITIVES
from backspike.golden.nir.problems import Problem
from backspike.golden.nir.storage import LinkStorage

__all__ = ["Folded", "Link", "fold"]


@dataclass(frozen=True, eq=False)
class Link:
    """A linear map from the spikes of a group to the inputs of neurons.

    Attributes
    ----------
    source, target : str
        Names of an input or neurons, and of neurons.
    path : Path
    delay : int
        Time steps of the delays along it.
    back : int
        Edges along it that go back: each is a step more.
    storage : LinkStorage, optional
        Of a node along it.
    """

    source: str
    target: str
    path: Path
    delay: int
    back: int
    storage: LinkStorage | None = None


@dataclass(frozen=True, eq=False)
class Folded:
    """A graph of inputs and neurons alone.

    Attributes
    ----------
    graph : Graph
    groups : mapping of str to Node
        Inputs, neurons, and outputs that show sums.
    links : tuple of Link
    constants : mapping of str to numpy.ndarray
        What biases add to the input of each group of neurons in every step, of their shape.
    outputs : mapping of str to tuple of str
        Groups that each output of the graph shows.
    problems : tuple of Problem
        Delays that are too long, matrices that are too large, voltages that would have to travel.
    """

    graph: Graph
    groups: Mapping[str, Node]
    links: tuple[Link, ...]
    constants: Mapping[str, np.ndarray]
    outputs: Mapping[str, tuple[str, ...]]
    problems: tuple[Problem, ...]


#: Paths by source, delay, edges back, and the node along the way that has its storage.
_Key = tuple[str, int, int, str]
_Paths = dict[_Key, Path]


def fold(graph: Graph, dt: float) -> Folded:
    """Fold a graph for time steps of ``dt`` seconds."""
    return _Folder(graph, dt).folded()


class _Folder:
    """Paths to every node, in an order in which those before it are known."""

    def __init__(self, graph: Graph, dt: float) -> None:
        self._graph, self._dt = graph, dt
        self._groups = {
            name: node
            for name, node in graph.nodes.items()
            if node.kind == "Input" or name in graph.neurons or _sums(graph, name)
        }
        self._plain = [name for name in graph.nodes if name not in self._groups]
        self._paths: dict[str, _Paths] = {}
        self._constants: dict[str, np.ndarray] = {}
        self._problems: list[Problem] = []

    def folded(self) -> Folded:
        """Inputs, neurons, and the links between them."""
        plain = [edge for edge in self._graph.edges if not set(edge) & self._groups.keys()]
        for name in topological(self._plain, plain)[0]:
            self._pass(self._graph.nodes[name])
        links, constants = [], {}
        for name, node in self._groups.items():
            if node.kind == "Input":
                continue
            constants[name] = np.zeros(node.shape_in)
            try:
                paths, constants[name] = self._into(name)
                links += [
                    Link(source, name, path, delay, back, self._graph.links.get(stored))
                    for (source, delay, back, stored), path in paths.items()
                ]
            except ValueError as error:
                self._problems.append(Problem(name, str(error), node.kind))
        self._check(links)
        outputs = {
            name: (name,) if name in self._groups else self._shown(name)
            for name in self._graph.of_kind("Output")
        }
        return Folded(
            self._graph, self._groups, tuple(links), constants, outputs, tuple(self._problems)
        )

    def _into(self, name: str) -> tuple[_Paths, np.ndarray]:
        """Paths to the input of a node, summed, and the constant that comes with them."""
        node = self._graph.nodes[name]
        found: _Paths = {}
        constant = np.zeros(node.shape_in)
        for source in self._graph.sources(name):
            step = int((source, name) in self._graph.back)
            if source in self._groups:
                shape = self._groups[source].shape_out
                paths = {(source, 0, 0, ""): Path(shape, shape)}
            else:
                paths = self._paths[source]
                constant = constant + self._constants[source].reshape(node.shape_in)
            for (group, delay, back, stored), path in paths.items():
                key = (group, delay, back + step, stored)
                part = path.shaped(node.shape_in)
                _add(found, key, part)
        return found, constant

    def _pass(self, node: Node) -> None:
        """Take all paths through a node without a state."""
        try:
            paths, constant = self._into(node.name)
            if node.kind == "Delay":
                self._paths[node.name] = self._delayed(node, paths)
                self._constants[node.name] = constant
                return
            apply = PRIMITIVES[node.kind].apply
            assert apply is not None
            self._constants[node.name] = apply(node, constant[None])[0]
            own = node.name if node.name in self._graph.links else ""
            self._paths[node.name] = {
                (source, delay, back, own or stored): path.after(node)
                for (source, delay, back, stored), path in paths.items()
            }
        except ValueError as error:
            self._problems.append(Problem(node.name, str(error), node.kind))
            self._paths[node.name] = {}
            self._constants[node.name] = np.zeros(node.shape_out)

    def _delayed(self, node: Node, paths: _Paths) -> _Paths:
        """Paths through a delay; one for each of the times that it has."""
        steps = np.round(node["delay"] / self._dt)
        if steps.min() < 0 or steps.max() > MAX_DELAY:
            raise ValueError(
                f"delay must be 0 to {MAX_DELAY} steps of {self._dt:g} s, not "
                f"{steps.min():g} to {steps.max():g}"
            )
        found: _Paths = {}
        for (source, delay, back, stored), path in paths.items():
            for extra in np.unique(steps):
                key = (source, delay + int(extra), back, stored)
                part = path.masked((steps == extra).reshape(path.shape), node.name)
                _add(found, key, part)
        return found

    def _shown(self, output: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source for source, *_ in self._paths[output]))

    def _check(self, links: list[Link]) -> None:
        """Note what a core cannot send: voltages."""
        silent = {name for name, node in self._groups.items() if node.kind in ("I", "LI", "CubaLI")}
        for link in links:
            if link.source in silent:
                kind = self._groups[link.source].kind
                text = f"its voltage would have to travel to {link.target}, and only spikes do"
                self._problems.append(Problem(link.source, text, kind))


def _add(paths: _Paths, key: _Key, path: Path) -> None:
    """Add a path to the one that there may be between the same ends."""
    paths[key] = paths[key].plus(path) if key in paths else path


def _sums(graph: Graph, name: str) -> bool:
    """Tell if a node is an output that shows sums of spikes rather than neurons as they are."""
    waiting = [name] if graph.nodes[name].kind == "Output" else []
    while waiting:
        for source in graph.sources(waiting.pop()):
            kind = graph.nodes[source].kind
            if kind in RESHAPES:
                waiting.append(source)
            elif kind != "Input" and source not in graph.neurons:
                return True
    return False
