"""Storage that an export leaves in a graph's metadata: with it, an import makes the same words.

NIR says what a network computes, not how a core holds it: in which order, with which exponents, in
which lists. Without these notes an import makes another program, with the same spikes.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeVar, get_args

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.network.weights import Pattern
from backspike.golden.nir.neurons import Reset

__all__ = ["GroupStorage", "LinkStorage", "read_storage", "storage_metadata"]

_KEY = "backspike"


@dataclass(frozen=True)
class GroupStorage:
    """Storage of inputs or neurons.

    Attributes
    ----------
    order : int
        Place among the inputs, or among the populations.
    reset : str, optional
        Reset of neurons, which NIR does not have.
    scale : float, optional
        Weight units for one unit of the voltage of neurons.
    """

    order: int
    reset: Reset | None = None
    scale: float | None = None

    def __post_init__(self) -> None:
        check_int("order", self.order, 0, 1 << 32)
        if self.reset not in (None, *get_args(Reset)):
            raise ValueError(f"reset must be one of {', '.join(get_args(Reset))}")
        if self.scale is not None and not 0 < self.scale < np.inf:
            raise ValueError(f"scale must be above 0, not {self.scale!r}")


@dataclass(frozen=True)
class LinkStorage:
    """Storage of a connection or convolution.

    Attributes
    ----------
    order : int
        Place among the connections, or among the convolutions.
    name : str
    exponent : int, optional
        Of all weights; None for the one that a network chooses.
    pattern : str or list of (int, int), optional
        Of a connection, as :meth:`backspike.Network.connect` takes it.
    """

    order: int
    name: str
    exponent: int | None = None
    pattern: str | list[list[int]] | None = None

    def __post_init__(self) -> None:
        check_int("order", self.order, 0, 1 << 32)
        if not isinstance(self.name, str) or not self.name:
            raise ValueError(f"name must be a str that is not empty, not {self.name!r}")
        if isinstance(self.pattern, str):
            Pattern(self.pattern)
        elif self.pattern is not None:
            pairs = np.array(self.pattern)
            if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind != "i":
                raise ValueError("pattern must be pairs of whole numbers")

    def suits(self, sources: int, targets: int) -> bool:
        """Tell if the pattern is one between so many neurons."""
        if isinstance(self.pattern, list):
            low, high = np.min(self.pattern, axis=0), np.max(self.pattern, axis=0)
            return bool(low.min() >= 0 and high[0] < sources and high[1] < targets)
        square, one = self.pattern == Pattern.ONE_TO_ONE, self.pattern == Pattern.ONE_TO_ALL
        return (
            self.pattern is not None
            and (sources == targets or not square)
            and (sources == 1 or not one)
        )

    def placed(self, matrix: np.ndarray) -> tuple[np.ndarray, Any]:
        """Weights of a matrix (sources, targets), and the pattern that they are placed in."""
        if isinstance(self.pattern, list):
            pairs = np.array(self.pattern)
            return matrix[pairs[:, 0], pairs[:, 1]], pairs
        return (np.diagonal(matrix) if self.pattern == "one-to-one" else matrix), self.pattern


Storage = TypeVar("Storage", GroupStorage, LinkStorage)


def storage_metadata(storage: GroupStorage | LinkStorage) -> dict[str, str]:
    """Metadata of a node, as :func:`read_storage` finds them."""
    return {_KEY: json.dumps(asdict(storage))}


def read_storage(kind: type[Storage], metadata: Any) -> Storage | None:
    """Storage that metadata of a node have; None if there is none.

    Raises
    ------
    ValueError
        If what stands there is no storage of this kind.
    """
    text = metadata.get(_KEY) if isinstance(metadata, dict) else None
    if text is None:
        return None
    try:
        return kind(**json.loads(text))
    except (RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"metadata {_KEY!r} cannot be read: {error}") from None
