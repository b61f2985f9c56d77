"""Convolutions: kernels that many neurons share, each at its own place of the target."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from backspike.golden.errors import check_finite, check_int, check_numbers
from backspike.golden.network.neurons import MAX_SIZE, Part, check_size
from backspike.golden.network.weights import check_signs, encode_weights, lsb_of
from backspike.golden.rules.microcode import CompiledRule, needs_of
from backspike.hdl.layouts import SignMode

__all__ = ["Convolution", "Run", "WayBack", "make_convolution", "output_shape"]


@dataclass(frozen=True)
class Run:
    """Targets of one neuron that follow each other: one list.

    ``place`` of the kernel's words is the first that it takes, ``position`` of the target's image
    (row by row) its first, ``pixels`` how many; each has all channels.
    """

    source: int
    place: int
    position: int
    pixels: int


class WayBack(NamedTuple):
    """Synapses from one pixel, all channels, onto one neuron of the target, read by the latter.

    ``place`` of the kernel's words is that of the first channel, ``channel`` that of the neuron,
    ``pixel`` of the source's image (row by row) the one that is reached.
    """

    source: int
    place: int
    channel: int
    pixel: int


@dataclass(frozen=True, eq=False)
class Convolution:
    """Synapses from an image to an image, channels last: neuron ``(y * width + x) * channels + c``.

    Attributes
    ----------
    weights : numpy.ndarray
        Stored kernels, int16, shape (height, width, channels in, channels out): a spike at (y, x)
        adds ``weights[i, j]`` at ((y + pad - i) / stride, (x + pad - j) / stride), where that is
        whole and within the target.
    exponent : int
        A spike adds ``floor(weight * 2**exponent)``.
    image : (int, int, int)
        Height, width and channels of the source.
    rule : CompiledRule, optional
        Rule that the kernels learn by, from every pair of neurons that they join.
    sign, lsb : SignMode, int
        As of :class:`~.network.connections.Connection`.
    """

    name: str
    source: Part
    target: Part
    weights: np.ndarray
    exponent: int
    delay: int
    image: tuple[int, int, int]
    stride: int
    pad: int
    rule: CompiledRule | None = None
    sign: SignMode = SignMode.MIXED
    lsb: int = 0

    #: Delays and tags of single synapses, which shared ones do not have.
    delays: ClassVar[np.ndarray | None] = None
    tags: ClassVar[np.ndarray | None] = None

    @property
    def out(self) -> tuple[int, int, int]:
        """Height, width and channels of the target."""
        return output_shape(self.image, self.weights.shape, self.stride, self.pad)

    def columns(self) -> list[int]:
        """Columns of a kernel in the order in which their words are stored.

        With it, the targets of any neuron in a row of the image follow each other.
        """
        width = self.weights.shape[1]
        return [j for r in range(self.stride) for j in reversed(range(r, width, self.stride))]

    def runs(self) -> Iterator[Run]:
        """Every list, by source; ``place`` counts columns over channels in, then rows."""
        height, width, channels = self.image
        rows, columns, _, _ = self.weights.shape
        out_height, out_width, _ = self.out
        order = self.columns()
        for y, x, c in np.ndindex(height, width, channels):
            for i in range(rows):
                top, off = divmod(y + self.pad - i, self.stride)
                if off or not 0 <= top < out_height:
                    continue
                reached = [
                    (place, (x + self.pad - j) // self.stride)
                    for place, j in enumerate(order)
                    if (x + self.pad - j) % self.stride == 0
                    and 0 <= x + self.pad - j < out_width * self.stride
                ]
                if reached:
                    (place, left), pixels = reached[0], len(reached)
                    source = (y * width + x) * channels + c
                    first = (c * rows + i) * columns + place
                    yield Run(source, first, top * out_width + left, pixels)

    def ways_back(self) -> Iterator[WayBack]:
        """Every list of errors that go back to the pixels of the source, by neuron of the target.

        ``place`` is as in :meth:`runs`, of the first channel: those of the others lie rows times
        columns further each.
        """
        height, width, _ = self.image
        rows, columns, _, _ = self.weights.shape
        order = self.columns()
        for y, x, channel in np.ndindex(self.out):
            for i, place in np.ndindex(rows, columns):
                top = y * self.stride + i - self.pad
                left = x * self.stride + order[place] - self.pad
                if 0 <= top < height and 0 <= left < width:
                    source = (y * self.out[1] + x) * self.out[2] + channel
                    yield WayBack(source, i * columns + place, channel, top * width + left)

    def kernel_rows(self) -> np.ndarray:
        """The kernels as they are stored, shape (places, channels out); see :meth:`runs`."""
        ordered = self.weights[:, self.columns()]
        return ordered.transpose(2, 0, 1, 3).reshape(-1, ordered.shape[3])

    def synapses(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Neuron of the source, neuron of the target and weight of each synapse, int64."""
        kernels, channels = self.kernel_rows(), self.weights.shape[3]
        sources, targets, weights = [], [], []
        for run in self.runs():
            size = run.pixels * channels
            sources.append(np.full(size, run.source))
            targets.append(run.position * channels + np.arange(size))
            weights.append(kernels[run.place : run.place + run.pixels].reshape(-1))
        return tuple(np.concatenate(part).astype(np.int64) for part in (sources, targets, weights))  # type: ignore[return-value]


def make_convolution(
    name: str,
    source: Part,
    target: Part,
    kernels: object,
    image: tuple[int, int, int],
    stride: int,
    pad: int,
    delay: int,
    exponent: int | None,
    *,
    rule: CompiledRule | None = None,
    sign: SignMode = SignMode.MIXED,
    bits: int = 8,
) -> Convolution:
    """Check sizes and encode the weights: see :meth:`~.network.Network.convolve`."""
    where = f"convolution {name!r}"
    check_int(f"stride of {where}", stride, 1, 16)
    effective = check_numbers(f"kernels of {where}", kernels).astype(np.float64)
    check_finite(f"kernels of {where}", effective)
    if not isinstance(image, tuple | list) or len(image) != 3:
        raise TypeError(f"image of {where} must be (height, width, channels), not {image!r}")
    for size, side in zip(image, ("height", "width", "channels"), strict=True):
        check_int(f"{side} of the image of {where}", size, 1, MAX_SIZE)
    image = (int(image[0]), int(image[1]), int(image[2]))
    if effective.ndim != 4 or not effective.size or effective.shape[2] != image[2]:
        raise ValueError(
            f"kernels of {where} must have shape (height, width, {image[2]}, channels out), "
            f"not {effective.shape}"
        )
    check_int(f"pad of {where}", pad, 0, min(effective.shape[:2]) - 1)
    check_size(f"source of {where}", source, int(np.prod(image)))
    out = output_shape(image, effective.shape, stride, pad)
    if min(out) < 1:
        raise ValueError(
            f"{where}: kernels of {effective.shape[:2]} exceed an image of {image[:2]}"
        )
    check_size(f"target of {where}", target, int(np.prod(out)))
    for what in ("tags", "delays"):
        if rule is not None and needs_of(rule)[what]:
            raise ValueError(f"rule of {where} must not use {what}: shared synapses have none")
    lsb = lsb_of(where, bits, sign)
    lsb = lsb if rule and not rule.lava else 0
    learned = (sign, lsb) if rule else None
    stored, exponents = encode_weights(where, effective, exponent, learned=learned)
    if exponents.ndim:
        raise ValueError(f"weights of {where} must have one power of 2 as their unit")
    if rule is None:
        check_signs(where, effective, sign)
    sizes = int(exponents), delay, image, stride, pad
    return Convolution(name, source, target, stored, *sizes, rule, sign, lsb)


def output_shape(
    image: tuple[int, int, int], kernels: tuple[int, ...], stride: int, pad: int
) -> tuple[int, int, int]:
    """Height, width and channels of what a convolution makes of an image."""
    height, width, _ = image
    rows, columns, _, channels = kernels
    return (
        (height + 2 * pad - rows) // stride + 1,
        (width + 2 * pad - columns) // stride + 1,
        channels,
    )
