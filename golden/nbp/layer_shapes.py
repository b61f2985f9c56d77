"""Shapes of layers of weights: matrices, and kernels that all positions of an image share."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.network.convolution import output_shape

__all__ = ["LayerShape", "Links", "all_dense", "dense_shapes", "neurons_of"]


class Links(NamedTuple):
    """Ways from the pixels of an image of sources to those of the targets.

    In the order of a core: those of a pixel by the row of the kernel, then by the target.
    """

    first: np.ndarray
    """Place of each pixel's first link, and the number of all, int64 (pixels + 1,)."""
    elements: np.ndarray
    """Element of the kernel that each takes, row by row, int64 (links,)."""
    positions: np.ndarray
    """Pixel of the targets that each leads to, int64 (links,)."""
    channels: int
    filters: int
    is_dense: bool
    """There is a single one, as of a matrix."""


class LayerShape(NamedTuple):
    """Sizes of a convolution, channels last; a matrix is one whose images are a single pixel.

    Weights are ``(places, filters)``: the kernel's element (i, j) of channel c is row
    ``(i * columns + j) * channels + c``.
    """

    height: int
    """Of the image of sources."""
    width: int
    channels: int
    rows: int
    """Of a kernel."""
    columns: int
    filters: int
    """Channels of the image of targets."""
    stride: int
    pad: int
    out_height: int
    """Of the image of targets."""
    out_width: int

    @classmethod
    def dense(cls, n_pre: int, n_post: int) -> "LayerShape":
        """The shape of a matrix ``(n_pre, n_post)``."""
        return cls(1, 1, n_pre, 1, 1, n_post, 1, 0, 1, 1)

    @classmethod
    def convolution(
        cls,
        image: tuple[int, int, int],
        kernel: tuple[int, int],
        filters: int,
        stride: int = 1,
        pad: int = 0,
    ) -> "LayerShape":
        """The shape of ``filters`` kernels (rows, columns) over an image (height, width, channels).

        Raises
        ------
        TypeError, ValueError
            If a size is out of its range, or the kernels do not fit into the image.
        """
        for name, value in zip(("height", "width", "channels"), image, strict=True):
            check_int(f"{name} of the image", value, 1, 16384)
        for name, value in zip(("rows", "columns"), kernel, strict=True):
            check_int(f"{name} of a kernel", value, 1, 255)
        check_int("filters of a convolution", filters, 1, 16384)
        check_int("stride of a convolution", stride, 1, 16)
        check_int("pad of a convolution", pad, 0, min(kernel) - 1)
        out_height, out_width, _ = output_shape(image, (*kernel, image[2], filters), stride, pad)
        if min(out_height, out_width) < 1:
            raise ValueError(f"kernels of {kernel} exceed an image of {image[:2]}")
        return cls(*image, *kernel, filters, stride, pad, out_height, out_width)

    @property
    def is_dense(self) -> bool:
        """True for a matrix."""
        return self.height * self.width == 1 and self.rows * self.columns == 1

    @property
    def n_pre(self) -> int:
        """Neurons of the image of sources."""
        return self.height * self.width * self.channels

    @property
    def n_post(self) -> int:
        """Neurons of the image of targets."""
        return self.out_height * self.out_width * self.filters

    @property
    def image(self) -> tuple[int, int, int]:
        """Height, width and channels of the sources."""
        return self.height, self.width, self.channels

    @property
    def out(self) -> tuple[int, int, int]:
        """Height, width and channels of the targets."""
        return self.out_height, self.out_width, self.filters

    @property
    def weights(self) -> tuple[int, int]:
        """Shape of the weights: places of a kernel, and filters."""
        return self.rows * self.columns * self.channels, self.filters

    @property
    def kernels(self) -> tuple[int, int, int, int]:
        """Shape of the weights as kernels: rows, columns, channels, filters."""
        return self.rows, self.columns, self.channels, self.filters

    def links(self) -> Links:
        """Ways from each pixel of the sources."""
        ways: list[tuple[int, int]] = []
        first = [0]
        for y, x in np.ndindex(self.height, self.width):
            for i in range(self.rows):
                for j in reversed(range(self.columns)):
                    top, below = divmod(y + self.pad - i, self.stride)
                    left, beside = divmod(x + self.pad - j, self.stride)
                    is_within = 0 <= top < self.out_height and 0 <= left < self.out_width
                    if is_within and not below and not beside:
                        ways.append((i * self.columns + j, top * self.out_width + left))
            first.append(len(ways))
        elements, positions = np.array(ways, np.int64).reshape(-1, 2).T.copy()
        sizes = self.channels, self.filters
        return Links(np.array(first), elements, positions, *sizes, self.is_dense)


def dense_shapes(layers: Sequence[int]) -> tuple[LayerShape, ...]:
    """Shapes of the matrices between layers of these sizes."""
    return tuple(LayerShape.dense(*pair) for pair in pairwise(layers))


def neurons_of(shapes: Sequence[LayerShape]) -> tuple[int, ...]:
    """Sizes of the layers of neurons that these join, the input first."""
    return shapes[0].n_pre, *(shape.n_post for shape in shapes)


def all_dense(shapes: Sequence[LayerShape] | None) -> bool:
    """True if all are matrices, as they are where none are given."""
    return all(shape.is_dense for shape in shapes or ())
