"""Synapse lists of a network: descriptors by axon, dense words and sparse synapses, as tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backspike.golden.compiler.placement import Layout, is_dense, is_shared
from backspike.golden.compiler.program import Placement
from backspike.golden.network.connections import Connection, Share, Transpose
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.hdl.layouts import REWARD_BITS, ListKind

__all__ = ["SynapseTables", "build_tables"]

_DESCRIPTOR = (
    "kind",
    "address",
    "row",
    "count",
    "exponent",
    "delay",
    "rule",
    "sign",
    "lsb",
    "post",
    "rotate",
    "negate",
)
_SYNAPSE = ("weight", "target", "exponent", "delay", "tag")

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class SynapseTables:
    """Everything that depends on connections, before it is packed.

    Attributes
    ----------
    lists : dict of str to numpy.ndarray
        Columns of ``layouts.list_layout``, int64, in the order of the axons; of each axon first
        the silent plastic ones, then the plastic ones that are delivered, then the others.
    first, lists_of, plastic_of, silent_of : numpy.ndarray
        First list, number of lists in all, of plastic and of silent ones by axon, int64.
    dense, tags, delays : numpy.ndarray
        Weights, tags and delays of dense lists, int16, shape (words, lanes).
    sparse : dict of str to numpy.ndarray
        Columns of ``layouts.sparse_layout``, int64.
    placements : dict of str to Placement
        Dense connections that learn or have several sources.
    """

    lists: Columns
    first: np.ndarray
    lists_of: np.ndarray
    plastic_of: np.ndarray
    silent_of: np.ndarray
    dense: np.ndarray
    tags: np.ndarray
    delays: np.ndarray
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
        if is_dense(network, connection, layout.lanes):
            builder.add_dense(network, name, connection, rule)
            continue
        synapses = builder.synapses(connection)
        if connection.rule is None:
            fixed.append(synapses)
        else:
            sign, lsb = connection.sign.value, connection.lsb
            builder.add_sparse(synapses, plastic=True, rule=rule, sign=sign, lsb=lsb)
    for convolution in network.convolutions.values():
        if is_shared(convolution, layout.lanes):
            builder.add_convolution(convolution)
        else:
            fixed.append(builder.convolved(convolution))
    for transpose in network.transposes.values():
        builder.add_columns(network, transpose)
    for share in network.shares:
        builder.add_share(network, share)
    synapses = _joined(fixed, ("axon", *_SYNAPSE))
    if synapses["axon"].size:
        builder.add_sparse(synapses, plastic=False)
    for reward in network.rewards:
        axons = layout.first_axon(reward.source, compartments) + np.arange(reward.source.size)
        impulse = reward.value & ((1 << REWARD_BITS) - 1)
        builder.add_lists(
            axons,
            plastic=False,
            kind=ListKind.REWARD.value,
            address=impulse,
            rule=int(reward.trace == "r0"),
            lsb=reward.reinforcement,
        )
    return builder.tables(compartments + layout.input_axons)


class _Builder:
    def __init__(self, layout: Layout, compartments: int) -> None:
        self.layout = layout
        self.compartments = compartments
        self.lists: list[Columns] = []
        self.dense: list[np.ndarray] = []
        self.tags: list[np.ndarray] = []
        self.delays: list[np.ndarray] = []
        self.dense_words = 0
        self.sparse: list[Columns] = []
        self.sparse_words = 0
        self.placements: dict[str, Placement] = {}

    def add_lists(
        self, axons: np.ndarray, *, plastic: bool, silent: bool = False, **columns: object
    ) -> None:
        """One list for each of ``axons``; fields that are not given are 0, ``count`` 1."""
        shape = axons.shape
        values: dict[str, object] = {**dict.fromkeys(_DESCRIPTOR, 0), "count": 1, **columns}
        rows = {name: np.broadcast_to(np.asarray(value), shape) for name, value in values.items()}
        place = 0 if silent else 1 if plastic else 2
        self.lists.append({"axon": axons, "place": np.full(shape, place), **rows})

    def add_dense(self, network: Network, name: str, connection: Connection, rule: int) -> None:
        """One list of consecutive targets for each source, and for each further teacher."""
        lanes = self.layout.lanes
        sources, targets = connection.weights.shape
        words = -(-targets // lanes)
        addresses = self.dense_words + words * np.arange(sources)
        learns = connection.rule is not None
        rotated = _is_rotated(network, name)
        row = self.layout.populations[connection.target.owner.name] // lanes
        taught = [t for t in network.teachers if t.connection == name]
        # Without one, the targets teach; with several, the last one's list is delivered.
        lessons = [(self.layout.populations[t.by.name] // lanes, t.negate) for t in taught]
        lessons = lessons or [(row if learns else 0, False)]
        lessons.sort(key=lambda lesson: not lesson[1])
        for number, (post, negate) in enumerate(lessons, 1):
            self.add_lists(
                self.layout.first_axon(connection.source, self.compartments) + np.arange(sources),
                plastic=learns,
                silent=number < len(lessons),
                kind=ListKind.DENSE.value,
                address=addresses,
                row=row,
                count=targets,
                exponent=int(connection.exponents),
                delay=connection.delay,
                rule=rule,
                sign=connection.sign.value if learns else 0,
                lsb=connection.lsb,
                post=post,
                rotate=np.arange(sources) % lanes if rotated else 0,
                negate=int(negate),
            )
        placement = Placement(addresses, targets, rotated)
        own = Placement(words * np.arange(sources), targets, rotated)
        delays = np.int16(connection.delay) if connection.delays is None else connection.delays
        tags = np.int16(0) if connection.tags is None else connection.tags
        for memory, values in (
            (self.dense, connection.weights),
            (self.tags, tags),
            (self.delays, delays),
        ):
            made = np.zeros((sources * words, lanes), np.int16)
            own.scatter(made, np.broadcast_to(values, connection.weights.shape))
            memory.append(made)
        self.dense_words += sources * words
        if learns or sources > 1 or any(s.connection == name for s in network.shares):
            self.placements[name] = placement

    def add_columns(self, network: Network, transpose: Transpose) -> None:
        """One list for each source: the synapses onto that neuron of the connection's target."""
        lanes = self.layout.lanes
        forward = network.connections[transpose.connection]
        words = self.placements[transpose.connection].words
        numbers = np.arange(transpose.source.size)
        self.add_lists(
            self.layout.first_axon(transpose.source, self.compartments) + numbers,
            plastic=False,
            kind=ListKind.COLUMN.value,
            address=words[0] + numbers // lanes,
            row=self.layout.populations[transpose.target.owner.name] // lanes,
            count=forward.source.size,
            exponent=int(forward.exponents),
            delay=transpose.delay,
            post=-(-forward.target.size // lanes),
            rotate=numbers % lanes,
            negate=int(transpose.negate),
        )

    def add_share(self, network: Network, share: Share) -> None:
        """One list for each source, of the words of another one's list."""
        lanes = self.layout.lanes
        shared = network.connections[share.connection]
        numbers = np.arange(share.source.size)
        self.add_lists(
            self.layout.first_axon(share.source, self.compartments) + numbers,
            plastic=False,
            kind=ListKind.DENSE.value,
            address=self.placements[share.connection].words,
            row=self.layout.populations[share.target.owner.name] // lanes,
            count=shared.target.size,
            exponent=int(shared.exponents),
            delay=shared.delay,
            rotate=numbers % lanes if _is_rotated(network, share.connection) else 0,
            negate=int(share.negate),
        )

    def add_convolution(self, convolution: Convolution) -> None:
        """One list for each run of targets; those of equal kernels have the same words."""
        lanes, channels = self.layout.lanes, convolution.out[2]
        kernels = convolution.kernel_rows().reshape(-1, lanes)
        words = channels // lanes  # of one place of a kernel
        runs = [(r.source, r.place, r.position, r.pixels) for r in convolution.runs()]
        source, place, position, pixels = np.array(runs, np.int64).T
        self.add_lists(
            self.layout.first_axon(convolution.source, self.compartments) + source,
            plastic=False,
            kind=ListKind.DENSE.value,
            address=self.dense_words + words * place,
            row=self.layout.populations[convolution.target.owner.name] // lanes + words * position,
            count=pixels * channels,
            exponent=convolution.exponent,
            delay=convolution.delay,
        )
        self.dense.append(kernels)
        self.tags.append(np.zeros_like(kernels))
        self.delays.append(np.full_like(kernels, convolution.delay))
        self.dense_words += len(kernels)

    def convolved(self, convolution: Convolution) -> Columns:
        """Axon and fields of each synapse of a convolution whose weight is not 0."""
        *neurons, weights = convolution.synapses()
        return self._columns(
            convolution,
            neurons,
            weights != 0,
            weight=weights,
            exponent=convolution.exponent,
            delay=convolution.delay,
            tag=0,
        )

    def synapses(self, connection: Connection) -> Columns:
        """Axon and fields of each synapse of a connection; fixed ones of weight 0 are left out."""
        weights = connection.weights.reshape(-1)
        delays, tags = connection.delays, connection.tags
        return self._columns(
            connection,
            connection.synapses(),
            weights != 0 if connection.rule is None else np.ones(weights.shape, bool),
            weight=weights,
            exponent=connection.exponents.reshape(-1),
            delay=connection.delay if delays is None else delays.reshape(-1),
            tag=0 if tags is None else tags.reshape(-1),
        )

    def _columns(
        self,
        joined: Connection | Convolution,
        neurons: Sequence[np.ndarray],
        kept: np.ndarray,
        **fields: np.ndarray | int,
    ) -> Columns:
        """Axon and fields of those synapses between ``neurons`` of both sides that are kept."""
        source, target = (
            self.layout.first_axon(part, self.compartments) + numbers
            for part, numbers in zip((joined.source, joined.target), neurons, strict=True)
        )
        columns = {"axon": source, "target": target, **fields}
        return {name: np.broadcast_to(column, kept.shape)[kept] for name, column in columns.items()}

    def add_sparse(
        self,
        synapses: Columns,
        *,
        plastic: bool,
        rule: int = 0,
        sign: int = 0,
        lsb: int = 0,
    ) -> None:
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
            rule=rule,
            sign=sign,
            lsb=lsb,
        )
        self.sparse_words += len(order)

    def tables(self, axons: int) -> SynapseTables:
        """Sort the lists by axon and place, else in the order of the connections."""
        joined = _joined(self.lists, ("axon", "place", *_DESCRIPTOR))
        order = np.lexsort((joined["place"], joined["axon"]))
        lists_of = np.bincount(joined["axon"], minlength=axons)
        plastic = joined["axon"][joined["place"] < 2]
        silent = joined["axon"][joined["place"] == 0]
        return SynapseTables(
            lists={name: joined[name][order] for name in _DESCRIPTOR},
            first=np.where(lists_of > 0, np.cumsum(lists_of) - lists_of, 0),
            lists_of=lists_of,
            plastic_of=np.bincount(plastic, minlength=axons),
            silent_of=np.bincount(silent, minlength=axons),
            dense=self._words(self.dense),
            tags=self._words(self.tags),
            delays=self._words(self.delays),
            sparse=_joined(self.sparse, _SYNAPSE),
            placements=self.placements,
        )

    def _words(self, parts: list[np.ndarray]) -> np.ndarray:
        """Words of all dense connections, one after the other."""
        return np.concatenate([np.zeros((0, self.layout.lanes), np.int16), *parts])


def _is_rotated(network: Network, connection: str) -> bool:
    """Whether the words of a connection are read by column."""
    return any(t.connection == connection for t in network.transposes.values())


def _rows(*columns: np.ndarray) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in columns), strict=True)


def _joined(parts: list[Columns], names: tuple[str, ...]) -> Columns:
    """Columns of all parts, one after the other, int64."""
    empty = np.zeros(0, np.int64)
    return {
        name: np.concatenate([empty, *(part[name].astype(np.int64) for part in parts)])
        for name in names
    }
