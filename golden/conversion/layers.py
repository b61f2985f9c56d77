"""Layers of a float network, in the layout of torch: channels first, weights (out, in)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from backspike.golden.nir.fields import Field, numbers
from backspike.golden.nir.primitives import PRIMITIVES

__all__ = [
    "KINDS",
    "AvgPool2d",
    "BatchNorm",
    "Conv2d",
    "Dense",
    "Flatten",
    "Layer",
    "ReLU",
]


@dataclass(frozen=True, eq=False, repr=False)
class _Layer:
    """A layer whose fields are checked when its input is known.

    Attributes
    ----------
    primitive : str
        Kind of NIR's node for it; empty where there is none.
    parsed : dict of str to Field
        How its fields are read.
    """

    primitive: ClassVar[str] = ""
    parsed: ClassVar[Mapping[str, Field]] = {}

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def raw(self) -> dict[str, Any]:
        """Fields as they came."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, eq=False, repr=False)
class Dense(_Layer):
    """``weight @ x + bias``, of weights (out, in) and biases (out,); an image is flattened."""

    weight: object
    bias: object = 0.0
    primitive: ClassVar[str] = "Affine"
    parsed: ClassVar[Mapping[str, Field]] = PRIMITIVES["Affine"].fields


@dataclass(frozen=True, eq=False, repr=False)
class Conv2d(_Layer):
    """A convolution of weights (out, in, height, width) and biases (out,).

    ``stride``, ``padding`` and ``dilation`` are one number or two; padding is with zeros.
    """

    weight: object
    bias: object = 0.0
    stride: object = 1
    padding: object = 0
    dilation: object = 1
    groups: object = 1
    primitive: ClassVar[str] = "Conv2d"
    parsed: ClassVar[Mapping[str, Field]] = PRIMITIVES["Conv2d"].fields


@dataclass(frozen=True, eq=False, repr=False)
class AvgPool2d(_Layer):
    """Averages over windows; the stride is the window's size unless another is named."""

    kernel_size: object
    stride: object = None
    padding: object = 0
    primitive: ClassVar[str] = "AvgPool2d"
    parsed: ClassVar[Mapping[str, Field]] = PRIMITIVES["AvgPool2d"].fields

    def raw(self) -> dict[str, Any]:
        """Fields as they came, with the stride."""
        made = super().raw()
        return made | {"stride": self.kernel_size if self.stride is None else self.stride}


@dataclass(frozen=True, eq=False, repr=False)
class BatchNorm(_Layer):
    """``scale * (x - mean) / sqrt(variance + epsilon) + shift``, for each channel or feature."""

    mean: object
    variance: object
    scale: object = 1.0
    shift: object = 0.0
    epsilon: object = 1e-5
    parsed: ClassVar[Mapping[str, Field]] = {
        "mean": Field(numbers),
        "variance": Field(numbers),
        "scale": Field(numbers, 1.0),
        "shift": Field(numbers, 0.0),
        "epsilon": Field(numbers, 1e-5),
    }


@dataclass(frozen=True, eq=False, repr=False)
class Flatten(_Layer):
    """An image as one row of numbers, channel by channel."""

    primitive: ClassVar[str] = "Flatten"
    parsed: ClassVar[Mapping[str, Field]] = PRIMITIVES["Flatten"].fields

    def raw(self) -> dict[str, Any]:
        """Fields of a node, whose shapes have no batch."""
        return {"start_dim": 0, "end_dim": -1}


@dataclass(frozen=True, eq=False, repr=False)
class ReLU(_Layer):
    """``max(x, 0)``: what the rate of a neuron is."""


Layer = Dense | Conv2d | AvgPool2d | BatchNorm | Flatten | ReLU

#: By name.
KINDS: dict[str, type[Layer]] = {
    kind.__name__: kind for kind in (Dense, Conv2d, AvgPool2d, BatchNorm, Flatten, ReLU)
}
