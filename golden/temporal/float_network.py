"""Networks that learn over time, in floating point: constants, first weights, checks of weights.

In every step of a sample, from states of 0, with ``x`` the inputs and ``h_0 = x``::

    i_k = kept_u i_k + h_{k-1} W_k + h_k(t-1) R_k - adaptation h_k(t-1)
    v_k = kept_v v_k + i_k             psi_k = |v_k - threshold| <= box
    h_k = v_k > threshold, and then v_k = 0
    o = kept_o o + h_last W_out        outputs never fire

A share ``kept`` is ``exp(-1 / tau)``, with ``tau`` in steps. A sample is of the class whose output
is the greatest in its last step. All values are float64.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backspike.golden.errors import check_bool, check_finite, check_int, check_number

__all__ = ["FloatTemporal", "FloatWeights", "check_float_weights", "initial_float_weights"]

#: Names that a field can hold.
_NAMES = {"errors": ("every", "end"), "eligibility": ("trace", "tag"), "kind": ("signs", "real")}
#: Least value of each number, and whether the number may be that itself.
_LEAST = {
    "tau": (0, True),
    "tau_out": (0, True),
    "tau_trace": (0, True),
    "tau_trace_out": (0, True),
    "tau_tag": (0, True),
    "tau_current": (0, True),
    "adaptation": (0, True),
    "threshold": (0, False),
    "box": (0, False),
    "goal": (-math.inf, False),
    "margin": (0, True),
    "dead_zone": (0, True),
    "temperature": (0, False),
    "limit": (0, False),
}
#: Time constants that may be left out, and those that hold then.
_FOLLOWS = {"tau_trace_out": "tau_trace", "tau_tag": "tau_out"}
_MAY_BE_INFINITE = ("tau", "tau_out", "tau_trace", "tau_trace_out", "tau_tag", "limit")


@dataclass(frozen=True, kw_only=True)
class FloatTemporal:
    """A network that learns over time, and the way in which it learns.

    Attributes
    ----------
    layers : tuple of int
        Sizes: inputs, one or two hidden layers, outputs.
    recurrent : bool
        Each hidden layer has weights from itself, one step late.
    tau, tau_out, tau_trace, tau_current : float
        Time constants in steps: of hidden neurons, of outputs, of the traces of spikes that rules
        read, of the currents of hidden neurons. With 0 nothing is kept, with infinity all.
    tau_trace_out : float, optional
        Time constant of the traces that output weights read; without it ``tau_trace``. That of the
        outputs makes their updates exact.
    tau_tag : float, optional
        That of tags; without it ``tau_out``.
    adaptation : float
        Current that a neuron takes from itself in the step after its spike.
    threshold, box : float
        A hidden neuron fires above ``threshold``, and learns within ``box`` of it.
    goal, margin : float
        With errors that are signs, the label's output should be above ``goal + margin``, all others
        at or below ``goal - margin``.
    dead_zone : float
        With errors that are signs, what an error that comes back must exceed to count.
    errors : str
        ``every`` step from ``settle`` on, and the last one, or only that: ``end``.
    settle : int
        Counted from 0.
    eligibility : str
        ``trace``: weights learn by the trace of the source and the box of now. ``tag``: by a sum of
        their products over the past.
    kind : str
        ``signs``: errors are -1, 0 or 1 in all layers. ``real``: those of softmax and
        cross-entropy.
    temperature : float
        Softmax is of outputs divided by it.
    limit : float
        Greatest magnitude of a weight.

    Raises
    ------
    TypeError, ValueError
        If a field is out of its range.
    """

    layers: tuple[int, ...]
    recurrent: bool = True
    tau: float
    tau_out: float
    tau_trace: float
    tau_trace_out: float | None = None
    tau_tag: float | None = None
    tau_current: float = 0.0
    adaptation: float = 0.0
    threshold: float = 1.0
    box: float = 0.5
    goal: float = 1.0
    margin: float = 0.5
    dead_zone: float = 0.0
    errors: str = "every"
    settle: int = 0
    eligibility: str = "trace"
    kind: str = "signs"
    temperature: float = 1.0
    limit: float = math.inf

    def __post_init__(self) -> None:
        if not isinstance(self.layers, tuple) or len(self.layers) not in (3, 4):
            raise ValueError(
                f"layers must be a tuple of inputs, 1 or 2 hidden sizes and outputs, "
                f"not {self.layers!r}"
            )
        for size in self.layers:
            check_int("size of a layer", size, 1, 1 << 16)
        check_bool("recurrent", self.recurrent)
        check_int("settle", self.settle, 0, 1 << 16)
        for name, known in _NAMES.items():
            if getattr(self, name) not in known:
                words = " or ".join(map(repr, known))
                raise ValueError(f"{name} must be {words}, not {getattr(self, name)!r}")
        for name, (least, is_allowed) in _LEAST.items():
            self._check_number(name, least, is_allowed)

    def _check_number(self, name: str, least: float, is_allowed: bool) -> None:
        if name in _FOLLOWS and getattr(self, name) is None:
            return
        value = check_number(name, getattr(self, name))
        if math.isnan(value) or (math.isinf(value) and name not in _MAY_BE_INFINITE):
            raise ValueError(f"{name} must be finite, not {value}")
        if value < least or (value == least and not is_allowed):
            bound = f"{least} or more" if is_allowed else f"above {least}"
            raise ValueError(f"{name} must be {bound}, not {value:g}")

    @property
    def hidden(self) -> tuple[int, ...]:
        """Sizes of the hidden layers."""
        return self.layers[1:-1]

    def kept(self, name: str) -> float:
        """Share of a state that is kept from step to step, by the name of its time constant."""
        tau = getattr(self, name)
        if tau is None:
            tau = getattr(self, _FOLLOWS[name])
        return math.exp(-1 / tau) if tau else 0.0


class FloatWeights(NamedTuple):
    """Weights of a network, float64; they are trained in place."""

    forward: list[np.ndarray]
    """``W_1`` to ``W_out``, ``(n_pre, n_post)`` each."""
    recurrent: list[np.ndarray]
    """``R_1``, or ``R_1`` and ``R_2``, ``(n, n)`` each; none without recurrence."""


def initial_float_weights(
    model: FloatTemporal,
    seed: int,
    *,
    drive: float = 1.0,
    recurrent: float = 0.5,
    output: float = 0.3,
    activity: Sequence[float] = (0.3, 0.2, 0.2),
) -> FloatWeights:
    """Random weights, normally distributed and within the limit.

    Parameters
    ----------
    model : FloatTemporal
    seed : int
        Same seed, same weights.
    drive, recurrent, output : float
        Standard deviation of the sum that a hidden neuron has from the layer before it, that it has
        from its own layer, and that an output has, in a step in which shares ``activity`` of each
        layer fire. The sum from the layer before has a mean of a tenth of ``drive``.
    activity : sequence of float
        Expected share of the inputs and of each hidden layer that fires in a step.
    """
    rng = np.random.default_rng(seed)
    forward: list[np.ndarray] = []
    for number, (n_pre, n_post) in enumerate(pairwise(model.layers)):
        is_output = number == len(model.layers) - 2
        width = (output if is_output else drive) / math.sqrt(n_pre * activity[number])
        forward.append(rng.normal(0 if is_output else 0.1 * width, width, (n_pre, n_post)))
    own = [
        rng.normal(0, recurrent / math.sqrt(n * activity[number]), (n, n))
        for number, n in enumerate(model.hidden, 1)
    ]
    weights = FloatWeights(forward, own if model.recurrent else [])
    for w in (*weights.forward, *weights.recurrent):
        np.clip(w, -model.limit, model.limit, out=w)
    return weights


def check_float_weights(
    model: FloatTemporal, weights: FloatWeights, *, writeable: bool = False
) -> None:
    """Check that weights are those of a network: float64, of its shapes, within its limit.

    Raises
    ------
    TypeError, ValueError
        With the name of the array, as ``W1`` or ``R1``.
    """
    shapes = list(pairwise(model.layers))
    own = [(n, n) for n in model.hidden] if model.recurrent else []
    for name, arrays, wanted in (("W", weights.forward, shapes), ("R", weights.recurrent, own)):
        if len(arrays) != len(wanted):
            raise ValueError(f"weights {name} must be {len(wanted)} arrays, not {len(arrays)}")
        for number, (w, shape) in enumerate(zip(arrays, wanted, strict=True), 1):
            if not isinstance(w, np.ndarray) or w.dtype != np.float64:
                kind = w.dtype if isinstance(w, np.ndarray) else type(w).__name__
                raise TypeError(f"{name}{number} must be a float64 array, not {kind}")
            if w.shape != shape:
                raise ValueError(f"{name}{number} must have shape {shape}, not {w.shape}")
            if not w.flags.c_contiguous or (writeable and not w.flags.writeable):
                raise ValueError(f"{name}{number} must be C-contiguous and writeable")
            check_finite(f"{name}{number}", w)
            if (greatest := np.abs(w).max()) > model.limit:
                raise ValueError(
                    f"{name}{number} must be within the limit of {model.limit:g}, not {greatest:g}"
                )
