"""From connections to synapse lists: what each of them adds to the tables of a core."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from backspike.golden.compiler.kernel_places import (
    lists_back,
    lists_forth,
    numbered,
    stored_kernels,
)
from backspike.golden.compiler.placement import Layout
from backspike.golden.compiler.synapse_places import Placement, SinglePlacement
from backspike.golden.compiler.tables import (
    SYNAPSE,
    Columns,
    Places,
    SynapseTables,
    TableBuilder,
    joined,
)
from backspike.golden.network.connections import Connection
from backspike.golden.network.convolution import Convolution
from backspike.golden.network.network import Network
from backspike.golden.network.neurons import Part
from backspike.golden.network.reuse import Reward, Share, Transpose
from backspike.hdl.layouts import REWARD_BITS, ListKind

__all__ = ["build_tables"]


def build_tables(network: Network, layout: Layout, compartments: int) -> SynapseTables:
    """Lay out the synapses of a network on a core with ``compartments``."""
    writer = _ListWriter(network, layout, compartments)
    for name, connection in network.connections.items():
        if name in layout.dense:
            writer.add_dense(connection)
        elif connection.rule is None:
            writer.add_fixed(connection)
        else:
            writer.add_sparse(connection)
    for name, convolution in network.convolutions.items():
        if name in layout.shared:
            writer.add_convolution(convolution)
        else:
            writer.add_convolved(convolution)
    for transpose in network.transposes.values():
        writer.add_columns(transpose)
    for share in network.shares:
        writer.add_share(share)
    writer.end_fixed()
    for reward in network.rewards:
        writer.add_reward(reward)
    return writer.tables()


class _ListWriter:
    """Writer of the lists of a network, and of the places of its synapses."""

    def __init__(self, network: Network, layout: Layout, compartments: int) -> None:
        self.network, self.layout, self.compartments = network, layout, compartments
        self.lanes = layout.lanes
        self.builder = TableBuilder(self.lanes, longest=compartments)
        self.lists: dict[str, Placement] = {}
        self.singles: dict[str, SinglePlacement] = {}
        #: Fixed single synapses, and the place of each among its connection's weights, by name.
        self.fixed: dict[str, tuple[Columns, tuple[int, ...], np.ndarray]] = {}
        #: Connections whose words are read by column.
        self.rotated = {transpose.connection for transpose in network.transposes.values()}
        self._rules = {rule.key: number for number, rule in enumerate(network.rules())}

    def add_dense(self, connection: Connection) -> None:
        """One list of consecutive targets for each source, and for each further lesson.

        The last one's list is delivered unless it subtracts.
        """
        sources, targets = connection.weights.shape
        numbers = np.arange(sources)
        words = -(-targets // self.lanes)
        rotated = connection.name in self.rotated
        addresses = self.builder.dense_words + words * numbers
        add_lists = partial(
            self.builder.add_lists,
            self._axons(connection.source),
            kind=ListKind.DENSE.value,
            address=addresses,
            row=self._row(connection.target),
            count=targets,
            exponent=int(connection.exponents),
            delay=connection.delay,
            rotate=numbers % self.lanes if rotated else 0,
        )
        self._add_lessons(connection, add_lists)
        self._add_words(connection, Placement(words * numbers, targets, rotated))
        self.lists[connection.name] = Placement(addresses, targets, rotated)

    def _add_lessons(
        self,
        connection: Connection | Convolution,
        add_lists: Callable[..., None],
        rows: np.ndarray | int = 0,
    ) -> None:
        """Lists for each lesson, and to deliver; ``rows`` of each are beyond the target's first."""
        lessons = list(self.network.lessons(connection.name))
        for number, lesson in enumerate(lessons, 1):
            add_lists(
                plastic=True,
                silent=lesson.negate or number < len(lessons),
                rule=self._rules[lesson.rule.key],
                sign=connection.sign.value,
                lsb=connection.lsb,
                post=self._row(lesson.by) + rows,
                negate=int(lesson.negate),
            )
        if not lessons or lessons[-1].negate:
            add_lists()  # a list that subtracts would deliver the negative of its weights

    def _add_words(self, connection: Connection, place: Placement) -> None:
        """Words, tags and delays of a dense connection, at a place from word 0 on."""
        n_words = len(place.words) * -(-place.targets // self.lanes)
        memories = []
        for values in (
            connection.weights,
            0 if connection.tags is None else connection.tags,
            connection.delay if connection.delays is None else connection.delays,
        ):
            words = np.zeros((n_words, self.lanes), np.int16)
            place.scatter(words, np.broadcast_to(values, connection.weights.shape))
            memories.append(words)
        self.builder.add_words(*memories)

    def add_columns(self, transpose: Transpose) -> None:
        """One list for each source: the synapses onto that neuron of the connection's target."""
        if transpose.connection in self.network.convolutions:
            self._add_ways_back(transpose, self.network.convolutions[transpose.connection])
            return
        forward = self.network.connections[transpose.connection]
        numbers = np.arange(transpose.source.size)
        self.builder.add_lists(
            self._axons(transpose.source),
            kind=ListKind.COLUMN.value,
            address=self.lists[transpose.connection].words[0] + numbers // self.lanes,
            row=self._row(transpose.target),
            count=forward.source.size,
            exponent=int(forward.exponents),
            delay=transpose.delay,
            post=-(-forward.target.size // self.lanes),
            rotate=numbers % self.lanes,
            negate=int(transpose.negate),
        )

    def _add_ways_back(self, transpose: Transpose, forward: Convolution) -> None:
        """One list for each source and pixel that it reaches: the synapses of all its channels."""
        first, _ = self.singles[transpose.connection].span(self.lanes)
        fields = lists_back(forward, self.lanes)
        self.builder.add_lists(
            self._axons(transpose.source)[fields.pop("source")],
            kind=ListKind.COLUMN.value,
            exponent=forward.exponent,
            delay=transpose.delay,
            negate=int(transpose.negate),
            address=first + fields.pop("address"),
            row=self._row(transpose.target) + fields.pop("row"),
            **fields,
        )

    def add_share(self, share: Share) -> None:
        """One list for each source, of the words of another one's list."""
        shared = self.network.connections[share.connection]
        rotated = share.connection in self.rotated
        self.builder.add_lists(
            self._axons(share.source),
            kind=ListKind.DENSE.value,
            address=self.lists[share.connection].words,
            row=self._row(share.target),
            count=shared.target.size,
            exponent=int(shared.exponents),
            delay=shared.delay,
            rotate=np.arange(share.source.size) % self.lanes if rotated else 0,
            negate=int(share.negate),
        )

    def add_convolution(self, convolution: Convolution) -> None:
        """One list for each run of targets and lesson; those of equal kernels have equal words."""
        is_rotated = convolution.name in self.rotated
        fields = lists_forth(convolution, self.lanes)
        add_lists = partial(
            self.builder.add_lists,
            self._axons(convolution.source)[fields["source"]],
            kind=ListKind.DENSE.value,
            address=self.builder.dense_words + fields["address"],
            row=self._row(convolution.target) + fields["row"],
            count=fields["count"],
            exponent=convolution.exponent,
            delay=convolution.delay,
            rotate=fields["source"] % convolution.image[2] % self.lanes if is_rotated else 0,
        )
        self._add_lessons(convolution, add_lists, fields["row"])
        kernels = stored_kernels(convolution, self.lanes, rotated=is_rotated)
        self.singles[convolution.name] = kernels.placement(convolution, self.builder.dense_words)
        zeros = np.zeros_like(kernels.words)
        self.builder.add_words(kernels.words, zeros, zeros + convolution.delay)

    def add_sparse(self, connection: Connection) -> None:
        """Lists of a plastic connection of single synapses."""
        (lesson,) = self.network.lessons(connection.name)
        rule = self._rules[lesson.rule.key]
        sign, lsb = connection.sign.value, connection.lsb
        addresses = self.builder.add_sparse(
            self.synapses(connection), plastic=True, rule=rule, sign=sign, lsb=lsb
        )
        self.singles[connection.name] = SinglePlacement(
            "sparse", connection.weights.shape, addresses, np.arange(addresses.size)
        )

    def add_fixed(self, connection: Connection) -> None:
        """Fixed single synapses of a connection; those of weight 0 are left out."""
        entries = np.flatnonzero(connection.weights)
        columns, shape = self.synapses(connection), connection.weights.shape
        self.fixed[connection.name] = columns, shape, entries

    def add_convolved(self, convolution: Convolution) -> None:
        """Fixed single synapses of a convolution, likewise."""
        *neurons, weights = convolution.synapses()
        *_, entries = numbered(convolution).synapses()
        kept = weights != 0
        shared = {"exponent": convolution.exponent, "delay": convolution.delay, "tag": 0}
        columns = self._columns(convolution, neurons, kept, weight=weights, **shared)
        self.fixed[convolution.name] = columns, convolution.weights.shape, entries[kept]

    def end_fixed(self) -> None:
        """Lists of all fixed single synapses, those of an axon in one."""
        synapses = joined([part for part, *_ in self.fixed.values()], ("axon", *SYNAPSE))
        addresses = np.zeros(0, np.int64)
        if synapses["axon"].size:
            addresses = self.builder.add_sparse(synapses)
        for name, (_, shape, entries) in self.fixed.items():
            part, addresses = addresses[: entries.size], addresses[entries.size :]
            self.singles[name] = SinglePlacement("sparse", shape, part, entries)

    def add_reward(self, reward: Reward) -> None:
        """One list for each source, without synapses."""
        self.builder.add_lists(
            self._axons(reward.source),
            kind=ListKind.REWARD.value,
            address=reward.value & ((1 << REWARD_BITS) - 1),
            rule=int(reward.trace == "r0"),
            lsb=reward.reinforcement,
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
        joins: Connection | Convolution,
        neurons: Sequence[np.ndarray],
        kept: np.ndarray,
        **fields: np.ndarray | int,
    ) -> Columns:
        """Axon and fields of those synapses between ``neurons`` of both sides that are kept."""
        sources, targets = neurons
        columns = {
            "axon": self._axons(joins.source)[sources],
            "target": self._axons(joins.target)[targets],
            **fields,
        }
        return {name: np.broadcast_to(column, kept.shape)[kept] for name, column in columns.items()}

    def _axons(self, part: Part) -> np.ndarray:
        """Axon of each neuron of a part, int64."""
        return self.layout.first_axon(part, self.compartments) + np.arange(part.size)

    def _row(self, part: Part) -> int:
        """Row that a part of a population begins in."""
        return self.layout.first_axon(part, self.compartments) // self.lanes

    def tables(self) -> SynapseTables:
        """Everything that was added."""
        places: Places = {**self.lists, **self.singles}
        return self.builder.tables(self.compartments + self.layout.input_axons, places)
