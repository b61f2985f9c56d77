"""Convolutions and poolings as one operation on images, channels first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.golden.nir.node import Shape

__all__ = ["Window", "conv_window", "pool_window"]

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Window:
    """Kernels that slide over an image: a convolution; a pooling is one of each channel by itself.

    Attributes
    ----------
    kernels : numpy.ndarray
        float64, shape (channels out, channels in of a group, height, width).
    stride, dilation : (int, int)
        Rows and columns.
    pads : ((int, int), (int, int))
        Zeros above and below, left and right.
    groups : int
        Channels are convolved in so many groups.
    image : (int, int, int)
        Channels, height and width of what comes in.
    """

    kernels: np.ndarray
    stride: Pair
    pads: tuple[Pair, Pair]
    dilation: Pair
    groups: int
    image: tuple[int, int, int]

    def __post_init__(self) -> None:
        channels, *image = self.image
        out, each, *_ = self.kernels.shape
        if min(*self.stride, *self.dilation, self.groups) < 1 or min(map(min, self.pads)) < 0:
            raise ValueError("stride, dilation and groups must be 1 or more, padding 0 or more")
        if each * self.groups != channels or out % self.groups:
            raise ValueError(
                f"weight of shape {self.kernels.shape} in {self.groups} groups takes "
                f"{each * self.groups} channels, and {channels} come in"
            )
        if min(self.out[1:]) < 1:
            raise ValueError(f"the kernel exceeds the image of {tuple(image)}")

    @property
    def reach(self) -> Pair:
        """Height and width of a kernel with the gaps of its dilation."""
        rows, columns = self.kernels.shape[2:]
        return (rows - 1) * self.dilation[0] + 1, (columns - 1) * self.dilation[1] + 1

    @property
    def out(self) -> tuple[int, int, int]:
        """Channels, height and width of what comes out."""
        height, width = (
            (size + sum(pads) - reach) // stride + 1
            for size, pads, reach, stride in zip(
                self.image[1:], self.pads, self.reach, self.stride, strict=True
            )
        )
        return self.kernels.shape[0], height, width

    def apply(self, images: np.ndarray) -> np.ndarray:
        """Images (n, channels, height, width), float64, to those that come out."""
        (vertical, horizontal), dilation = self.stride, self.dilation
        padded = np.pad(images, ((0, 0), (0, 0), *self.pads))
        views = np.lib.stride_tricks.sliding_window_view(padded, self.reach, (2, 3))
        views = views[:, :, ::vertical, ::horizontal, :: dilation[0], :: dilation[1]]
        count, _, height, width, rows, columns = views.shape
        grouped = views.reshape(count, self.groups, -1, height, width, rows, columns)
        kernels = self.kernels.reshape(self.groups, -1, *self.kernels.shape[1:])
        made = np.einsum("ngcyxij,gocij->ngoyx", grouped, kernels, optimize=True)
        return made.reshape(count, *self.out)

    def whole_kernels(self) -> np.ndarray:
        """Kernels without groups and dilation, (height, width, channels in, channels out)."""
        out, each, *_ = self.kernels.shape
        made = np.zeros((*self.reach, self.image[0], out))
        for group in range(self.groups):
            inside = slice(group * each, (group + 1) * each)
            outside = slice(group * out // self.groups, (group + 1) * out // self.groups)
            made[:: self.dilation[0], :: self.dilation[1], inside, outside] = self.kernels[
                outside
            ].transpose(2, 3, 1, 0)
        return made


def conv_window(fields: Mapping[str, Any], image: Shape) -> Window:
    """The window of a Conv1d (whose image is one row) or Conv2d; raises ValueError."""
    kernels = fields["weight"]
    flat = kernels.ndim == 3
    if kernels.ndim == 3:
        kernels = kernels[:, :, None]
    stride, dilation = (_pair(fields, name, flat, 1) for name in ("stride", "dilation"))
    rows, columns = kernels.shape[2:]
    word = fields["padding"]
    if word == "same":
        if stride != (1, 1):
            raise ValueError(f"padding 'same' needs a stride of 1, not {stride}")
        whole = ((rows - 1) * dilation[0], (columns - 1) * dilation[1])
        pads = ((whole[0] // 2, -(-whole[0] // 2)), (whole[1] // 2, -(-whole[1] // 2)))
    else:
        above, left = (0, 0) if word == "valid" else _pair(fields, "padding", flat, 0)
        pads = ((above, above), (left, left))
    (groups,) = fields["groups"][:1]
    return Window(kernels, stride, pads, dilation, groups, _image(image, flat))


def pool_window(fields: Mapping[str, Any], image: Shape, weight: float | None) -> Window:
    """The window of a pooling: sums times ``weight``, or averages; raises ValueError."""
    channels, height, width = _image(image, False)
    rows, columns = _pair(fields, "kernel_size", False, 1)
    above, left = _pair(fields, "padding", False, 0)
    kernels = np.full((channels, 1, rows, columns), weight or 1 / (rows * columns))
    stride = _pair(fields, "stride", False, 1)
    pads = ((above, above), (left, left))
    return Window(kernels, stride, pads, (1, 1), channels, (channels, height, width))


def _pair(fields: Mapping[str, Any], name: str, flat: bool, low: int) -> Pair:
    """Rows and columns of a field that has one number for both, or two; a row's has one."""
    values = fields[name]
    if len(values) > 2 or min(values) < low:
        raise ValueError(f"{name} must be one or two numbers of {low} or more, not {values}")
    return (low, values[-1]) if flat else (values[0], values[-1])


def _image(shape: Shape, flat: bool) -> tuple[int, int, int]:
    """Channels, height and width; a batch of one is left out."""
    wanted = 2 if flat else 3
    inner = shape[1:] if len(shape) == wanted + 1 and shape[0] == 1 else shape
    if len(inner) != wanted:
        form = "(channels, length)" if flat else "(channels, height, width)"
        raise ValueError(f"its input must have the shape {form}, not {shape}")
    return (inner[0], 1, inner[1]) if flat else (inner[0], inner[1], inner[2])
