"""Where populations and inputs go: rows of compartments, input axons, dense or sparse lists."""

from dataclasses import dataclass

import numpy as np

from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Part, Population
from backspike.golden.network.weights import Pattern
from backspike.hdl.layouts import Gate

__all__ = ["Layout", "is_dense", "is_shared", "place", "row_columns"]


@dataclass(frozen=True)
class Layout:
    """Places of a network on a core with a number of lanes.

    Attributes
    ----------
    lanes : int
    populations : dict of str to int
        First compartment.
    inputs : dict of str to int
        First input axon.
    row_profiles : list of int
        Profile of each row of compartments.
    profiles : list of dict of str to int
        Fields of ``layouts.profile_layout``.
    input_axons : int
        Input axons in use.
    """

    lanes: int
    populations: dict[str, int]
    inputs: dict[str, int]
    row_profiles: list[int]
    profiles: list[dict[str, int]]
    input_axons: int

    @property
    def compartments(self) -> int:
        """Compartments of the rows in use."""
        return len(self.row_profiles) * self.lanes

    def first_axon(self, part: Part, compartments: int) -> int:
        """Axon of a part's first neuron, on a core with ``compartments``."""
        if isinstance(part.owner, Population):
            return self.populations[part.owner.name] + part.first
        return compartments + self.inputs[part.owner.name] + part.first


def is_dense(network: Network, connection: Connection, lanes: int) -> bool:
    """Whether a connection takes dense lists: where they can hold it, and are no dearer.

    A list counts as one word, and so does a sparse synapse: fixed weights to few targets, or few
    that are not 0, join the axon's one sparse list, unless other neurons use them, too.
    """
    if connection.pattern not in (Pattern.ONE_TO_ALL, Pattern.ALL_TO_ALL):
        return False
    if connection.target.first or connection.exponents.ndim:
        return False
    reused = {t.connection for t in network.transposes.values()}
    reused |= {s.connection for s in network.shares}
    if connection.rule is not None or connection.name in reused:
        return True
    words = -(-connection.target.size // lanes)
    return (words + 1) * connection.source.size <= int(np.count_nonzero(connection.weights))


def is_shared(convolution: Convolution, lanes: int) -> bool:
    """Whether a convolution takes dense lists whose words its neurons share.

    Its channels must fill the words; else every synapse is stored for itself.
    """
    return convolution.out[2] % lanes == 0


def place(network: Network, lanes: int) -> Layout:
    """Give every population its compartments and every input its axons.

    Targets of dense lists, and what stands beside others lane by lane, begin a row; the others
    share rows with those of the same profile and noise.
    """
    connections = network.connections.values()
    aligned = {c.target.owner.name for c in connections if is_dense(network, c, lanes)}
    aligned |= {t.target.owner.name for t in network.transposes.values()}
    convolutions = network.convolutions.values()
    aligned |= {c.target.owner.name for c in convolutions if is_shared(c, lanes)}
    aligned |= {s.target.owner.name for s in network.shares}
    aligned |= {t.by.name for t in network.teachers}
    for population in network.populations.values():
        partners = [group for group in (population.sums_of, population.gate) if group is not None]
        if partners or population.negate:
            aligned |= {group.name for group in (population, *partners)}
    profiles: list[dict[str, int]] = []
    row_profiles: list[int] = []
    first: dict[str, int] = {}
    packed: dict[tuple[int, ...], list[Population]] = {}
    for population in network.populations.values():
        if population.profile not in profiles:
            profiles.append(population.profile)
        profile = profiles.index(population.profile)
        if population.name in aligned:
            first[population.name] = len(row_profiles) * lanes
            row_profiles += [profile] * -(-population.size // lanes)
        else:
            shared = profile, *population.row_noise.values()
            packed.setdefault(shared, []).append(population)
    for (profile, *_), populations in packed.items():
        compartment = len(row_profiles) * lanes
        for population in populations:
            first[population.name] = compartment
            compartment += population.size
        row_profiles += [profile] * (-(-compartment // lanes) - len(row_profiles))
    inputs: dict[str, int] = {}
    axons = 0
    for source in network.inputs.values():
        if source.name in aligned:
            axons = -(-axons // lanes) * lanes
        inputs[source.name] = axons
        axons += source.size
    return Layout(lanes, first, inputs, row_profiles, profiles, axons)


def row_columns(network: Network, layout: Layout, compartments: int) -> dict[str, list[int]]:
    """Columns of ``layouts.row_layout`` for the rows in use, on a core with ``compartments``."""
    lanes, n = layout.lanes, len(layout.row_profiles)
    columns = {
        "profile": list(layout.row_profiles),
        "sums": list(range(n)),
        "keep": [0] * n,
        "negate": [0] * n,
        "gating": [Gate.NONE.value] * n,
        "gate": [0] * n,
        **{field: [0] * n for field in ("noise_mantissa", "noise_exponent", "noisy")},
    }
    for name, population in network.populations.items():
        last = layout.populations[name] + population.size - 1
        for row in range(layout.populations[name] // lanes, last // lanes + 1):
            for field, value in population.row_noise.items():
                columns[field][row] = value
    sharing: dict[str, list[str]] = {}
    for name, population in network.populations.items():
        owner = population.sums_of or population
        sharing.setdefault(owner.name, []).append(name)
    for owner_name, names in sharing.items():
        # Rows are updated from the highest down: the lowest that shares sums clears them.
        lowest = min(names, key=lambda name: layout.populations[name])
        for name in names:
            population = network.populations[name]
            if not (population.negate or population.gate or len(names) > 1):
                continue
            first = layout.populations[name] // lanes
            sums = layout.populations[owner_name] // lanes
            for k in range(-(-population.size // lanes)):
                columns["sums"][first + k] = sums + k
                columns["keep"][first + k] = int(name != lowest)
                columns["negate"][first + k] = int(population.negate)
                if population.gate is not None:
                    closed = population.gated_by == "silence"
                    gate = layout.first_axon(population.gate[:], compartments) // lanes
                    columns["gating"][first + k] = (Gate.CLOSED if closed else Gate.OPEN).value
                    columns["gate"][first + k] = gate + k
    return columns
