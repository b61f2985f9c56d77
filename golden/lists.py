"""Synapse lists of a network: descriptors by axon, dense words and sparse synapses, as tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from backspike.golden.network import Connection, Network
from backspike.golden.placement import Layout, is_dense
from backspike.golden.program import Placement
from backspike.hdl.layouts import REWARD_BITS, ListKind

__all__ = ["SynapseTables", "build_tables"]

_DESCRIPTOR = ("kind", "address", "row", "count", "exponent", "delay", "rule", "sign", "lsb")
_SYNAPSE = ("weight", "target", "exponent", "delay")

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class SynapseTables:
    """Everything that depends on connections, before it is packed.

    Attributes
    ----------
    lists : dict of str to numpy.ndarray
        Columns of ``layouts.list_layout``, int64, in the order of the axons, plastic ones first.
    first, lists_of, plastic_of : numpy.ndarray
        First list, number of lists and of plastic ones by axon, int64.
    dense : numpy.ndarray
        Weights, int16, shape (words, lanes).
    sparse : dict of str to numpy.ndarray
        Columns of ``layouts.sparse_layout``, int64.
    placements : dict of str to Placement
        Dense connections that learn or have several sources.
    """

    lists: Columns
    first: np.ndarray
    lists_of: np.ndarray
    plastic_of: np.ndarray
    dense: np.ndarray
    sparse: Columns
    placements: dict[str, Placement]


def build_tables(
    network: Network, layout: Layout, compartments: int, rule_numbers: Mapping[str, int]
) -> SynapseTables:
    """Lay out the synapses of a network on a core with ``compartments``.

    ``rule_numbers`` has the rule of each plastic connection by its name.
    """
    builder = _Builder(layout, compartments)
    fixed: list[Columns] = []
    for name, connection in network.connections.items():
        rule = rule_numbers.get(name, 0)
        if is_dense(connection, layout.lanes):
            builder.add_dense(name, connection, rule)
            continue
        synapses = builder.synapses(connection)
        if connection.rule is None:
            fixed.append(synapses)
        else:
            sign, lsb = connection.sign.value, connection.lsb
            builder.add_sparse(synapses, plastic=True, rule=rule, sign=sign, lsb=lsb)
    if fixed:
        builder.add_sparse(_joined(fixed, ("axon", *_SYNAPSE)), plastic=False)
    for reward in network.rewards:
        axons = layout.first_axon(reward.source, compartments) + np.arange(reward.source.size)
        impulse = reward.value & ((1 << REWARD_BITS) - 1)
        builder.add_lists(axons, plastic=False, kind=ListKind.REWARD.value, address=impulse)
    return builder.tables(compartments + layout.input_axons)


class _Builder:
    def __init__(self, layout: Layout, compartments: int) -> None:
        self.layout = layout
        self.compartments = compartments
        self.lists: list[Columns] = []
        self.dense: list[np.ndarray] = []
        self.dense_words = 0
        self.sparse: list[Columns] = []
        self.sparse_words = 0
        self.placements: dict[str, Placement] = {}

    def add_lists(self, axons: np.ndarray, *, plastic: bool, **columns: object) -> None:
        """One list for each of ``axons``; fields that are not given are 0, ``count`` 1."""
        shape = axons.shape
        values: dict[str, object] = {**dict.fromkeys(_DESCRIPTOR, 0), "count": 1, **columns}
        rows = {name: np.broadcast_to(np.asarray(value), shape) for name, value in values.items()}
        self.lists.append({"axon": axons, "fixed": np.full(shape, not plastic), **rows})

    def add_dense(self, name: str, connection: Connection, rule: int) -> None:
        """One list of consecutive targets for each source."""
        lanes = self.layout.lanes
        sources, targets = connection.weights.shape
        words = -(-targets // lanes)
        block = np.zeros((sources, words * lanes), np.int16)
        block[:, :targets] = connection.weights
        addresses = self.dense_words + words * np.arange(sources)
        learns = connection.rule is not None
        self.add_lists(
            self.layout.first_axon(connection.source, self.compartments) + np.arange(sources),
            plastic=learns,
            kind=ListKind.DENSE.value,
            address=addresses,
            row=self.layout.populations[connection.target.owner.name] // lanes,
            count=targets,
            exponent=int(connection.exponents),
            delay=connection.delay,
            rule=rule,
            sign=connection.sign.value if learns else 0,
            lsb=connection.lsb,
        )
        self.dense.append(block.reshape(-1, lanes))
        self.dense_words += sources * words
        if learns or sources > 1:
            self.placements[name] = Placement(addresses, targets)

    def synapses(self, connection: Connection) -> Columns:
        """Axon and fields of each synapse of a connection."""
        sources, targets = connection.synapses()
        weights = connection.weights.reshape(-1)
        return {
            "axon": self.layout.first_axon(connection.source, self.compartments) + sources,
            "weight": weights.astype(np.int64),
            "target": self.layout.first_axon(connection.target, self.compartments) + targets,
            "exponent": np.broadcast_to(connection.exponents.reshape(-1), weights.shape),
            "delay": np.full(weights.shape, connection.delay),
        }

    def add_sparse(self, synapses: Columns, *, plastic: bool, **columns: int) -> None:
        """One list for the synapses of each axon, or more if they exceed a list's count."""
        order = np.argsort(synapses["axon"], kind="stable")
        self.sparse.append({name: synapses[name][order] for name in _SYNAPSE})
        axons, begins, counts = np.unique(
            synapses["axon"][order], return_index=True, return_counts=True
        )
        starts = [
            (axon, begin + done, min(count - done, self.compartments))
            for axon, begin, count in _rows(axons, begins, counts)
            for done in range(0, count, self.compartments)
        ]
        axon, begin, count = np.array(starts, np.int64).T
        self.add_lists(
            axon,
            plastic=plastic,
            kind=ListKind.SPARSE.value,
            address=self.sparse_words + begin,
            count=count,
            **columns,
        )
        self.sparse_words += len(order)

    def tables(self, axons: int) -> SynapseTables:
        """Sort the lists by axon, plastic ones first, in the order of the connections."""
        joined = _joined(self.lists, ("axon", "fixed", *_DESCRIPTOR))
        order = np.lexsort((joined["fixed"], joined["axon"]))
        lists_of = np.bincount(joined["axon"], minlength=axons)
        plastic = joined["axon"][~joined["fixed"].astype(bool)]
        return SynapseTables(
            lists={name: joined[name][order] for name in _DESCRIPTOR},
            first=np.where(lists_of > 0, np.cumsum(lists_of) - lists_of, 0),
            lists_of=lists_of,
            plastic_of=np.bincount(plastic, minlength=axons),
            dense=np.concatenate([np.zeros((0, self.layout.lanes), np.int16), *self.dense]),
            sparse=_joined(self.sparse, _SYNAPSE),
            placements=self.placements,
        )


def _rows(*columns: np.ndarray) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)


def _joined(parts: list[Columns], names: tuple[str, ...]) -> Columns:
    """Columns of all parts, one after the other, int64."""
    empty = np.zeros(0, np.int64)
    return {
        name: np.concatenate([empty, *(part[name].astype(np.int64) for part in parts)])
        for name in names
    }
