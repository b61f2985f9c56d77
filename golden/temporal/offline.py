"""Learning over time by exact backpropagation through time, in floating point, with Adam.

The network is that of `backspike.golden.temporal.float_network`; the loss of a sample is the sum of
the cross-entropies of ``softmax(o / temperature)`` over the steps that have errors. Gradients go
back through every state, in all steps; only the reset itself is taken as constant. Spikes have the
slope of a surrogate: `Spike` has that of the box.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.nbp.arguments import check_order
from backspike.golden.temporal.float_network import (
    FloatTemporal,
    FloatWeights,
    check_float_weights,
)
from backspike.golden.temporal.samples import TemporalSamples, check_samples

__all__ = ["Adam", "Spike", "box_spike", "offline_train", "sample_gradients"]


class Spike(NamedTuple):
    """Value that a neuron sends, and its slope, by its voltage above the threshold."""

    value: Callable[[np.ndarray], np.ndarray]
    slope: Callable[[np.ndarray], np.ndarray]


def box_spike(model: FloatTemporal) -> Spike:
    """Spikes of 1 above the threshold, of slope ``1 / (2 box)`` within the box and 0 beyond it."""
    return Spike(
        lambda above: (above > 0).astype(np.float64),
        lambda above: (np.abs(above) <= model.box) / (2 * model.box),
    )


@dataclass
class Adam:
    """Optimiser by Adam, of weights in place (Kingma and Ba, ICLR 2015).

    Attributes
    ----------
    rate : float
        Size of a step; it may be changed between two calls.
    """

    rate: float = 1e-3
    decays: tuple[float, float] = (0.9, 0.999)
    steps: int = 0
    means: list[np.ndarray] = field(default_factory=list)
    squares: list[np.ndarray] = field(default_factory=list)

    def step(self, weights: list[np.ndarray], gradients: list[np.ndarray]) -> None:
        """Take one step down the gradients."""
        if not self.means:
            self.means = [np.zeros_like(w) for w in weights]
            self.squares = [np.zeros_like(w) for w in weights]
        self.steps += 1
        first, second = self.decays
        for w, gradient, mean, square in zip(
            weights, gradients, self.means, self.squares, strict=True
        ):
            mean += (1 - first) * (gradient - mean)
            square += (1 - second) * (gradient**2 - square)
            unbiased = np.sqrt(square / (1 - second**self.steps)) + 1e-8
            w -= self.rate / (1 - first**self.steps) * mean / unbiased


class _Layer(NamedTuple):
    """A hidden layer's record of all steps, ``(steps, samples, n)``."""

    above: np.ndarray
    """Voltage above the threshold, before the reset."""
    sent: np.ndarray


class _Pass(NamedTuple):
    """Record of a forward pass, and the way in which its states fade."""

    hidden: list[_Layer]
    out: np.ndarray
    """``(steps, samples, n_out)``."""


def _forward(model: FloatTemporal, weights: FloatWeights, x: np.ndarray, spike: Spike) -> _Pass:
    """All states, of inputs ``(steps, samples, n_in)``."""
    sent, hidden = x, []
    for k in range(len(model.hidden)):
        own = weights.recurrent[k] if model.recurrent else None
        layer = _hidden_forward(model, sent @ weights.forward[k], own, spike)
        hidden.append(layer)
        sent = layer.sent
    out = sent @ weights.forward[-1]
    kept = model.kept("tau_out")
    for t in range(1, len(out)):
        out[t] += kept * out[t - 1]
    return _Pass(hidden, out)


def _hidden_forward(
    model: FloatTemporal, drive: np.ndarray, own: np.ndarray | None, spike: Spike
) -> _Layer:
    """States of a hidden layer with a drive ``(steps, samples, n)``."""
    kept, kept_current = model.kept("tau"), model.kept("tau_current")
    current, voltage, fired = (np.zeros_like(drive[0]) for _ in range(3))
    layer = _Layer(np.empty_like(drive), np.empty_like(drive))
    for t in range(len(drive)):
        current = kept_current * current + drive[t] - model.adaptation * fired
        if own is not None:
            current += fired @ own
        voltage = kept * voltage + current
        layer.above[t] = voltage - model.threshold
        fired = layer.sent[t] = spike.value(layer.above[t])
        voltage = np.where(layer.above[t] > 0, 0, voltage)
    return layer


def _hidden_backward(
    model: FloatTemporal, layer: _Layer, blame: np.ndarray, own: np.ndarray | None, spike: Spike
) -> np.ndarray:
    """Gradients with respect to a layer's drive, of those with respect to what it sends."""
    kept, kept_current = model.kept("tau"), model.kept("tau_current")
    made = np.empty_like(blame)
    current, voltage = np.zeros_like(blame[0]), np.zeros_like(blame[0])
    slopes = spike.slope(layer.above)
    for t in range(len(blame) - 1, -1, -1):
        fired = blame[t] - model.adaptation * current
        if own is not None:
            fired += current @ own.T
        voltage = slopes[t] * fired + kept * np.where(layer.above[t] > 0, 0, voltage)
        current = made[t] = voltage + kept_current * current
    return made


def sample_gradients(
    model: FloatTemporal,
    weights: FloatWeights,
    x: np.ndarray,
    lengths: np.ndarray,
    y: np.ndarray,
    spike: Spike | None = None,
) -> tuple[FloatWeights, float, int]:
    """Gradients of the mean loss of samples, that loss, and how many have the class of their label.

    Arguments are those of :func:`offline_train`; with another ``spike``, neurons send its values.
    """
    spike = spike or box_spike(model)
    steps, n = x.shape[1], len(x)
    inputs = x.transpose(1, 0, 2).astype(np.float64)
    record = _forward(model, weights, inputs, spike)
    time = np.arange(steps)[:, None]
    has_errors = time == lengths - 1
    if model.errors == "every":
        has_errors = has_errors | ((time >= model.settle) & (time < lengths))
    has_errors = has_errors[..., None]
    shifted = record.out / model.temperature
    shifted -= shifted.max(axis=2, keepdims=True)
    log_share = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    chosen = np.arange(n)
    loss = -log_share[:, chosen, y][..., None]
    blame = np.exp(log_share)
    blame[:, chosen, y] -= 1
    blame *= has_errors / (model.temperature * n)
    kept = model.kept("tau_out")
    for t in range(steps - 2, -1, -1):
        blame[t] += kept * blame[t + 1]
    made = FloatWeights([], [])
    sent = [inputs, *(layer.sent for layer in record.hidden)]
    made.forward.append(_products(sent[-1], blame))
    for k in range(len(model.hidden) - 1, -1, -1):
        own = weights.recurrent[k] if model.recurrent else None
        layer = record.hidden[k]
        blame = _hidden_backward(model, layer, blame @ weights.forward[k + 1].T, own, spike)
        made.forward.insert(0, _products(sent[k], blame))
        if own is not None:
            made.recurrent.insert(0, _products(layer.sent[:-1], blame[1:]))
    hits = record.out[lengths - 1, chosen].argmax(axis=1) == y
    return made, float((loss * has_errors).sum() / n), int(hits.sum())


def _products(sent: np.ndarray, blame: np.ndarray) -> np.ndarray:
    """Sum over steps and samples of what was sent times gradients, ``(n_pre, n_post)``."""
    return sent.reshape(-1, sent.shape[2]).T @ blame.reshape(-1, blame.shape[2])


def offline_train(
    model: FloatTemporal,
    weights: FloatWeights,
    x: np.ndarray,
    lengths: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    batch: int,
    optimiser: Adam,
) -> int:
    """Train ``weights`` in place, in batches of samples.

    Parameters
    ----------
    model : FloatTemporal
        Its errors are real, whatever its ``kind``; traces and eligibility play no part.
    weights : FloatWeights
        Changed in place.
    x : np.ndarray
        Spikes of the inputs, uint8 or bool, 0 or 1, ``(n, steps, n_in)``.
    lengths : np.ndarray
        Steps of each sample, integers, ``(n,)``.
    y : np.ndarray
        Labels, integers below the size of the output layer, ``(n,)``.
    order : np.ndarray
        Which samples, in which order; repetitions are allowed.
    batch : int
        Samples for each update.
    optimiser : Adam
        Its state changes; the same one goes on from call to call.

    Returns
    -------
    int
        Samples whose class was that of their label while they were learned.

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit; before anything has changed.
    """
    check_float_weights(model, weights, writeable=True)
    x, lengths, y = check_samples(TemporalSamples(x, lengths, y), model.layers)
    order = check_order(order, len(x))
    check_int("batch", batch, 1, 1 << 16)
    hits = 0
    for start in range(0, len(order), batch):
        chosen = order[start : start + batch]
        longest = lengths[chosen].max()
        gradients, _, correct = sample_gradients(
            model, weights, x[chosen, :longest], lengths[chosen], y[chosen]
        )
        arrays = [*weights.forward, *weights.recurrent]
        optimiser.step(arrays, [*gradients.forward, *gradients.recurrent])
        for w in arrays:
            np.clip(w, -model.limit, model.limit, out=w)
        hits += correct
    return hits
