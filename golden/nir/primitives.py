"""The primitives of NIR: one table of their fields, shapes and, of linear ones, operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.golden.nir.fields import Field, numbers, padding, sizes, whole
from backspike.golden.nir.images import Window, conv_window, pool_window
from backspike.golden.nir.node import Node, Shape, size_of

__all__ = ["PRIMITIVES", "Primitive", "window_of"]

Fields = Mapping[str, Any]
#: Shape of the input as the fields say it, or None; the shapes (input, output) of one that comes.
OwnShape = Callable[[Fields], Shape | None]
Shapes = Callable[[Fields, Shape], tuple[Shape, Shape]]


@dataclass(frozen=True)
class Primitive:
    """A kind of node.

    Attributes
    ----------
    fields : dict of str to Field
    own : callable
        Shape of its input as its fields say it; None where they do not.
    shapes : callable
        Its shapes for an input of some shape; raises ValueError where that does not fit.
    apply : callable, optional
        Of what has no state: inputs (n, \\*shape_in), float64, to outputs (n, \\*shape_out).
    window : callable, optional
        Of what slides over an image.
    """

    fields: dict[str, Field]
    own: OwnShape
    shapes: Shapes
    apply: Callable[[Node, np.ndarray], np.ndarray] | None = None
    window: Callable[[Fields, Shape], Window] | None = None


def _same(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
    return shape, shape


def _matrix_shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
    weight = fields["weight"]
    if weight.ndim != 2:
        raise ValueError(f"weight must be a matrix (out, in), not of shape {weight.shape}")
    out, inputs = weight.shape
    if size_of(shape) != inputs:
        raise ValueError(f"weight takes {inputs} numbers, and {size_of(shape)} come in")
    if "bias" in fields and fields["bias"].size not in (1, out):
        raise ValueError(f"bias must have {out} numbers, not shape {fields['bias'].shape}")
    return shape, (out,)


def _matrix(node: Node, x: np.ndarray) -> np.ndarray:
    made = x.reshape(len(x), -1) @ node["weight"].T
    return made + node["bias"].reshape(-1) if "bias" in node.fields else made


def _spread(field: str) -> Shapes:
    """Shapes of a node that has one number for each element."""

    def shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
        spread(field, fields[field], shape)
        return shape, shape

    return shapes


def spread(name: str, values: np.ndarray, shape: Shape) -> np.ndarray:
    """One number, or one for each element of a shape, as an array of that shape."""
    if values.size == 1:
        return np.broadcast_to(values.reshape(()), shape)
    if values.size == size_of(shape):
        return values.reshape(shape)
    if values.ndim == len(shape):
        try:
            return np.broadcast_to(values, shape)
        except ValueError:
            pass
    raise ValueError(f"{name} of shape {values.shape} does not fit an input of {shape}")


def _flatten_shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
    first, last = (fields[name][0] for name in ("start_dim", "end_dim"))
    last = last + len(shape) if last < 0 else min(last, len(shape) - 1)
    first = min(first + len(shape) if first < 0 else first, len(shape))
    if not first >= 0:
        raise ValueError(f"start_dim does not fit an input of {shape}")
    inner = shape[first : last + 1]
    return shape, (*shape[:first], *([size_of(inner)] if inner else []), *shape[last + 1 :])


def _conv_shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
    dimensions = 1 if fields["weight"].ndim == 3 else 2
    out = conv_window(fields, shape).out
    if fields["bias"].size not in (1, out[0]):
        raise ValueError(f"bias must have {out[0]} numbers, not shape {fields['bias'].shape}")
    inner = shape[-dimensions - 1 :]
    return inner, out if dimensions == 2 else (out[0], out[2])


def _conv(node: Node, x: np.ndarray) -> np.ndarray:
    window = conv_window(node.fields, node.shape_in)
    made = window.apply(x.reshape(len(x), *window.image)) + node["bias"].reshape(-1, 1, 1)
    return made.reshape(len(x), *node.shape_out)


def _conv_own(dimensions: int) -> OwnShape:
    """Own shape of a convolution: channels, and sizes where it has them."""

    def own(fields: Fields) -> Shape | None:
        weight, shape = fields["weight"], fields["input_shape"]
        if weight.ndim != dimensions + 2 or shape is None or len(shape) != dimensions:
            return None
        return (weight.shape[1] * fields["groups"][0], *shape)

    return own


def _conv_primitive(dimensions: int) -> Primitive:
    def shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
        if fields["weight"].ndim != dimensions + 2:
            raise ValueError(
                f"weight must have {dimensions + 2} dimensions, not its shape "
                f"{fields['weight'].shape}"
            )
        return _conv_shapes(fields, shape)

    fields = {
        "input_shape": Field(sizes, None),
        "weight": Field(numbers),
        "stride": Field(whole, 1),
        "padding": Field(padding, 0),
        "dilation": Field(whole, 1),
        "groups": Field(whole, 1),
        "bias": Field(numbers, 0.0),
    }
    return Primitive(fields, _conv_own(dimensions), shapes, _conv, conv_window)


def _pool_primitive(weight: float | None) -> Primitive:
    """A pooling: sums times a weight, or averages."""

    def window(fields: Fields, shape: Shape) -> Window:
        return pool_window(fields, shape, weight)

    def shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
        return shape[-3:], window(fields, shape).out

    def apply(node: Node, x: np.ndarray) -> np.ndarray:
        return window(node.fields, node.shape_in).apply(x)

    fields = {"kernel_size": Field(whole), "stride": Field(whole), "padding": Field(whole, 0)}
    return Primitive(fields, lambda fields: None, shapes, apply, window)


def _neuron(*names: str, **defaults: float) -> Primitive:
    """A primitive with a state for each element, of fields with a number for each."""
    fields = {name: Field(numbers) for name in names}
    fields |= {name: Field(numbers, value) for name, value in defaults.items()}

    def own(fields: Fields) -> Shape | None:
        return max((fields[name].shape for name in fields), key=size_of)

    def shapes(fields: Fields, shape: Shape) -> tuple[Shape, Shape]:
        for name, values in fields.items():
            spread(name, values, shape)
        return shape, shape

    return Primitive(fields, own, shapes)


def _pass(node: Node, x: np.ndarray) -> np.ndarray:
    return x.reshape(len(x), *node.shape_out)


#: By name.
PRIMITIVES = {
    "Input": Primitive({"shape": Field(sizes, None)}, lambda f: f["shape"], _same),
    "Output": Primitive({"shape": Field(sizes, None)}, lambda f: f["shape"], _same, _pass),
    "Identity": Primitive({}, lambda f: None, _same, _pass),
    "Affine": Primitive(
        {"weight": Field(numbers), "bias": Field(numbers, 0.0)},
        lambda f: f["weight"].shape[-1:],
        _matrix_shapes,
        _matrix,
    ),
    "Linear": Primitive(
        {"weight": Field(numbers)}, lambda f: f["weight"].shape[-1:], _matrix_shapes, _matrix
    ),
    "Scale": Primitive(
        {"scale": Field(numbers)},
        lambda f: f["scale"].shape if f["scale"].size > 1 else None,
        _spread("scale"),
        lambda node, x: x * spread("scale", node["scale"], node.shape_out),
    ),
    "Flatten": Primitive(
        {
            "input_type": Field(sizes, None),
            "start_dim": Field(whole, 1),
            "end_dim": Field(whole, -1),
        },
        lambda f: f["input_type"],
        _flatten_shapes,
        _pass,
    ),
    "Delay": Primitive(
        {"delay": Field(numbers)},
        lambda f: f["delay"].shape if f["delay"].size > 1 else None,
        _spread("delay"),
    ),
    "Conv1d": _conv_primitive(1),
    "Conv2d": _conv_primitive(2),
    "SumPool2d": _pool_primitive(1.0),
    "AvgPool2d": _pool_primitive(None),
    "Threshold": _neuron("threshold"),
    "I": _neuron("r"),
    "IF": _neuron("r", "v_threshold", v_reset=0.0),
    "LI": _neuron("tau", "r", "v_leak"),
    "LIF": _neuron("tau", "r", "v_leak", "v_threshold", v_reset=0.0),
    "CubaLI": _neuron("tau_syn", "tau_mem", "r", "v_leak", w_in=1.0),
    "CubaLIF": _neuron("tau_syn", "tau_mem", "r", "v_leak", "v_threshold", v_reset=0.0, w_in=1.0),
}


def window_of(node: Node) -> Window | None:
    """The window of a node that slides over an image."""
    window = PRIMITIVES[node.kind].window
    return window(node.fields, node.shape_in) if window else None
