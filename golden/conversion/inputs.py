"""Inputs of a float network as values from 0 to 1, which are coded as rates."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from backspike.golden.conversion.float_net import FloatNet, Stage, changed
from backspike.golden.errors import UserError, check_finite, check_numbers
from backspike.golden.names import unknown
from backspike.golden.nir.node import Shape

__all__ = ["Channels", "InputRange", "arranged", "range_of", "with_both_signs"]

Channels = Literal["first", "last"]

_IMAGES = "(n, features), (n, height, width) or, of several channels, (n, {})"
_ORDERS = {"first": "channels, height, width", "last": "height, width, channels"}


def arranged(what: str, x: object, channels: Channels) -> np.ndarray:
    """Inputs as float64, (n, features) or (n, channels, height, width).

    Raises
    ------
    UserError
        If they are no finite numbers, none at all, or of another shape; ``what`` names them.
    """
    if channels not in get_args(Channels):
        raise unknown("channels", channels, get_args(Channels))
    try:
        array = check_numbers(what, x).astype(np.float64)
        check_finite(what, array)
    except TypeError:
        told = " ".join(repr(x).split())
        raise UserError(f"{what} must be numbers, not {told:.60}") from None
    except ValueError as error:
        raise UserError(str(error)) from None
    if array.ndim not in (2, 3, 4) or not array.size:
        form = _IMAGES.format(_ORDERS[channels])
        raise UserError(f"{what} must have the shape {form}, not {array.shape}")
    if array.ndim == 3:
        return array[:, None]
    return array.transpose(0, 3, 1, 2) if array.ndim == 4 and channels == "last" else array


@dataclass(frozen=True)
class InputRange:
    """Range of inputs that rates from 0 to 1 stand for.

    Attributes
    ----------
    high : float
        Absolute value that a spike in each step stands for; what exceeds it is limited.
    signed : bool
        Each input has two spiking ones, for values above and below 0: first all that are above.
    """

    high: float
    signed: bool

    def values(self, x: np.ndarray) -> np.ndarray:
        """Values from 0 to 1 of inputs (n, \\*shape): (n, \\*shape), or with twice as many."""
        scaled = x / self.high
        if self.signed:
            scaled = np.concatenate([scaled, -scaled], axis=1)
        return np.clip(scaled, 0, 1)

    def limited(self, x: np.ndarray) -> float:
        """Share of the inputs that are out of the range."""
        low = -self.high if self.signed else 0.0
        return float(np.mean((x > self.high) | (x < low)))


def range_of(x: np.ndarray) -> InputRange:
    """Range of calibration inputs; raises UserError if all are 0."""
    high = float(np.abs(x).max())
    if not high:
        raise UserError("calibration must have inputs that are not 0: all are")
    return InputRange(high, bool((x < 0).any()))


def with_both_signs(net: FloatNet) -> tuple[Stage, ...]:
    """Stages for inputs of twice the size: what is above 0, then what is below.

    Raises
    ------
    UserError
        If its first weights are in groups, or it has none.
    """
    stage = net.stages[0]
    shape: Shape = (2 * net.shape[0], *net.shape[1:])
    made, weighted = [], False
    for node in stage.nodes:
        if not weighted and "weight" in node.fields:
            if node.fields.get("groups", (1,))[0] != 1:
                raise UserError("inputs below 0 need a first convolution in one group")
            weight = np.concatenate([node["weight"], -node["weight"]], axis=1)
            node, weighted = changed(node, shape, weight=weight), True
        else:
            node = changed(node, shape)
        made.append(node)
        shape = node.shape_out
    if not weighted:
        raise UserError("inputs below 0 need weights before the first ReLU")
    return Stage(tuple(made), stage.rectified), *net.stages[1:]
