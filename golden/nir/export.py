"""Export: a network as a graph of NIR, whose unit of voltage is a weight unit of the core."""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import nir
import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.errors import NoEffectWarning, UserError, check_bool, check_path, check_type
from backspike.golden.names import free_name
from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import FORGETS
from backspike.golden.nir.export_links import Join, image_shapes, joins_of, link_node
from backspike.golden.nir.export_neurons import bias_of, neurons_of, reset_of, unsaid
from backspike.golden.nir.graph_file import write_graph
from backspike.golden.nir.node import Shape
from backspike.golden.nir.onset import without_start
from backspike.golden.nir.order import topological
from backspike.golden.nir.placing import channels_last
from backspike.golden.nir.problems import GraphError, Problem
from backspike.golden.nir.storage import GroupStorage, storage_metadata
from backspike.golden.nir.to_network import check_dt, read_nir

__all__ = ["NirExport", "nir_graph", "write_nir"]

#: Parts of a network beside its connections that NIR has no word for.
_UNSAID = ("teachers", "transposes", "shares", "rewards")
_NONE: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class NirExport:
    """A network as a graph of NIR.

    Attributes
    ----------
    graph : nir.NIRGraph
    dt : float
        Seconds of a time step, of which NIR says nothing.
    left_out : tuple of str
        What the network has, and the graph cannot say.
    network : Network
        What was exported.
    """

    graph: nir.NIRGraph
    dt: float
    left_out: tuple[str, ...]
    network: Network

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """Parts of the program that an import of the graph compiles to otherwise, once asked for.

        None if it makes the same program, word for word.
        """
        try:
            imported = read_nir(self.graph, dt=self.dt).network
            own, read = _compiled(self.network), _compiled(imported)
        except UserError as error:
            return (f"anything, perhaps: {error}",)
        found = [] if own.params == read.params else ["the smallest core"]
        for what in ("registers", "memories"):
            words, again = getattr(own, what), getattr(read, what)
            found += [
                f"{what} {name}"
                for name in words
                if not np.array_equal(words[name], again.get(name, -1))
            ]
        return tuple(found)


def write_nir(
    network: Network,
    path: str | Path,
    *,
    dt: float = 1e-4,
    weights: Mapping[str, object] = _NONE,
    late_biases: bool = False,
) -> NirExport:
    """Write a network as a NIR file: see :func:`nir_graph`.

    Raises
    ------
    TypeError, ValueError, UserError
        As :func:`nir_graph`, or if the name does not end in ``.nir``.
    OSError
        If the file cannot be written.
    """
    path = check_path("a graph", path, ".nir")
    made = nir_graph(network, dt=dt, weights=weights, late_biases=late_biases)
    write_graph(path, made.graph)
    return made


def nir_graph(
    network: Network,
    *,
    dt: float = 1e-4,
    weights: Mapping[str, object] = _NONE,
    late_biases: bool = False,
) -> NirExport:
    """A network as a graph of NIR, and what the graph cannot say.

    A spike of the core takes a step to each layer, and none in a graph: layers are moved in time,
    so that links without delays have none, and the others a Delay that makes up for it. Leaks are
    those of steps of ``dt`` by Euler. NIR has no reset and no rounding; what it does not say of the
    order and the form of the weights stands in the metadata, for :func:`read_nir` alone.

    Parameters
    ----------
    network : Network
    dt : float
        Seconds of a time step; snnTorch has 1e-4.
    weights : mapping of str to array-like
        Weights of connections and convolutions by name, as they have been learned, in weight units
        and the shapes of the network's own; those that are not named are as they were made.
    late_biases : bool
        Let biases begin with the first spike that can come, rather than in the core's first step:
        layers with biases then need no Delay before them, which not all frameworks have.

    Raises
    ------
    TypeError, ValueError
        If an argument is of another kind or out of its range.
    GraphError
        With all reasons why the network cannot be said in NIR.
    """
    check_type("network", network, Network)
    seconds = check_dt(dt)
    plain, begun = without_start(network)
    early = []
    if check_bool("late_biases", late_biases) and begun is None:
        begun, early = {}, ["biases, until the first spike can come"]
    if problems := tuple(_problems(plain)):
        raise GraphError(problems)
    graph = _Exporter(plain, seconds, weights, begun).graph()
    return NirExport(graph, seconds, (*_left_out(plain), *early), network)


def _problems(network: Network) -> Iterator[Problem]:
    for part in _UNSAID:
        if found := getattr(network, part):
            yield Problem("network", f"NIR has no {part}, and it has {len(found)}")
    for name in (*network.inputs, *network.populations):
        if "/" in name or name.startswith("."):
            yield Problem(name, "a name in NIR has no / and begins with no dot")
    for name, population in network.populations.items():
        for reason in unsaid(population):
            yield Problem(name, reason, "population")
    if not network.inputs:
        yield Problem("network", "NIR needs an input, and it has none")


def _left_out(network: Network) -> Iterator[str]:
    for name, made in network.connections.items():
        if made.rule is not None:
            yield f"{name}: its rule; its weights stay as they are"
    for name, population in network.populations.items():
        if (reset := reset_of(population)) != "zero":
            yield f"{name}: its reset, which NIR does not say: {reset}"


class _Exporter:
    """Steps from a network to a graph."""

    def __init__(
        self,
        network: Network,
        dt: float,
        weights: Mapping[str, object],
        begun: Mapping[str, int] | None,
    ) -> None:
        self._network, self._dt, self._begun = network, dt, begun
        self._images = image_shapes(network)
        self._joins = list(joins_of(network, self._images, weights))
        self._biases = {name: bias_of(made) for name, made in network.populations.items()}
        self._nodes: dict[str, nir.NIRNode] = {}
        self._edges: list[tuple[str, str]] = []

    def graph(self) -> nir.NIRGraph:
        """The graph; its nodes are in the order in which a file has them."""
        names = sorted([*self._network.inputs, *self._network.populations])
        delays = _delays(names, sorted(self._network.inputs), self._joins, self._latest())
        carried = self._carried()
        for order, name in enumerate(self._network.inputs):
            node = nir.Input(np.array(self._shape(name)))
            self._add(name, node, GroupStorage(order))
        for order, (name, made) in enumerate(self._network.populations.items()):
            shape = self._shape(name)
            rest = np.zeros(made.size) if name in carried else self._biases[name]
            node = neurons_of(made, rest, channels_last(shape), shape, self._dt)
            self._add(name, node, GroupStorage(order, reset_of(made) or "zero", 1.0))
        for number, (join, delay) in enumerate(zip(self._joins, delays, strict=True)):
            bias = self._biases[join.target]
            self._link(join, delay, bias if carried.get(join.target) == number else 0 * bias)
        sends = {join.source for join in self._joins if join.source != join.target}
        ends = [name for name in self._network.populations if name not in sends]
        for name in ends or list(self._network.populations)[-1:]:
            self._edges.append((name, self._add("output", nir.Output(np.array(self._shape(name))))))
        return nir.NIRGraph(dict(sorted(self._nodes.items())), self._edges)

    def _shape(self, name: str) -> Shape:
        group = self._network.inputs.get(name) or self._network.populations[name]
        return self._images.get(name, (group.size,))

    def _latest(self) -> Mapping[str, int]:
        """Most steps that populations are moved in time by, where their biases began in one."""
        if self._begun is not None:
            return self._begun
        return {name: 0 for name, bias in self._biases.items() if bias.any()}

    def _carried(self) -> dict[str, int]:
        """Join that brings the bias of a population, where one can: frameworks know it there."""
        found: dict[str, int] = {}
        for number, join in enumerate(self._joins):
            bias = self._biases[join.target]
            made = join.convolution
            alike = made is None or not np.ptp(bias.reshape(-1, made.out[2]), axis=0).any()
            current = self._network.populations[join.target].decay_u < FORGETS
            if bias.any() and alike and not current:
                found.setdefault(join.target, number)
        return found

    def _add(self, name: str, node: nir.NIRNode, storage: GroupStorage | None = None) -> str:
        """Add a node under its name, or one like it; returns the name."""
        name = free_name(name, self._nodes)
        if storage is not None:
            node.metadata = storage_metadata(storage)
        self._nodes[name] = node
        return name

    def _link(self, join: Join, delay: int, bias: np.ndarray) -> None:
        """Add the nodes of a join between its ends."""
        node = link_node(join, self._images, bias)
        if join.storage is not None:
            node.metadata = storage_metadata(join.storage)
        label, last = join.name.replace("/", "_"), join.source
        ways = [(label, node)]
        shape = self._shape(join.source)
        if join.convolution is None and join.source in self._images:
            ways.insert(0, (f"{label}, flat", nir.Flatten({"input": np.array(shape)}, 0, -1)))
        if delay:  # first, so that no bias is delayed
            ways.insert(0, (f"{label}, later", nir.Delay(np.full(shape, delay * self._dt))))
        for name, made in ways:
            added = self._add(name, made)
            self._edges.append((last, added))
            last = added
        self._edges.append((last, join.target))


def _delays(
    names: list[str], inputs: list[str], joins: list[Join], latest: Mapping[str, int]
) -> list[int]:
    """Steps that each join takes in the graph, none where the layers' moving in time allows it."""
    edges = [(join.source, join.target) for join in joins]
    order, back = topological(names, list(dict.fromkeys(edges)), inputs)
    forward = [join for join in joins if (join.source, join.target) not in back]
    depth = dict.fromkeys(order, 0)
    for name in order:
        into = [join for join in forward if join.target == name]
        if any(not join.delay for join in into):
            ways = [depth[join.source] + 1 + join.delay for join in into]
            depth[name] = min([*ways, latest.get(name, ways[0])])

    def steps(join: Join) -> int:
        own = join.delay + int((join.source, join.target) not in back)
        return own + depth[join.source] - depth[join.target]

    if min(map(steps, joins), default=0) < 0:
        depth = dict.fromkeys(order, 0)
    return [steps(join) for join in joins]


def _compiled(network: Network) -> Program:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoEffectWarning)
        return compile_network(network)
