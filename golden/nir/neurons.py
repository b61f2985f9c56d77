"""Neurons of NIR as those of a core: the share that a step loses, and what its input is worth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from backspike.golden.nir.node import Node

__all__ = [
    "INTEGRATORS",
    "LONGEST_TAU",
    "NEURONS",
    "Dynamics",
    "Integrator",
    "Reset",
    "dynamics_of",
]

Integrator = Literal["euler", "exponential"]
Reset = Literal["zero", "subtract", "delayed", "delayed-zero"]

#: Share of a state that is lost in a step, by dt / tau.
INTEGRATORS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "euler": lambda share: share,
    "exponential": lambda share: -np.expm1(-share),
}

#: Longest time constant, in steps; from 8,192 on, nothing leaks, which is told.
LONGEST_TAU = 1_000_000

Losses = Callable[[str], np.ndarray]


@dataclass(frozen=True, eq=False)
class Dynamics:
    """Constants of neurons, one number for each, float64.

    In every step ``u = (1 - decay_u) * u + gain * input`` and
    ``v = (1 - decay_v) * v + u + bias``; it fires where ``v > threshold``, and a reset goes to 0.
    ``v`` is the voltage of NIR less ``shift``.

    Attributes
    ----------
    decay_u, decay_v, gain, bias, shift : numpy.ndarray
    threshold : numpy.ndarray or None
        None for neurons that never fire.
    resets : bool
        A spike resets the voltage.
    """

    decay_u: np.ndarray
    decay_v: np.ndarray
    gain: np.ndarray
    bias: np.ndarray
    threshold: np.ndarray | None
    shift: np.ndarray
    resets: bool


def dynamics_of(node: Node, dt: float, reset: Reset, integrator: Integrator) -> Dynamics:
    """Constants of a node's neurons in steps of ``dt`` seconds.

    Raises
    ------
    ValueError
        If a constant is out of the range that a core can have; the message is the reason.
    """

    def loss(tau: str) -> np.ndarray:
        values = node.flat(tau)
        if values.min() <= 0:
            raise ValueError(f"{tau} must be above 0, not {values.min():g}")
        lost = INTEGRATORS[integrator](dt / values)
        if lost.max() > 1 + 1e-9:
            raise ValueError(
                f"{tau} must be at least dt = {dt:g} s, not {values.min():g}: a step would lose "
                "more than there is"
            )
        if values.max() > LONGEST_TAU * dt:
            raise ValueError(
                f"{tau} must be at most {LONGEST_TAU:,} steps of dt = {dt:g} s, not "
                f"{values.max():g} s"
            )
        return np.minimum(lost, 1.0)

    made = NEURONS[node.kind](node, loss, dt)
    if made.threshold is not None:
        if made.threshold.min() < 0:
            raise ValueError("threshold must be at least the voltage that a reset goes to")
        if reset in ("subtract", "delayed") and made.shift.any():
            raise ValueError("v_reset must be 0 where a reset subtracts the threshold")
    return made


def _leaky(node: Node, loss: Losses, dt: float) -> Dynamics:
    """LIF and LI: tau v' = (v_leak - v) + r I."""
    lost = loss("tau")
    return _membrane(node, np.ones(node.size), lost, lost * node.flat("r"))


def _current_based(node: Node, loss: Losses, dt: float) -> Dynamics:
    """CubaLIF and CubaLI: tau_syn i' = -i + w_in S, and tau_mem v' = (v_leak - v) + r i."""
    lost_u, lost_v = loss("tau_syn"), loss("tau_mem")
    gain = lost_u * node.flat("w_in") * lost_v * node.flat("r")
    return _membrane(node, lost_u, lost_v, gain)


def _integrating(node: Node, loss: Losses, dt: float) -> Dynamics:
    """IF and I: v' = r I."""
    return _membrane(node, np.ones(node.size), np.zeros(node.size), dt * node.flat("r"))


def _threshold(node: Node, loss: Losses, dt: float) -> Dynamics:
    """Threshold: its input is its voltage, and nothing stays of it."""
    one, zero = np.ones(node.size), np.zeros(node.size)
    return Dynamics(one, one, one, zero, node.flat("threshold"), zero, resets=False)


def _sum(node: Node, loss: Losses, dt: float) -> Dynamics:
    """Output of sums: as a threshold, but that it never fires."""
    one, zero = np.ones(node.size), np.zeros(node.size)
    return Dynamics(one, one, one, zero, None, zero, resets=False)


def _membrane(node: Node, decay_u: np.ndarray, decay_v: np.ndarray, gain: np.ndarray) -> Dynamics:
    """Constants with voltages that count from v_reset, where a core's reset goes to."""
    threshold, shift = None, np.zeros(node.size)
    if "v_threshold" in node.fields:
        shift = node.flat("v_reset")
        threshold = node.flat("v_threshold") - shift
    bias = np.zeros(node.size)
    if "v_leak" in node.fields:
        bias = decay_v * (node.flat("v_leak") - shift)
    return Dynamics(decay_u, decay_v, gain, bias, threshold, shift, resets=True)


#: Functions from a node, a function of losses by name of a time constant, and dt.
NEURONS: dict[str, Callable[[Node, Losses, float], Dynamics]] = {
    "Output": _sum,
    "Threshold": _threshold,
    "I": _integrating,
    "IF": _integrating,
    "LI": _leaky,
    "LIF": _leaky,
    "CubaLI": _current_based,
    "CubaLIF": _current_based,
}
