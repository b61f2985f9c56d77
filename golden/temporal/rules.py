"""Rules of the circuit that learns over time, and the time steps of a step of data."""

from math import exp
from typing import NamedTuple

from backspike.golden.temporal.options import TemporalOptions

__all__ = [
    "TAG_SHIFT",
    "TemporalRules",
    "earlier_trace",
    "held_constant",
    "temporal_rules",
    "temporal_steps",
]

#: A mark adds a trace times ``2**-TAG_SHIFT``.
TAG_SHIFT = 3


class TemporalRules(NamedTuple):
    """Texts of the rules, by what learns by them."""

    inward: str
    """Weights of inputs: learning, or marking."""
    forward: str
    """Other weights onto hidden neurons: the same."""
    recurrent: list[str]
    """The same of each recurrent matrix."""
    in_from_tags: str
    """Learning from marks, of the weights of inputs."""
    from_tags: str
    """The same of the others; empty without tags."""
    forget: str
    """Forgetting marks."""
    out: str
    """Output weights."""


def temporal_steps(n_weights: int) -> int:
    """Time steps of a step of data, with so many layers of weights."""
    return 2 * n_weights + 1


def earlier_trace(options: TemporalOptions, n_weights: int, layer: int) -> int:
    """Trace that the spike of a hidden layer in this epoch leaves at its end."""
    steps = temporal_steps(n_weights)
    left = exp(-(steps - 1 - layer) / (options.tau_trace * steps))
    return max(1, round(options.impulse * left))


def temporal_rules(options: TemporalOptions, n_weights: int) -> TemporalRules:
    """The rules of a network with so many layers of weights."""
    spent = [earlier_trace(options, n_weights, k) for k in range(1, n_weights)]
    trace = "x2" if options.tau_trace_out else "x1"
    out = f"dw = {options.rate_out}*2^-7*u0*{trace}*y0"
    rate, rates = options.rate, (options.rate_in, options.rate)
    if options.eligibility == "trace":
        inward, forward = (f"dw = {r}*2^-7*u0*x1*y0" for r in rates)
        recurrent = [f"{forward} - {held_constant(rate * s)}*2^-7*u0*x0*y0" for s in spent]
        return TemporalRules(inward, forward, recurrent, "", "", "", out)
    mark = f"dt = 2^-{TAG_SHIFT}*u0*x1*y0"
    leak = f" - 2^-{options.tag_leak}*u0*t" if options.tag_leak else ""
    recurrent = [f"{mark} - {s}*2^-{TAG_SHIFT}*u0*x0*y0{leak}" for s in spent]
    inward, forward = (f"dw = {r}*2^-7*u0*t*y0" for r in rates)
    marks = mark + leak
    return TemporalRules(marks, marks, recurrent, inward, forward, "dt = -u0*t*y0", out)


def held_constant(constant: int) -> int:
    """The nearest constant that a rule holds exactly: nine bits and a power of two."""
    unit = 1 << max(0, constant.bit_length() - 8)
    return round(constant / unit) * unit
