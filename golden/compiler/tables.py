"""Synapse memories as tables: list descriptors by axon, dense words and single sparse synapses."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from backspike.golden.compiler.synapse_places import Placement, SinglePlacement
from backspike.hdl.layouts import ListKind

__all__ = ["SYNAPSE", "Columns", "Places", "SynapseTables", "TableBuilder", "joined"]

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
#: Columns of ``layouts.sparse_layout``.
SYNAPSE = ("weight", "target", "exponent", "delay", "tag")
#: Order of an axon's lists: silent plastic ones, plastic ones that are delivered, fixed ones.
_SILENT, _PLASTIC, _FIXED = range(3)

Columns = dict[str, np.ndarray]
Places = dict[str, Placement | SinglePlacement]


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
    placements : dict of str to Placement or SinglePlacement
        Of every connection and convolution.
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
    placements: Places


class TableBuilder:
    """Tables that grow list by list and word by word.

    Parameters
    ----------
    lanes : int
    longest : int
        Most synapses of a sparse list.
    """

    def __init__(self, lanes: int, longest: int) -> None:
        self.dense_words = self.sparse_words = 0
        self._longest = longest
        self._lists: list[Columns] = []
        self._words = [[np.zeros((0, lanes), np.int16)] for _ in range(3)]
        self._sparse: list[Columns] = []

    def add_lists(
        self, axons: np.ndarray, *, plastic: bool = False, silent: bool = False, **columns: object
    ) -> None:
        """One list for each of ``axons``; fields that are not given are 0, ``count`` 1."""
        shape = axons.shape
        values: dict[str, object] = {**dict.fromkeys(_DESCRIPTOR, 0), "count": 1, **columns}
        rows = {name: np.broadcast_to(np.asarray(value), shape) for name, value in values.items()}
        place = _SILENT if silent else _PLASTIC if plastic else _FIXED
        self._lists.append({"axon": axons, "place": np.full(shape, place), **rows})

    def add_words(self, weights: np.ndarray, tags: np.ndarray, delays: np.ndarray) -> None:
        """Dense words, with the tags and delays of their synapses: int16, (words, lanes) each."""
        for memory, words in zip(self._words, (weights, tags, delays), strict=True):
            memory.append(words)
        self.dense_words += len(weights)

    def add_sparse(
        self,
        synapses: Columns,
        *,
        plastic: bool = False,
        rule: int = 0,
        sign: int = 0,
        lsb: int = 0,
    ) -> np.ndarray:
        """One list for the synapses of each axon, or more if they exceed a list's count.

        ``synapses`` has the columns ``axon`` and :data:`SYNAPSE`; returns the address of each.
        """
        order = np.argsort(synapses["axon"], kind="stable")
        self._sparse.append({name: synapses[name][order] for name in SYNAPSE})
        runs = np.unique(synapses["axon"][order], return_index=True, return_counts=True)
        pieces = [
            (axon, begin + done, min(count - done, self._longest))
            for axon, begin, count in np.stack(runs, axis=1).tolist()
            for done in range(0, count, self._longest)
        ]
        axons, begins, counts = np.array(pieces, np.int64).T
        self.add_lists(
            axons,
            plastic=plastic,
            kind=ListKind.SPARSE.value,
            address=self.sparse_words + begins,
            count=counts,
            rule=rule,
            sign=sign,
            lsb=lsb,
        )
        addresses = np.empty(len(order), np.int64)
        addresses[order] = self.sparse_words + np.arange(len(order))
        self.sparse_words += len(order)
        return addresses

    def tables(self, axons: int, placements: Places) -> SynapseTables:
        """Sort the lists of so many axons by axon and place, else in the order of their making."""
        lists = joined(self._lists, ("axon", "place", *_DESCRIPTOR))
        order = np.lexsort((lists["place"], lists["axon"]))
        lists_of, plastic_of, silent_of = (
            np.bincount(lists["axon"][lists["place"] <= place], minlength=axons)
            for place in (_FIXED, _PLASTIC, _SILENT)
        )
        dense, tags, delays = map(np.concatenate, self._words)
        return SynapseTables(
            lists={name: lists[name][order] for name in _DESCRIPTOR},
            first=np.where(lists_of > 0, np.cumsum(lists_of) - lists_of, 0),
            lists_of=lists_of,
            plastic_of=plastic_of,
            silent_of=silent_of,
            dense=dense,
            tags=tags,
            delays=delays,
            sparse=joined(self._sparse, SYNAPSE),
            placements=placements,
        )


def joined(parts: Iterable[Columns], names: tuple[str, ...]) -> Columns:
    """Columns of all parts, one after the other, int64."""
    empty = np.zeros(0, np.int64)
    return {
        name: np.concatenate([empty, *(part[name].astype(np.int64) for part in parts)])
        for name in names
    }
