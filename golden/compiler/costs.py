"""Cost of the synapses of a network on a core, in the format that the compiler has chosen."""

import numpy as np
from amaranth import Shape

from backspike.golden.compiler.placement import Layout
from backspike.golden.compiler.program import SynapseCost
from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.weights import Pattern
from backspike.hdl.layouts import TAG_BITS, list_layout, sparse_layout
from backspike.hdl.params import CoreParams

__all__ = ["synapse_costs"]


#: Words and lists that a connection takes, by format.
_Formats = dict[str, tuple[int, int]]


def synapse_costs(network: Network, layout: Layout, params: CoreParams) -> list[SynapseCost]:
    """Costs of all that a network compiled for ``params`` has in synapse memory, in its order."""
    lane = params.weight_bits + TAG_BITS * params.has_tags + params.slot_bits * params.delays
    entry = Shape.cast(list_layout(params)).width
    single = Shape.cast(sparse_layout(params)).width

    def cost(name: str, chosen: str, synapses: int, formats: _Formats) -> SynapseCost:
        """The cost in the format chosen, beside all that are possible."""
        bits = {
            form: words * (single if form == "sparse" else params.lanes * lane) + lists * entry
            for form, (words, lists) in formats.items()
        }
        chosen_bits = bits.pop(chosen)
        return SynapseCost(name, chosen, synapses, *formats[chosen], chosen_bits, bits)

    costs = []
    for name, connection in network.connections.items():
        chosen = "dense" if name in layout.dense else "sparse"
        formats = _connection_formats(network, connection, params.lanes)
        costs.append(cost(name, chosen, connection.weights.size, formats))
    for name, convolution in network.convolutions.items():
        _, _, weights = convolution.synapses()
        chosen = "shared" if name in layout.shared else "sparse"
        formats = _convolution_formats(network, convolution, layout)
        costs.append(cost(name, chosen, weights.size, formats))
    for name, transpose in network.transposes.items():
        if transpose.connection in network.convolutions:
            convolution = network.convolutions[transpose.connection]
            size, lists = convolution.synapses()[2].size, len(list(convolution.ways_back()))
        else:
            size = network.connections[transpose.connection].weights.size
            lists = transpose.source.size
        costs.append(cost(name, "column", size, {"column": (0, lists)}))
    for share in network.shares:
        size = network.connections[share.connection].weights.size
        formats = {"again": (0, share.source.size)}
        costs.append(cost(f"{share.connection} again", "again", size, formats))
    return costs


def _connection_formats(network: Network, connection: Connection, lanes: int) -> _Formats:
    """Formats that a connection can take."""
    sources, _ = connection.synapses()
    if connection.rule is None:
        sources = sources[connection.weights.reshape(-1) != 0]
    formats = {"sparse": (sources.size, np.unique(sources).size)}
    if connection.pattern in (Pattern.ONE_TO_ALL, Pattern.ALL_TO_ALL):
        n_sources = connection.source.size
        words = n_sources * -(-connection.target.size // lanes)
        formats["dense"] = words, n_sources * _lists_of_each(network, connection)
    return formats


def _lists_of_each(network: Network, connection: Connection | Convolution) -> int:
    """Dense lists in the place of each that a fixed connection has."""
    signs = [lesson.negate for lesson in network.lessons(connection.name)]
    return len(signs) + all(signs[-1:])  # one more to deliver, if the last one subtracts


def _convolution_formats(network: Network, convolution: Convolution, layout: Layout) -> _Formats:
    """Formats that a convolution can take: one that learns or is gone back through, one only."""
    sources, _, weights = convolution.synapses()
    kept = weights != 0
    formats: _Formats = {}
    if convolution.rule is None:
        formats["sparse"] = int(kept.sum()), len(np.unique(sources[kept]))
    if convolution.name in layout.shared:
        runs = sum(1 for _ in convolution.runs()) * _lists_of_each(network, convolution)
        formats["shared"] = convolution.weights.size // layout.lanes, runs
    return formats
