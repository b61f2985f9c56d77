"""Places of populations and inputs: rows of compartments, input axons, dense or sparse lists."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from backspike.golden.errors import UserError
from backspike.golden.network.connections import Connection
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Part, Population
from backspike.golden.network.weights import Pattern
from backspike.hdl.layouts import Gate

__all__ = ["Layout", "place", "row_columns"]


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
    dense : frozenset of str
        Connections that take dense lists.
    shared : frozenset of str
        Convolutions that take dense lists whose words their neurons share.
    """

    lanes: int
    populations: dict[str, int]
    inputs: dict[str, int]
    row_profiles: list[int]
    profiles: list[dict[str, int]]
    input_axons: int
    dense: frozenset[str]
    shared: frozenset[str]

    @property
    def compartments(self) -> int:
        """Compartments of the rows in use."""
        return len(self.row_profiles) * self.lanes

    def first_axon(self, part: Part, compartments: int) -> int:
        """Axon of a part's first neuron, on a core with ``compartments``."""
        if isinstance(part.owner, Population):
            return self.populations[part.owner.name] + part.first
        return compartments + self.inputs[part.owner.name] + part.first

    def rows(self, part: Part, compartments: int) -> range:
        """Rows of axons that a part lies in, on a core with ``compartments``."""
        first = self.first_axon(part, compartments)
        return range(first // self.lanes, (first + part.size - 1) // self.lanes + 1)


def place(network: Network, lanes: int) -> Layout:
    """Give every population its compartments and every input its axons.

    Targets of dense lists, and what stands beside others lane by lane, begin a row; the others
    share rows with those of the same profile and noise.
    """
    dense = _dense(network, lanes)
    shared = _shared(network, lanes)
    aligned = _aligned(network, dense, shared)
    profiles, row_profiles, populations = _rows(network, aligned, lanes)
    inputs, input_axons = _inputs(network, aligned, lanes)
    return Layout(lanes, populations, inputs, row_profiles, profiles, input_axons, dense, shared)


def _dense(network: Network, lanes: int) -> frozenset[str]:
    """Connections that take dense lists: where they can hold them, and are no dearer.

    A list counts as one word, and so does a sparse synapse: fixed weights to few targets, or few
    that are not 0, join the axon's one sparse list, unless other neurons use them, too.
    """
    reused = {transpose.connection for transpose in network.transposes.values()}
    reused |= {share.connection for share in network.shares}

    def is_dense(connection: Connection) -> bool:
        if connection.pattern not in (Pattern.ONE_TO_ALL, Pattern.ALL_TO_ALL):
            return False
        if connection.target.first or connection.exponents.ndim:
            return False
        if connection.rule is not None or connection.name in reused:
            return True
        words = -(-connection.target.size // lanes)
        return (words + 1) * connection.source.size <= int(np.count_nonzero(connection.weights))

    return frozenset(name for name, c in network.connections.items() if is_dense(c))


def _shared(network: Network, lanes: int) -> frozenset[str]:
    """Convolutions that take dense lists: their channels must fill the words.

    In the others, which must be fixed, every synapse is stored for itself.
    """
    back = {transpose.connection for transpose in network.transposes.values()}
    for name, c in network.convolutions.items():
        where = f"of convolution {name!r} must be a multiple of the lanes, {lanes}, for"
        if name in back and c.image[2] % lanes:
            raise UserError(f"channels {where} spikes that go back, not {c.image[2]}")
        if c.out[2] % lanes and (name in back or c.rule is not None):
            use = "kernels that learn" if c.rule is not None else "spikes that go back"
            raise UserError(f"kernels {where} {use}, not {c.out[2]}")
    return frozenset(name for name, c in network.convolutions.items() if c.out[2] % lanes == 0)


def _aligned(network: Network, dense: frozenset[str], shared: frozenset[str]) -> set[str]:
    """Populations and inputs that begin a row."""
    targets = [network.connections[name].target for name in dense]
    targets += [network.convolutions[name].target for name in shared]
    targets += [transpose.target for transpose in network.transposes.values()]
    targets += [share.target for share in network.shares]
    aligned = {target.owner.name for target in targets}
    aligned |= {teacher.by.name for teacher in network.teachers}
    for population in network.populations.values():
        others = population.sums_of, population.watches, population.gate
        partners = [group for group in others if group is not None]
        if partners or population.negate:
            aligned |= {group.name for group in (population, *partners)}
        if np.ptp(population.thresholds):
            aligned.add(population.name)
    return aligned


def _check_row(population: Population, neuron: int, lanes: int) -> None:
    """Raise UserError unless the neurons of a row, from ``neuron`` on, have one threshold."""
    different = np.unique(population.thresholds[neuron : neuron + lanes])
    if different.size > 1:
        last = min(neuron + lanes, population.size) - 1
        raise UserError(
            f"threshold of population {population.name!r} must be one for each row of {lanes} "
            f"neurons, and neurons {neuron} to {last} have {different[0]} and {different[1]}: "
            "order them by threshold, or compile with fewer lanes"
        )


def _order(network: Network) -> Callable[[Population], tuple[bool, ...]]:
    """Key by which populations take their rows.

    Rows are updated from the highest down: those that watch others stand below them. Populations
    without synapses come last, since their rows are mute, and teachers side by side, since
    learning waits for their rows: those with synapses, those without, then the others without.
    """
    ways = (*network.joins().values(), *network.transposes.values(), *network.shares)
    heard = {way.source.owner.name for way in (*ways, *network.rewards)}
    teachers = {teacher.by.name for teacher in network.teachers}

    def order(population: Population) -> tuple[bool, ...]:
        has_lists, teaches = population.name in heard, population.name in teachers
        return (
            population.watches is None,
            not has_lists and not teaches,
            teaches,
            not has_lists,
        )

    return order


def _rows(
    network: Network, aligned: set[str], lanes: int
) -> tuple[list[dict[str, int]], list[int], dict[str, int]]:
    """Profiles, profile of each row, and first compartment of each population."""
    profiles: list[dict[str, int]] = []
    row_profiles: list[int] = []
    first: dict[str, int] = {}
    packed: dict[tuple[int, ...], list[Population]] = {}

    def numbered(profile: dict[str, int]) -> int:
        if profile not in profiles:
            profiles.append(profile)
        return profiles.index(profile)

    for population in sorted(network.populations.values(), key=_order(network)):
        if population.name in aligned:
            first[population.name] = len(row_profiles) * lanes
            for neuron in range(0, population.size, lanes):
                _check_row(population, neuron, lanes)
                row_profiles.append(numbered(population.profile(neuron)))
        else:
            key = numbered(population.profile()), *population.row_noise.values()
            packed.setdefault(key, []).append(population)
    for (profile, *_), populations in packed.items():
        compartment = len(row_profiles) * lanes
        for population in populations:
            first[population.name] = compartment
            compartment += population.size
        row_profiles += [profile] * (-(-compartment // lanes) - len(row_profiles))
    return profiles, row_profiles, first


def _inputs(network: Network, aligned: set[str], lanes: int) -> tuple[dict[str, int], int]:
    """First axon of each input, and the number of all."""
    first: dict[str, int] = {}
    axons = 0
    for source in network.inputs.values():
        if source.name in aligned:
            axons = -(-axons // lanes) * lanes
        first[source.name] = axons
        axons += source.size
    return first, axons


def row_columns(network: Network, layout: Layout, compartments: int) -> dict[str, list[int]]:
    """Columns of ``layouts.row_layout`` for the rows in use, on a core with ``compartments``."""
    n = len(layout.row_profiles)
    columns = {
        "profile": list(layout.row_profiles),
        "sums": list(range(n)),
        "keep": [0] * n,
        "negate": [0] * n,
        "watch": [0] * n,
        "gating": [Gate.NONE.value] * n,
        "gate": [0] * n,
        **{field: [0] * n for field in ("noise_mantissa", "noise_exponent", "noisy")},
    }
    for population in network.populations.values():
        for row in layout.rows(population[:], compartments):
            for field, value in population.row_noise.items():
                columns[field][row] = value
    sharing: dict[str, list[Population]] = {}
    for population in network.populations.values():
        owner = population.watches or population.sums_of or population
        sharing.setdefault(owner.name, []).append(population)
    for owner_name, populations in sharing.items():
        # Rows are updated from the highest down: the lowest that takes sums clears them.
        taking = [population for population in populations if population.watches is None]
        lowest = min(taking, key=lambda p: layout.populations[p.name], default=None)
        for population in populations:
            if not (population.negate or population.gate or len(populations) > 1):
                continue
            sums = layout.populations[owner_name] // layout.lanes
            for k, row in enumerate(layout.rows(population[:], compartments)):
                columns["sums"][row] = sums + k
                columns["keep"][row] = int(population is not lowest)
                columns["negate"][row] = int(population.negate)
                columns["watch"][row] = int(population.watches is not None)
                if population.gate is not None:
                    is_closed = population.gated_by == "silence"
                    gate = layout.first_axon(population.gate[:], compartments) // layout.lanes
                    columns["gating"][row] = (Gate.CLOSED if is_closed else Gate.OPEN).value
                    columns["gate"][row] = gate + k
    return columns
