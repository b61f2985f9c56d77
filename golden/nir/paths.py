"""Linear maps from spikes to the inputs of neurons: an identity, a convolution, or a matrix."""

from dataclasses import dataclass, replace

import numpy as np

from backspike.golden.nir.images import Window
from backspike.golden.nir.node import Node, Shape, size_of
from backspike.golden.nir.primitives import PRIMITIVES, window_of

__all__ = ["MAX_MATRIX", "RESHAPES", "Path"]

#: Kinds of nodes that pass numbers on as they are.
RESHAPES = ("Identity", "Output", "Flatten")

#: Most numbers of a matrix between two groups: half a gigabyte.
MAX_MATRIX = 1 << 26


@dataclass(frozen=True, eq=False)
class Path:
    """A linear map from a source's outputs to those of a node, and the nodes that it is made of.

    It is a convolution as long as one describes it (``window``), then a matrix; neither of them
    is the identity.

    Attributes
    ----------
    source, shape : tuple of int
        Shapes of the source and of the result.
    through : tuple of str
        Nodes along the way.
    window : Window, optional
    matrix : numpy.ndarray, optional
        float64, shape (size of the source, \\*shape).
    """

    source: Shape
    shape: Shape
    through: tuple[str, ...] = ()
    window: Window | None = None
    matrix: np.ndarray | None = None

    @property
    def is_identity(self) -> bool:
        """True if each element of the source is one of the result, in the same order."""
        return self.window is None and self.matrix is None

    def after(self, node: Node) -> "Path":
        """The map that goes on through the linear part of a node without a state.

        Raises
        ------
        ValueError
            If its matrix would be too large.
        """
        if node.kind in RESHAPES:
            return self.shaped(node.shape_out, node.name)
        way = replace(self, through=(*self.through, node.name), shape=node.shape_out)
        if self.matrix is None and (window := self._slide(node)) is not None:
            return replace(way, window=window)
        x = self.dense()
        _check_size(len(x), node.size)
        apply = PRIMITIVES[node.kind].apply
        assert apply is not None
        return replace(way, window=None, matrix=apply(_without_bias(node), x))

    def shaped(self, shape: Shape, *through: str) -> "Path":
        """The same map to another shape, through nodes of some names."""
        way = replace(self, shape=shape, through=(*self.through, *through))
        if shape == self.shape or self.is_identity:
            return way
        matrix = self.dense()
        return replace(way, window=None, matrix=matrix.reshape(len(matrix), *shape))

    def masked(self, chosen: np.ndarray, name: str) -> "Path":
        """The map to the elements chosen alone, through a node of some name."""
        through = (*self.through, name)
        if chosen.all():
            return replace(self, through=through)
        return replace(self, through=through, window=None, matrix=self.dense() * chosen)

    def plus(self, path: "Path") -> "Path":
        """The sum with a map between the same ends."""
        through = tuple(dict.fromkeys([*self.through, *path.through]))
        return replace(self, through=through, window=None, matrix=self.dense() + path.dense())

    def dense(self) -> np.ndarray:
        """The map as a matrix, float64, shape (size of the source, \\*shape)."""
        if self.matrix is not None:
            return self.matrix
        size = size_of(self.source)
        _check_size(size, size_of(self.shape))
        return self.apply(np.eye(size))

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Outputs of the source, (n, size of it), float64, to those of the path, (n, \\*shape)."""
        if self.matrix is not None:
            made = x @ self.matrix.reshape(len(self.matrix), -1)
        elif self.window is not None:
            made = self.window.apply(x.reshape(len(x), *self.window.image))
        else:
            made = x
        return made.reshape(len(x), *self.shape)

    def _slide(self, node: Node) -> Window | None:
        """The window that this map becomes by a node; None if it is none."""
        if node.kind == "Scale" and self.window is not None and node["scale"].size == 1:
            return replace(self.window, kernels=self.window.kernels * node["scale"].item())
        window = window_of(node)
        if window is None or self.shape != node.shape_in:
            return None
        if self.window is None:
            return window
        if any(map(any, window.pads)):
            return None
        return _compose(self.window, window)


def _compose(first: Window, second: Window) -> Window:
    """One window for two, of which the second has no padding."""
    inner, outer = first.whole_kernels(), second.whole_kernels()
    (rows, columns), (down, right) = second.reach, first.stride
    height = inner.shape[0] + (rows - 1) * down
    width = inner.shape[1] + (columns - 1) * right
    made = np.zeros((height, width, inner.shape[2], outer.shape[3]))
    for i, j in np.ndindex(rows, columns):
        part = made[i * down : i * down + inner.shape[0], j * right : j * right + inner.shape[1]]
        part += inner @ outer[i, j]
    stride = (down * second.stride[0], right * second.stride[1])
    return Window(made.transpose(3, 2, 0, 1), stride, first.pads, (1, 1), 1, first.image)


def _without_bias(node: Node) -> Node:
    if "bias" not in node.fields:
        return node
    return replace(node, fields={**node.fields, "bias": np.zeros_like(node["bias"])})


def _check_size(sources: int, targets: int) -> None:
    if sources * targets > MAX_MATRIX:
        raise ValueError(
            f"its matrix of {sources:,} by {targets:,} weights is too large, the limit is "
            f"{MAX_MATRIX:,}"
        )
