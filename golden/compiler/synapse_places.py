"""Places of the synapses of a connection in a core's memories, for reading and setting them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from backspike.golden.errors import UserError

__all__ = ["Placement", "SinglePlacement", "SynapseValue"]

#: Values that a synapse has: its weight, as the memory ``dense`` holds it, its tag, its delay.
SynapseValue = Literal["dense", "tags", "delays"]


@dataclass(frozen=True, eq=False, repr=False)
class Placement:
    """Place of a connection's dense lists.

    Attributes
    ----------
    words : numpy.ndarray
        Address of the first dense word of each source's list, int64, shape (sources,).
    targets : int
        Targets of each list, from lane 0 of the word.
    rotated : bool
        Lane ``n`` of source ``i`` is stored in bank ``(n + i) % lanes``.
    """

    words: np.ndarray
    targets: int
    rotated: bool = False

    #: Memory that the weights are in.
    memory = "dense"

    def __repr__(self) -> str:
        return f"Placement({len(self.words)} dense lists of {self.targets} weights)"

    @property
    def shape(self) -> tuple[int, ...]:
        """Sources and targets."""
        return len(self.words), self.targets

    def span(self, lanes: int) -> tuple[int, int]:
        """Address of the first dense word, and number of words up to the last."""
        per_list = -(-self.targets // lanes)
        first = int(self.words.min())
        return first, int(self.words.max()) + per_list - first

    def gather(self, dense: np.ndarray, first: int = 0) -> np.ndarray:
        """Values (sources, targets) out of the dense words (words, lanes) from ``first`` on."""
        per_list = -(-self.targets // dense.shape[1])
        banks = self._banks(dense.shape[1])[:, None, :]
        rows = dense[self.words[:, None] + np.arange(per_list) - first]
        rows = np.take_along_axis(rows, banks, axis=2)
        return rows.reshape(len(self.words), -1)[:, : self.targets]

    def scatter(self, dense: np.ndarray, weights: np.ndarray) -> None:
        """Put ``weights`` (sources, targets) into the dense memory (words, lanes), in place."""
        lanes = dense.shape[1]
        per_list = -(-self.targets // lanes)
        padded = np.zeros((len(self.words), per_list * lanes), dense.dtype)
        padded[:, : self.targets] = weights
        rows = np.empty((len(self.words), per_list, lanes), dense.dtype)
        banks = np.broadcast_to(self._banks(lanes)[:, None, :], rows.shape)
        np.put_along_axis(rows, banks, padded.reshape(rows.shape), axis=2)
        dense[self.words[:, None] + np.arange(per_list)] = rows

    def _banks(self, lanes: int) -> np.ndarray:
        """Bank of each lane, by source, shape (sources, lanes)."""
        first = np.arange(len(self.words)) if self.rotated else np.zeros(len(self.words), np.int64)
        return (first[:, None] + np.arange(lanes)) % lanes


@dataclass(frozen=True, eq=False, repr=False)
class SinglePlacement:
    """Place of synapses that are stored one by one, or of a kernel that many neurons share.

    Attributes
    ----------
    memory : {"sparse", "dense"}
        Memory that the weights are in.
    shape : tuple of int
        Of the weights, as the network has them.
    addresses : numpy.ndarray
        Address in ``sparse``, or number of the lane in ``dense``, of each that is stored, int64.
    entries : numpy.ndarray
        Place of each of these among the weights, row by row, int64, same shape. A weight of 0 may
        be left out; one of a kernel may be stored many times.
    """

    memory: str
    shape: tuple[int, ...]
    addresses: np.ndarray
    entries: np.ndarray

    def __repr__(self) -> str:
        sizes = "x".join(map(str, self.shape))
        return f"SinglePlacement({sizes} weights, {len(self.addresses)} in {self.memory})"

    def span(self, lanes: int) -> tuple[int, int]:
        """Address of the first word, and number of words up to the last."""
        if not self.addresses.size:
            return 0, 0
        words = self.addresses // lanes if self.memory == "dense" else self.addresses
        return int(words.min()), int(words.max() - words.min()) + 1

    def gather(self, values: np.ndarray, first: int = 0) -> np.ndarray:
        """Values, shaped as the weights, out of the memory's words from ``first`` on."""
        found = np.zeros(int(np.prod(self.shape)), values.dtype)
        found[self.entries] = values.reshape(-1)[self.addresses - first * values[0].size]
        return found.reshape(self.shape)

    def scatter(self, values: np.ndarray, weights: np.ndarray) -> None:
        """Put weights into the memory's values, in place.

        Raises
        ------
        UserError
            If a weight is not 0 where no synapse is stored.
        """
        flat = np.broadcast_to(weights, self.shape).reshape(-1)
        left = np.ones(flat.size, bool)
        left[self.entries] = False
        if (flat[left] != 0).any():
            at = tuple(
                map(int, np.unravel_index(np.flatnonzero(left & (flat != 0))[0], self.shape))
            )
            raise UserError(f"weight {at} must stay 0: fixed synapses of weight 0 are not stored")
        values.reshape(-1)[self.addresses] = flat[self.entries]
