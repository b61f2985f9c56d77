"""Where populations and inputs go: rows of compartments, input axons, dense or sparse lists."""

from dataclasses import dataclass

from backspike.golden.network import Connection, Network
from backspike.golden.neurons import Part, Population
from backspike.golden.weights import Pattern

__all__ = ["Layout", "is_dense", "place"]


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


def is_dense(connection: Connection, lanes: int) -> bool:
    """Whether a connection takes dense lists: where they can hold it, and are no dearer.

    A list counts as one word: fixed weights to few targets join the axon's one sparse list.
    """
    if connection.pattern not in (Pattern.ONE_TO_ALL, Pattern.ALL_TO_ALL):
        return False
    if connection.target.first or connection.exponents.ndim:
        return False
    words = -(-connection.target.size // lanes)
    return connection.rule is not None or words + 1 <= connection.target.size


def place(network: Network, lanes: int) -> Layout:
    """Give every population its compartments and every input its axons.

    Targets of dense lists begin a row; the others share rows with those of the same profile.
    """
    aligned = {c.target.owner.name for c in network.connections.values() if is_dense(c, lanes)}
    profiles: list[dict[str, int]] = []
    row_profiles: list[int] = []
    first: dict[str, int] = {}
    packed: dict[int, list[Population]] = {}
    for population in network.populations.values():
        if population.profile not in profiles:
            profiles.append(population.profile)
        profile = profiles.index(population.profile)
        if population.name in aligned:
            first[population.name] = len(row_profiles) * lanes
            row_profiles += [profile] * -(-population.size // lanes)
        else:
            packed.setdefault(profile, []).append(population)
    for profile, populations in packed.items():
        compartment = len(row_profiles) * lanes
        for population in populations:
            first[population.name] = compartment
            compartment += population.size
        row_profiles += [profile] * (-(-compartment // lanes) - len(row_profiles))
    inputs: dict[str, int] = {}
    axons = 0
    for source in network.inputs.values():
        inputs[source.name] = axons
        axons += source.size
    return Layout(lanes, first, inputs, row_profiles, profiles, axons)
