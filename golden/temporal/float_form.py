"""Floating-point forms of networks in integers: the same constants, in units of 256.

What they leave out is rounding, of weights at random and of states, and what happens within a step
of data: a trace loses a little from its spike to the end, and a falling voltage may pass the box.
"""

import math
from typing import NamedTuple

import numpy as np

from backspike.golden.nbp.units import LOWEST
from backspike.golden.temporal.circuit import TemporalWeights
from backspike.golden.temporal.float_network import FloatTemporal, FloatWeights
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.rules import TAG_SHIFT
from backspike.hdl.layouts import FRACTION_BITS

__all__ = ["UNIT", "FloatForm", "float_form", "float_weights"]

#: Weight units of a float weight of 1, which is the limit.
UNIT = -LOWEST


class FloatForm(NamedTuple):
    """A network in floating point, and its rates."""

    model: FloatTemporal
    rate: float
    rate_out: float


def float_form(layers: tuple[int, ...], options: TemporalOptions, **changes: object) -> FloatForm:
    """The floating-point form of a network with these layers, the input's size first.

    ``changes`` are other fields of :class:`FloatTemporal`, such as ``kind="real"``.
    """
    has_tags = options.eligibility == "tag"
    marked = 2.0**-TAG_SHIFT if has_tags else 1.0
    kept = 1 - 2.0**-options.tag_leak if options.tag_leak else 1.0
    impulse_out = options.impulse_out if options.tau_trace_out else options.impulse
    fields = {
        "layers": tuple(layers),
        "recurrent": options.recurrent,
        "tau": options.tau,
        "tau_out": options.tau_out,
        "tau_trace": options.tau_trace,
        "tau_trace_out": options.tau_trace_out or None,
        "tau_tag": -1 / math.log(kept) if kept < 1 else math.inf,
        "tau_current": options.tau_current,
        "errors": options.errors,
        "settle": options.settle,
        "eligibility": options.eligibility,
        "limit": 2.0**options.in_exponent,
    }
    in_units = ("adaptation", "threshold", "box", "goal", "margin", "dead_zone")
    fields |= {name: getattr(options, name) / UNIT for name in in_units}
    step = 2.0**-FRACTION_BITS / UNIT
    return FloatForm(
        FloatTemporal(**(fields | changes)),  # type: ignore[arg-type]
        options.rate * options.impulse * marked * step,
        options.rate_out * impulse_out * step,
    )


def float_weights(weights: TemporalWeights, options: TemporalOptions) -> FloatWeights:
    """Weights of a network in integers as those of its floating-point form."""
    first, *others = weights.forward
    inward = np.ldexp(first / UNIT, options.in_exponent)
    return FloatWeights(
        [inward, *(w / UNIT for w in others)], [r / UNIT for r in weights.recurrent]
    )
