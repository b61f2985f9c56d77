"""Neuromorphic backpropagation (nBP) as equations: the reference of every engine.

Per sample, all activities binary, with ``H(z) = 1`` where ``z > 0`` and ``theta = 1024``::

    s1 = W1 x    h = H(s1 - theta/2)    h_lo = H(s1)    h_hi = H(s1 - theta)
    s2 = W2 h    o = H(s2 - theta/2)    o_lo = H(s2)    o_hi = H(s2 - theta)
    d2+ = t & ~o & o_lo                 d2- = o & ~t & ~o_hi
    e1 = W2^T (d2+ - d2-)
    d1+ = H(e1) & h_lo & ~h_hi          d1- = H(-e1) & h_lo & ~h_hi
    W2 += 2 (d2+ - d2-) h^T             W1 += 2 (d1+ - d1-) x^T       clipped to [-256, 254]

A deeper network repeats the hidden layer: ``e_l = W_{l+1}^T (d_{l+1}+ - d_{l+1}-)``; every layer is
updated with the activities of the forward pass. Weights are even integers, in the unit in which
one firing threshold is 1024; ``W`` is stored as int16 ``(n_pre, n_post)``.

Source: A. Renner et al., "The backpropagation algorithm implemented on spiking neuromorphic
hardware", Nature Communications 15:9691 (2024), doi 10.1038/s41467-024-53827-9. Other forms of the
equations are in `backspike.golden.nbp.variants`; what may go beyond the paper - a margin, steps at
random - in `backspike.golden.nbp.learning`; training in `backspike.golden.nbp.training`.
"""

from typing import NamedTuple

import numpy as np

from backspike.golden.nbp.arguments import Shapes, check_inputs, check_labels, check_weights
from backspike.golden.nbp.feedback import backward_matrices
from backspike.golden.nbp.forward_kernels import Scratch, evaluate_samples, forward_samples
from backspike.golden.nbp.training_kernels import learn_sample
from backspike.golden.nbp.variants import VARIANTS, variant_rule

__all__ = ["Accuracy", "LayerTrace", "evaluate", "forward", "trace_sample"]


class Accuracy(NamedTuple):
    """Fractions of samples that are classified correctly, by three ways of reading the output."""

    exact: float
    """The output spikes equal the one-hot target."""
    spikes: float
    """The first output neuron that spikes is the label's; no spike counts as wrong."""
    membrane: float
    """The output neuron with the largest sum (the first of equals) is the label's."""


class LayerTrace(NamedTuple):
    """Activity and errors of one layer of neurons for one sample; every array is (n,)."""

    s: np.ndarray
    """Weighted sum, int32."""
    h: np.ndarray
    """Spike, ``s > theta/2``, bool."""
    h_lo: np.ndarray
    """``s > 0``, bool."""
    h_hi: np.ndarray
    """``s > theta`` (rehearsal: ``>=``), bool."""
    d_pos: np.ndarray
    """Neurons whose active inputs are strengthened, bool."""
    d_neg: np.ndarray
    """Neurons whose active inputs are weakened, bool."""


def evaluate(
    weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, shapes: Shapes | None = None
) -> Accuracy:
    """Accuracy on the samples ``x`` uint8 ``(n, n_in)`` with labels ``y`` ``(n,)``, n >= 1.

    ``shapes`` are those of the layers of weights; without them, all are matrices.
    """
    layers = check_weights(weights, VARIANTS["circuit"], shapes)
    x, y = check_inputs(x, layers), check_labels(y, len(x), layers)
    if not len(y):
        raise ValueError("x must hold at least one sample to evaluate, not 0")
    scratch = Scratch.for_layers(layers, shapes)
    counts = evaluate_samples(tuple(weights), x, y, scratch)
    return Accuracy(*(count / len(y) for count in counts))


def forward(
    weights: list[np.ndarray], x: np.ndarray, shapes: Shapes | None = None
) -> list[np.ndarray]:
    """The weighted sums of every layer but the input: int32 ``(n, n_l)`` each."""
    layers = check_weights(weights, VARIANTS["circuit"], shapes)
    x = check_inputs(x, layers)
    sums = tuple(np.zeros((len(x), size), np.int32) for size in layers[1:])
    scratch = Scratch.for_layers(layers, shapes)
    forward_samples(tuple(weights), x, scratch, sums)
    return list(sums)


def trace_sample(
    weights: list[np.ndarray], x: np.ndarray, label: int, *, variant: str = "circuit"
) -> list[LayerTrace]:
    """Everything that training on one sample would do, per layer; ``weights`` stay as they are.

    Parameters
    ----------
    weights : list of np.ndarray
        As from `init_weights`.
    x : np.ndarray
        One input, uint8 0 or 1, ``(n_in,)``.
    label : int
        Its class.
    variant : str
        One of :data:`VARIANTS`, with backward matrices as training has them at first.
    """
    rule = variant_rule(variant)
    layers = check_weights(weights, rule)
    x = check_inputs(np.asarray(x)[np.newaxis], layers)
    y = check_labels(np.array([label]), 1, layers)
    scratch = Scratch.for_layers(layers)
    scrap = [w.copy() for w in weights]
    copies = backward_matrices(scrap, layers, None, variant)
    rivals, random = np.ones(layers[-1], bool), np.zeros(0, np.uint32)
    learn_sample(tuple(scrap), copies, x[0], y[0], rule, rivals, random, scratch)
    traces = []
    for layer, (s, d) in enumerate(zip(scratch.s, scratch.d, strict=True), 1):
        h = np.zeros(len(s), bool)
        h[scratch.active[layer][: scratch.n_active[layer]]] = True
        traces.append(LayerTrace(s, h, s > 0, s > rule.hi_above, d > 0, d < 0))
    return traces
