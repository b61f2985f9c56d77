"""What the synapses of a network cost on a core, in the format that the compiler has chosen."""

import numpy as np
from amaranth import Shape

from backspike.golden.compiler.placement import is_dense, is_shared
from backspike.golden.compiler.program import SynapseCost
from backspike.golden.network.connections import Connection
from backspike.golden.network.network import Network
from backspike.golden.network.weights import Pattern
from backspike.hdl.layouts import list_layout, sparse_layout
from backspike.hdl.params import CoreParams

__all__ = ["synapse_costs"]


def synapse_costs(network: Network, params: CoreParams) -> list[SynapseCost]:
    """Costs of all that a network compiled for ``params`` has in synapse memory, in its order."""
    lanes = params.lanes
    lane = params.weight_bits + 9 * params.has_tags + params.slot_bits * params.delays
    entry = Shape.cast(list_layout(params)).width
    single = Shape.cast(sparse_layout(params)).width
    costs = []

    def add(name: str, chosen: str, synapses: int, formats: dict[str, tuple[int, int]]) -> None:
        """``formats`` has words and lists of each possible one."""

        def bits(form: str) -> int:
            words, lists = formats[form]
            return words * (single if form == "sparse" else lanes * lane) + lists * entry

        others = {form: bits(form) for form in formats if form != chosen}
        costs.append(SynapseCost(name, chosen, synapses, *formats[chosen], bits(chosen), others))

    for connection in network.connections.values():
        taught = sum(t.connection == connection.name for t in network.teachers)
        formats = {"sparse": _sparse(connection)}
        if connection.pattern in (Pattern.ONE_TO_ALL, Pattern.ALL_TO_ALL):
            sources = connection.source.size
            dense = sources * -(-connection.target.size // lanes)
            formats["dense"] = dense, sources * max(1, taught)
        chosen = "dense" if is_dense(network, connection, lanes) else "sparse"
        add(connection.name, chosen, connection.weights.size, formats)
    for convolution in network.convolutions.values():
        froms, _, weights = convolution.synapses()
        kept = weights != 0
        formats = {"sparse": (int(kept.sum()), len(np.unique(froms[kept])))}
        chosen = "shared" if is_shared(convolution, lanes) else "sparse"
        if chosen == "shared":
            runs = sum(1 for _ in convolution.runs())
            formats["shared"] = convolution.weights.size // lanes, runs
        add(convolution.name, chosen, weights.size, formats)
    for name, transpose in network.transposes.items():
        size = network.connections[transpose.connection].weights.size
        add(name, "column", size, {"column": (0, transpose.source.size)})
    for share in network.shares:
        size = network.connections[share.connection].weights.size
        add(f"{share.connection} again", "again", size, {"again": (0, share.source.size)})
    return costs


def _sparse(connection: Connection) -> tuple[int, int]:
    """Words and lists of a connection in sparse lists."""
    sources, _ = connection.synapses()
    if connection.rule is None:
        sources = sources[connection.weights.reshape(-1) != 0]
    return sources.size, np.unique(sources).size
