"""Import of a folded graph: groups, populations, connections, and the record of each node."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from backspike.golden.network.connections import MAX_DELAY
from backspike.golden.network.network import Network
from backspike.golden.network.neuron_constants import FORGETS, MAX_THRESHOLD
from backspike.golden.network.neurons import MAX_SIZE
from backspike.golden.nir.choices import Choice
from backspike.golden.nir.conventions import Conventions
from backspike.golden.nir.fold import Folded, Link
from backspike.golden.nir.neurons import Dynamics, dynamics_of
from backspike.golden.nir.node import Node
from backspike.golden.nir.onset import Onset, add_start, begin_late
from backspike.golden.nir.paths import RESHAPES
from backspike.golden.nir.placing import channels_last, place_of, placed_weights, sliding
from backspike.golden.nir.problems import Problem
from backspike.golden.nir.quantise import (
    Constant,
    Quantised,
    Weights,
    constant_of,
    quantise,
    scaled_constants,
)
from backspike.golden.nir.record import Group, NodeRecord, Verdict
from backspike.golden.nir.timing import depths, extra_delay

__all__ = ["Importer"]

#: Constants of a population that never fires: no voltage within its limit is above its threshold.
_NEVER = {"threshold": MAX_THRESHOLD, "vmax": 6}


class Importer:
    """Steps from a folded graph to a network; problems are collected on the way.

    Attributes
    ----------
    problems : list of Problem
        After :meth:`quantise`; a network can be made if there are none.
    """

    def __init__(
        self,
        folded: Folded,
        conventions: Conventions,
        choices: Mapping[str, Choice] = MappingProxyType({}),
    ) -> None:
        self._folded, self._conventions, self._choices = folded, conventions, choices
        self._dt, self._resets = conventions.dt, conventions.resets
        self._depths = depths(folded.groups, folded.links)
        self._dynamics: dict[str, Dynamics] = {}
        self._quantised: dict[str, Quantised] = {}
        self.problems: list[Problem] = []

    def quantise(self) -> None:
        """Round the constants of all neurons."""
        for name, node in self._folded.groups.items():
            links = [link for link in self._folded.links if link.target == name]
            if node.size > MAX_SIZE:
                text = f"it has {node.size:,} neurons, the limit is {MAX_SIZE:,}"
                self.problems.append(Problem(name, text, node.kind))
                continue
            for link in links:
                if (extra := extra_delay(link, self._depths)) > MAX_DELAY:
                    text = f"a spike of {link.source} would take {extra} steps more, the limit is "
                    self.problems.append(Problem(name, f"{text}{MAX_DELAY}", node.kind))
            if node.kind == "Input":
                continue
            try:
                self._dynamics[name] = dynamics_of(
                    node, self._dt, self._resets[name], self._conventions.integrator
                )
                self._quantised[name] = self._rounded(node, links)
            except ValueError as error:
                self.problems.append(Problem(name, str(error), node.kind))

    def _rounded(self, node: Node, links: Sequence[Link]) -> Quantised:
        """Constants by the choice that was made; else as they were stored, if that is exact."""
        name = node.name
        rounded = partial(
            quantise,
            node,
            self._dynamics[name],
            links,
            self._folded.constants[name],
            depth=self._depths[name],
            reset=self._resets[name],
            scaling=self._conventions.scaling,
            synapses=self._conventions.synapses,
        )
        stored = self._folded.graph.groups.get(name)
        if name not in self._choices and stored is not None and stored.scale:
            with suppress(ValueError):
                made = rounded(choice=Choice(scale=stored.scale))
                if not any(constant.error for constant in scaled_constants(made.constants)):
                    return made
        return rounded(choice=self._choices.get(name, Choice()))

    def choices(self) -> dict[str, Choice]:
        """Choice of each population, with its scale."""
        return {name: made.choice for name, made in self._quantised.items()}

    def groups(self) -> dict[str, Group]:
        """Inputs and populations by name."""
        found = {}
        stored = self._folded.graph.groups
        order = sorted(self._folded.groups, key=lambda name: place_of(stored.get(name)))
        for name in order:
            node = self._folded.groups[name]
            made, dynamics = self._quantised.get(name), self._dynamics.get(name)
            found[name] = Group(
                name,
                node.shape_out,
                self._depths[name],
                channels_last(node.shape_out),
                made.scale if made else None,
                dynamics.shift if dynamics else None,
            )
        return found

    def network(self, groups: Mapping[str, Group]) -> Network:
        """The network."""
        network = Network()
        for name, group in groups.items():
            made = self._quantised.get(name)
            if made is None:
                network.input(name, len(group.order))
                continue
            constants: dict[str, Any] = {"decay_u": made.decay_u, "decay_v": made.decay_v}
            if made.threshold is None:
                constants |= _NEVER
            else:
                constants["threshold"] = made.threshold
                constants |= self._reset_constants(name, made)
            if made.bias.any():
                constants["bias"] = made.bias[group.order]
            network.population(name, len(group.order), **constants)
        every = [weights for made in self._quantised.values() for weights in made.weights]
        for weights in sorted(every, key=lambda weights: place_of(weights.link.storage)):
            self._connect(network, groups, weights)
        self._begin_biases(network, groups)
        return network

    def _begin_biases(self, network: Network, groups: Mapping[str, Group]) -> None:
        """Let biases act as if they began with the first spike that can come."""
        start = None
        for name, made in self._quantised.items():
            if (onset := made.onset) is not None and (onset.early.any() or onset.hold.any()):
                start = start or add_start(network)
                order, depth = groups[name].order, groups[name].depth
                ordered = Onset(onset.hold[order], onset.early[order])
                begin_late(network, start, network.populations[name], ordered, depth)

    def _reset_constants(self, name: str, made: Quantised) -> dict[str, Any]:
        """Constants of a population by its reset, where that has an effect."""
        reset = self._resets[name]
        if not self._dynamics[name].resets or reset == "zero":
            return {}
        if reset == "delayed-zero":
            return {"refractory": 2}
        leaves = reset == "delayed" or made.decay_v < FORGETS
        return {"reset": reset} if leaves else {}

    def _connect(self, network: Network, groups: Mapping[str, Group], weights: Weights) -> None:
        """Add the synapses of a link, unless it has none."""
        link = weights.link
        delay = max(0, extra_delay(link, self._depths))
        name = self._name(network, link, delay)
        source = network.inputs.get(link.source) or network.populations[link.source]
        ends = source, network.populations[link.target]
        orders = groups[link.source].order, groups[link.target].order
        for k, (values, exponent) in enumerate(weights.parts):
            if not values.any() and link.storage is None:
                continue
            fixed: dict[str, Any] = {"delay": delay, "exponent": exponent}
            if values.ndim <= 2:
                placed, fixed["pattern"] = placed_weights(values, *orders, link.storage)
                network.connect(name + " fine" * k, *ends, placed, **fixed)
            else:
                fixed |= sliding(link.path)
                network.convolve(name + " fine" * k, *ends, values, **fixed)

    def _name(self, network: Network, link: Link, delay: int) -> str:
        """Name of a link's connection, which no other has."""
        taken = {*network.connections, *network.convolutions}
        stored = link.storage
        name = stored.name if stored else f"{link.source} to {link.target}"
        if name in taken:
            name += f" after {delay + 1}"
        while name in taken:
            name += ", too"
        return name

    def records(self, problems: Iterable[Problem]) -> tuple[NodeRecord, ...]:
        """Fate of every node of the graph, with the problems of all stages."""
        refused: dict[str, list[str]] = {}
        for problem in problems:
            refused.setdefault(problem.node, []).append(problem.text)
        return tuple(
            NodeRecord(name, node.kind, Verdict.REFUSED, (), tuple(refused[name]))
            if name in refused
            else self._record(node)
            for name, node in self._folded.graph.nodes.items()
        )

    def _record(self, node: Node) -> NodeRecord:
        made = self._quantised.get(node.name)
        if made is not None:
            constants, differences = made.constants, self._differences(node)
        else:
            constants, differences = self._passed(node), []
        exact = not differences and not any(constant.error for constant in constants)
        verdict = Verdict.FAITHFUL if exact else Verdict.APPROXIMATE
        if made is not None and made.threshold is None:
            differences.append("never fires: its voltage is read")
        return NodeRecord(node.name, node.kind, verdict, constants, tuple(differences))

    def _passed(self, node: Node) -> tuple[Constant, ...]:
        """Constants of a node without a state: delays, and weights that it is folded into."""
        if node.kind in RESHAPES:
            return ()
        found = [
            constant
            for made in self._quantised.values()
            for weights, constant in zip(made.weights, made.constants, strict=False)
            if node.name in weights.link.path.through
        ]
        if node.kind == "Delay":
            steps = node["delay"] / self._dt
            found.insert(0, constant_of("delay", steps, np.round(steps)))
        return tuple(found)

    def _differences(self, node: Node) -> list[str]:
        """Reasons why neurons differ from the graph's beside the rounding of their constants."""
        dynamics, made = self._dynamics[node.name], self._quantised[node.name]
        depth = self._depths[node.name]
        found = []
        if dynamics.shift.any():
            found.append("its voltage begins at v_reset, not at 0")
        if made.bias.any() and depth and made.onset is None:
            found.append(f"its bias begins {depth} steps before the first spike can reach it")
        if self._folded.constants[node.name].any() and made.decay_u < FORGETS:
            found.append("a constant input is all of its current from the first step on")
        for name, lost in (("decay_u", dynamics.decay_u), ("decay_v", dynamics.decay_v)):
            if lost.any() and not getattr(made, name):
                found.append(f"{name} is below 1/8192: nothing is lost")
        for link in self._folded.links:
            if link.target == node.name and (late := -extra_delay(link, self._depths)) > 0:
                found.append(f"spikes of {link.source} come {late} steps later")
        return found
