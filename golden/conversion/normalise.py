"""Data-based normalisation: the activation of each layer that a spike in each step stands for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backspike.golden.conversion.float_net import WEIGHTED, FloatNet, Stage, changed
from backspike.golden.errors import UserError, check_number

__all__ = ["Normalised", "check_percentile", "normalise", "raised"]

#: Most activations of a layer that are looked at: half a gigabyte.
_MOST_NUMBERS = 1 << 26


@dataclass(frozen=True)
class Normalised:
    """A rectified layer, and what its rates stand for.

    Attributes
    ----------
    layer, population : str
        The node with its weights, and the neurons after it.
    neurons : int
    scale : float
        Activation that is a spike in each step; larger ones are limited to that.
    most : float
        Largest activation of the calibration data.
    threshold : float
        Of the neurons: ``scale`` by that of the layer before.
    silent : float
        Share of the neurons that no sample activates.
    """

    layer: str
    population: str
    neurons: int
    scale: float
    most: float
    threshold: float
    silent: float


def check_percentile(percentile: object) -> float:
    """``percentile``, above 0, at most 100; raises TypeError or ValueError if it is not."""
    value = check_number("percentile", percentile)
    if not 0 < value <= 100:
        raise UserError(f"percentile must be above 0 and at most 100, not {value:g}")
    return value


def normalise(
    net: FloatNet, x: np.ndarray, high: float, percentile: float, spiking: Sequence[bool]
) -> tuple[tuple[Normalised, ...], int]:
    """Scales of the stages that spike, and the number of samples that were looked at.

    Parameters
    ----------
    net : FloatNet
    x : numpy.ndarray
        Calibration inputs, (n, \\*shape).
    high : float
        Input that is a spike in each step.
    percentile : float
        Of the activations above 0.
    spiking : sequence of bool
        For each stage.

    Raises
    ------
    UserError
        If no sample activates a layer.
    """
    largest = max(node.size for stage in net.stages for node in stage.nodes)
    x = x[: max(1, _MOST_NUMBERS // largest)]
    found: list[list[np.ndarray]] = [[] for _ in net.stages]
    alive: list[Any] = [False] * len(net.stages)
    for outputs in net.activations(x):
        for k, values in enumerate(outputs):
            found[k].append(values[values > 0])
            alive[k] = alive[k] | (values > 0).reshape(len(values), -1).any(axis=0)
    made: list[Normalised] = []
    before = high
    for k, stage in enumerate(net.stages):
        if not spiking[k]:
            continue
        active = np.concatenate(found[k])
        if not active.size:
            raise UserError(
                f"{stage.name}: no activation is above 0 in any of the {len(x):,} calibration "
                "samples, a dead layer: its rates stand for nothing"
            )
        scale = float(np.percentile(active, percentile))
        made.append(
            Normalised(
                stage.name,
                f"relu{len(made) + 1}",
                np.size(alive[k]),
                scale,
                float(active.max()),
                scale / before,
                float(1 - np.mean(alive[k])),
            )
        )
        before = scale
    return tuple(made), len(x)


def raised(net: FloatNet, x: np.ndarray) -> FloatNet:
    """The network with outputs of which the highest one is above 0 for 99 of 100 inputs.

    All are raised by the same number, which leaves their order; by none if that is not needed.
    """
    least = float(np.percentile(net.outputs(x).reshape(len(x), -1).max(axis=1), 1))
    stage = net.stages[-1]
    last = stage.nodes[-1]
    if least >= 0 or last.kind not in WEIGHTED:
        return net
    nodes = *stage.nodes[:-1], changed(last, bias=last["bias"] - least)
    return replace(net, stages=(*net.stages[:-1], Stage(nodes, stage.rectified)))
