"""Learning over time by an online rule, in floating point: constants and states, as kernels read
them."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from backspike.golden.temporal.float_network import FloatTemporal

__all__ = ["Arrays", "FloatRule", "FloatState"]

#: Arrays of layers, or of weights.
Arrays = tuple[np.ndarray, ...]


class FloatRule(NamedTuple):
    """Constants of a network and of its rule, as kernels read them."""

    kept: float
    kept_current: float
    kept_out: float
    kept_trace: float
    kept_trace_out: float
    kept_tag: float
    adaptation: float
    threshold: float
    box: float
    low: float
    """Others have an error above it."""
    high: float
    """The label has one up to it."""
    dead_zone: float
    temperature: float
    limit: float
    settle: int
    at_end: bool
    with_tags: bool
    with_signs: bool
    rate: float
    rate_out: float

    @classmethod
    def of(cls, model: FloatTemporal, rate: float = 0.0, rate_out: float = 0.0) -> "FloatRule":
        """Constants of a network that learns at these rates."""
        return cls(
            kept=model.kept("tau"),
            kept_current=model.kept("tau_current"),
            kept_out=model.kept("tau_out"),
            kept_trace=model.kept("tau_trace"),
            kept_trace_out=model.kept("tau_trace_out"),
            kept_tag=model.kept("tau_tag"),
            adaptation=float(model.adaptation),
            threshold=float(model.threshold),
            box=float(model.box),
            low=float(model.goal - model.margin),
            high=float(model.goal + model.margin),
            dead_zone=float(model.dead_zone),
            temperature=float(model.temperature),
            limit=float(model.limit),
            settle=model.settle,
            at_end=model.errors == "end",
            with_tags=model.eligibility == "tag",
            with_signs=model.kind == "signs",
            rate=float(rate),
            rate_out=float(rate_out),
        )


class FloatState(NamedTuple):
    """States of a sample: a tuple has an array per layer, inputs first, or per hidden layer."""

    fired: Arrays
    """Spikes of this step, 0 or 1, of inputs and hidden layers."""
    trace: Arrays
    """Traces of them."""
    before: Arrays
    """Traces up to the step before."""
    current: Arrays
    voltage: Arrays
    near: Arrays
    """1 where the voltage is within the box."""
    error: Arrays
    """Errors of hidden layers, and of the outputs."""
    tags: Arrays
    """Tags of ``W_k``; of no rows without them."""
    own_tags: Arrays
    """Tags of ``R_k``."""
    trace_out: np.ndarray
    """Traces of the last hidden layer that output weights read."""
    out: np.ndarray

    @classmethod
    def of(cls, model: FloatTemporal) -> "FloatState":
        """States of 0."""
        with_tags = model.eligibility == "tag"
        sources = [n if with_tags else 0 for n in model.layers]
        own_sources = [n if model.recurrent else 0 for n in sources[1:-1]]
        return cls(
            fired=_zeros(model.layers[:-1]),
            trace=_zeros(model.layers[:-1]),
            before=_zeros(model.layers[:-1]),
            current=_zeros(model.hidden),
            voltage=_zeros(model.hidden),
            near=_zeros(model.hidden),
            error=_zeros(model.layers[1:]),
            tags=_zeros(zip(sources, model.hidden, strict=False)),
            own_tags=_zeros(zip(own_sources, model.hidden, strict=True)),
            trace_out=np.zeros(model.layers[-2]),
            out=np.zeros(model.layers[-1]),
        )


def _zeros(shapes: Iterable[int | tuple[int, int]]) -> Arrays:
    return tuple(np.zeros(shape) for shape in shapes)
