"""The float network itself: stages of linear nodes, each but the last with rectified outputs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.golden.conversion.layers import KINDS, BatchNorm, Conv2d, Dense, Layer, ReLU
from backspike.golden.errors import UserError
from backspike.golden.nir.fields import parse_fields
from backspike.golden.nir.node import Node, Shape, size_of
from backspike.golden.nir.primitives import PRIMITIVES

__all__ = ["WEIGHTED", "FloatNet", "Stage", "changed", "float_net"]

#: Kinds of nodes that have weights.
WEIGHTED = ("Affine", "Conv2d")
#: Most numbers that go through a stage at once.
_MOST_NUMBERS = 1 << 22
_IMAGE = 3


@dataclass(frozen=True, eq=False)
class Stage:
    """Linear nodes, one after the other, and if what comes out is rectified."""

    nodes: tuple[Node, ...]
    rectified: bool

    def apply(self, x: np.ndarray) -> np.ndarray:
        """Outputs for inputs (n, \\*shape), float64."""
        for node in self.nodes:
            apply = PRIMITIVES[node.kind].apply
            assert apply is not None
            x = apply(node, x)
        return np.maximum(x, 0) if self.rectified else x

    @property
    def name(self) -> str:
        """Name of its first node with weights; else of its last."""
        weighted = [node.name for node in self.nodes if node.kind in WEIGHTED]
        return next(iter(weighted), self.nodes[-1].name)


@dataclass(frozen=True, eq=False)
class FloatNet:
    """A float network whose batch norms are folded into its weights.

    Attributes
    ----------
    shape : tuple of int
        Of an input, channels first.
    stages : tuple of Stage
    """

    shape: Shape
    stages: tuple[Stage, ...]

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Outputs (n, classes) for inputs (n, \\*shape), float64."""
        return np.concatenate([list(_through(self, part))[-1] for part in self.parts(x)])

    def activations(self, x: np.ndarray) -> Iterator[list[np.ndarray]]:
        """Outputs of all stages, in parts of as many inputs as memory holds."""
        for part in self.parts(x):
            yield list(_through(self, part))

    def parts(self, x: np.ndarray) -> Iterator[np.ndarray]:
        """Inputs in parts that memory holds."""
        sizes = [node.size for stage in self.stages for node in stage.nodes]
        count = max(1, _MOST_NUMBERS // max(1, *sizes))
        for begin in range(0, len(x), count):
            yield x[begin : begin + count]


def _through(net: FloatNet, x: np.ndarray) -> Iterator[np.ndarray]:
    """Outputs of each stage."""
    for stage in net.stages:
        x = stage.apply(x)
        yield x


def float_net(layers: Sequence[Layer], shape: Shape, *, channels_last: bool = False) -> FloatNet:
    """Chain layers for inputs of a shape (channels first).

    With ``channels_last``, weights are those of Keras: kernels (height, width, in, out), matrices
    (in, out), and images that are flattened pixel by pixel.

    Raises
    ------
    UserError
        If a layer is none, its fields are no finite numbers or missing, or it does not take what
        comes in; names the layer, from 1 on.
    """
    builder = _Builder(shape, channels_last)
    for number, layer in enumerate(layers, 1):
        builder.add(number, layer)
    return FloatNet(shape, builder.stages())


class _Builder:
    """Stages so far, and the shape of what comes out of them."""

    def __init__(self, shape: Shape, channels_last: bool) -> None:
        self._shape, self._last = shape, channels_last
        #: The image that a row of numbers is a flattening of.
        self._image = shape if len(shape) == _IMAGE else None
        self._stages: list[Stage] = []
        self._nodes: list[Node] = []
        self._counts: dict[str, int] = {}

    def add(self, number: int, layer: Layer) -> None:
        """Put a layer behind those before."""
        if type(layer) not in KINDS.values():
            raise UserError(
                f"layer {number} must be one of {', '.join(KINDS)}, not {layer!r:.60} "
                f"({type(layer).__name__})"
            )
        if isinstance(layer, ReLU):
            if not self._nodes and not self._stages:
                raise UserError(f"layer {number} (ReLU) must come after others")
            if self._nodes:
                self._stages.append(Stage(tuple(self._nodes), True))
                self._nodes = []
            return
        where = f"layer {number} ({type(layer).__name__})"
        fields, reasons = parse_fields(layer.raw(), dict(layer.parsed))
        if reasons:
            raise UserError(f"{where}: {reasons[0]}")
        try:
            if self._last:
                fields = self._channels_first(layer, fields)
            if isinstance(layer, BatchNorm):
                self._normalise(fields)
            else:
                self._append(layer.primitive, fields)
        except ValueError as error:
            raise UserError(f"{where}: {error}") from None

    def stages(self) -> tuple[Stage, ...]:
        """All stages."""
        made = [*self._stages, *([Stage(tuple(self._nodes), False)] if self._nodes else [])]
        if not any(node.kind in WEIGHTED for stage in made for node in stage.nodes):
            raise UserError("layers must have a Dense or a Conv2d, and there is none")
        return tuple(made)

    def _append(self, kind: str, fields: dict[str, Any]) -> None:
        """Add a node for what comes in."""
        shapes = PRIMITIVES[kind].shapes(fields, self._shape)
        self._counts[kind] = self._counts.get(kind, 0) + 1
        name = f"{kind.lower().removesuffix('2d')}{self._counts[kind]}"
        self._nodes.append(Node(name, kind, fields, *shapes))
        self._shape = shapes[1]
        if kind == "Affine":
            self._image = None
        elif kind != "Flatten":
            self._image = self._shape

    def _normalise(self, fields: dict[str, Any]) -> None:
        """Fold a batch norm into the weights before it; else it is a node of its own."""
        if (least := float(np.min(fields["variance"] + fields["epsilon"]))) <= 0:
            raise ValueError(f"variance plus epsilon must be above 0, not {least:g}")
        channels = self._shape[0]
        for name, values in fields.items():
            if values.size not in (1, channels):
                raise ValueError(
                    f"{name} must have {channels} numbers, one for each channel, "
                    f"not shape {values.shape}"
                )
        factor = fields["scale"] / np.sqrt(fields["variance"] + fields["epsilon"])
        factor = np.broadcast_to(factor.reshape(-1), channels)
        mean, shift = (fields[name].reshape(-1) for name in ("mean", "shift"))
        last = self._nodes[-1] if self._nodes else None
        if last is not None and last.kind in WEIGHTED:
            weight = last["weight"] * factor.reshape(-1, *[1] * (last["weight"].ndim - 1))
            bias = factor * (last["bias"].reshape(-1) - mean) + shift
            self._nodes[-1] = changed(last, weight=weight, bias=bias)
            return
        bias = shift - factor * mean
        if len(self._shape) == _IMAGE:
            raw = Conv2d(factor.reshape(-1, 1, 1, 1), bias, groups=channels).raw()
            self._append("Conv2d", parse_fields(raw, dict(Conv2d.parsed))[0])
        else:
            image = self._image
            self._append("Affine", {"weight": np.diag(factor), "bias": bias})
            self._image = image  # the order of numbers is what it was

    def _channels_first(self, layer: Layer, fields: dict[str, Any]) -> dict[str, Any]:
        """Fields of Keras in the layout of torch."""
        if isinstance(layer, Conv2d) and fields["weight"].ndim == 4:
            return fields | {"weight": fields["weight"].transpose(3, 2, 0, 1)}
        pixels = _pixels(self._image) if self._image else np.arange(0)
        if isinstance(layer, Dense) and fields["weight"].ndim == 2:
            weight = fields["weight"].T
            return fields | {
                "weight": weight[:, pixels] if pixels.size == weight.shape[1] else weight
            }
        if isinstance(layer, BatchNorm) and pixels.size and len(self._shape) == 1:
            return {
                name: values.reshape(-1)[pixels] if values.size == len(pixels) else values
                for name, values in fields.items()
            }
        return fields


def _pixels(image: Shape) -> np.ndarray:
    """Place of each element, channel by channel, in a flattening pixel by pixel."""
    channels, height, width = image
    places = np.arange(size_of(image)).reshape(height, width, channels)
    return places.transpose(2, 0, 1).reshape(-1)


def changed(node: Node, shape: Shape | None = None, **fields: Any) -> Node:
    """The same node with other fields, or for an input of another shape."""
    made = {**node.fields, **fields}
    shapes = PRIMITIVES[node.kind].shapes(made, node.shape_in if shape is None else shape)
    return Node(node.name, node.kind, made, *shapes)
