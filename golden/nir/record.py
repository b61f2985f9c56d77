"""Records of an import: what became of each node, and where its neurons are."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from backspike.golden.nir.quantise import Constant

__all__ = ["Group", "NodeRecord", "Verdict"]


class Verdict(StrEnum):
    """Fate of a node: the same on the core, nearly the same, or not possible."""

    FAITHFUL = "faithful"
    APPROXIMATE = "approximate"
    REFUSED = "refused"


@dataclass(frozen=True, eq=False)
class NodeRecord:
    """Fate of a node.

    Attributes
    ----------
    node, kind : str
    verdict : Verdict
    constants : tuple of Constant
        Of neurons: every one before and after, with its error.
    notes : tuple of str
        What differs beside the constants, or the reasons of a refusal.
    """

    node: str
    kind: str
    verdict: Verdict
    constants: tuple[Constant, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """Largest relative error of a constant."""
        return max((constant.error for constant in self.constants), default=0.0)

    @property
    def remarks(self) -> list[str]:
        """Its notes, and each constant that is not exact, with its error; what is alike once."""
        inexact = (f"{c.name}: {c.error:.2g}" for c in self.constants if c.error)
        return list(dict.fromkeys([*self.notes, *inexact]))


@dataclass(frozen=True, eq=False)
class Group:
    """Neurons of a node on the core.

    Attributes
    ----------
    name : str
        Of the node, and of the population or input.
    shape : tuple of int
        Of the node: channels first.
    depth : int
        Steps that a spike takes from the inputs to it: what happens in step t of the graph, where
        a spike passes all layers at once, happens in step ``t + depth`` of the core.
    order : numpy.ndarray
        Element of the node, flattened, of each neuron: images have their channels last on a core.
    scale, shift : numpy.ndarray, optional
        Of neurons, one number for each element: a voltage of the core, in weight units, is
        ``(v - shift) * scale``. None for inputs.
    """

    name: str
    shape: tuple[int, ...]
    depth: int
    order: np.ndarray
    scale: np.ndarray | None = None
    shift: np.ndarray | None = None

    def to_core(self, values: np.ndarray) -> np.ndarray:
        """Values (..., \\*shape) in the order of the core's neurons, (..., neurons)."""
        flat = np.asarray(values).reshape(*np.shape(values)[: -len(self.shape)], -1)
        return flat[..., self.order]

    def to_graph(self, values: np.ndarray) -> np.ndarray:
        """Values (..., neurons) of the core's neurons in the shape of the node, (..., \\*shape)."""
        made = np.empty_like(values)
        made[..., self.order] = values
        return made.reshape(*values.shape[:-1], *self.shape)

    def voltages(self, values: np.ndarray) -> np.ndarray:
        """Voltages of the core, in weight units, (..., neurons), in the unit and shape of the node.

        Raises
        ------
        ValueError
            If it is an input.
        """
        if self.scale is None or self.shift is None:
            raise ValueError(f"{self.name} is an input, which has no voltages")
        flat = values / self.scale[self.order] + self.shift[self.order]
        return self.to_graph(flat)
