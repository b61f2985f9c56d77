"""Nodes of a graph in one form, whatever file or object they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

__all__ = ["Node", "Shape", "size_of"]

Shape = tuple[int, ...]


def size_of(shape: Shape) -> int:
    """Number of elements."""
    return prod(shape)


@dataclass(frozen=True, eq=False)
class Node:
    """A node whose fields are checked, and of whose shapes both are known.

    Attributes
    ----------
    name : str
        Names of subgraphs stand before it, with dots.
    kind : str
        Name of the primitive.
    fields : mapping
        Arrays of float64, or whole numbers and words; those of neurons have the shape of the node.
    shape_in, shape_out : tuple of int
        Channels first, without batch and time.
    """

    name: str
    kind: str
    fields: Mapping[str, Any]
    shape_in: Shape
    shape_out: Shape

    def __getitem__(self, field: str) -> Any:
        return self.fields[field]

    @property
    def size(self) -> int:
        """Elements of its output."""
        return size_of(self.shape_out)

    def flat(self, field: str) -> np.ndarray:
        """A field of a neuron, one number for each neuron, float64."""
        return np.broadcast_to(self.fields[field], self.shape_out).reshape(-1)
