"""nBP, spiking backpropagation, as equations: the reference of every engine.

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
hardware", Nature Communications 15:9691 (2024), doi 10.1038/s41467-024-53827-9. Its authors'
released rehearsal in numpy differs from the circuit in three details; ``variant="rehearsal"``
follows it: backpropagation through the weights of the next layer as already updated by the same
sample, ``h_hi`` at ``s >= theta``, weights clipped to [-254, 254].

The paper's circuit stores ``-W2^T`` as a matrix ``M`` of its own, with the same rails. -256 has no
opposite there, so from the first weight that meets a rail on, the circuit leaves the equations
above. ``variant="paper"`` follows it, in every weight and for ever::

    M = min(-W2^T, 254) at first                        M -= 2 (d2+ - d2-) h^T, clipped as W2 is
    d1+ = H(W2^T d2+ + M d2-) & h_lo & ~h_hi            d1- = H(W2^T d2- + M d2+) & h_lo & ~h_hi

Two alternatives to it send errors back through matrices ``B`` that are random and never learn
(:func:`feedback_matrices`): ``variant="random"``, feedback alignment (Lillicrap et al., Nature
Communications 7:13276, 2016), has ``e_l = B_{l+1} (d_{l+1}+ - d_{l+1}-)``; ``variant="direct"``,
direct feedback alignment (Noekland, NeurIPS 2016), ``e_l = B_l (d+ - d-)`` of the output.
``variant="delta"`` is nBP with ``d2+ = t & ~o``, ``d2- = o & ~t`` whatever the sums: with one
layer of weights, the delta rule.

What may go beyond the paper - a margin, steps at random - is in `backspike.golden.nbp.learning`.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.nbp import kernels
from backspike.golden.nbp.arguments import (
    check_backward,
    check_feedback,
    check_inputs,
    check_labels,
    check_order,
    check_random,
    check_weights,
)
from backspike.golden.nbp.interrupts import DeferredInterrupt
from backspike.golden.nbp.kernels import Rule, Scratch
from backspike.golden.nbp.learning import PAPER, Learning, Phase
from backspike.golden.nbp.units import HALF_THETA, HIGHEST, LOWEST, THETA

__all__ = [
    "VARIANTS",
    "Accuracy",
    "LayerTrace",
    "backward_copies",
    "epoch_order",
    "evaluate",
    "feedback_matrices",
    "forward",
    "init_weights",
    "trace_sample",
    "train",
]

_ANY_SUM = 1 << 30  # beyond all sums

_CIRCUIT = Rule(THETA, low=LOWEST, high=HIGHEST, update_first=False, own_backward=False)

VARIANTS = {
    "circuit": _CIRCUIT,
    "paper": _CIRCUIT._replace(own_backward=True),
    "rehearsal": _CIRCUIT._replace(
        hi_above=THETA - 1, low=-HIGHEST, update_first=True, strong=(HALF_THETA, THETA - 1)
    ),
    "random": _CIRCUIT._replace(fixed_backward=True),
    "direct": _CIRCUIT._replace(fixed_backward=True, direct=True),
    "delta": _CIRCUIT._replace(weak=(-_ANY_SUM, HALF_THETA), strong=(HALF_THETA, _ANY_SUM)),
}
"""The forms of the equations: with each weight once, with a backward copy as in the paper's
circuit, as in the authors' rehearsal of it, with feedback through random matrices, layer by layer
or from the output directly, and with the output error of the delta rule."""

_CHUNK = 4096  # samples between two reports of progress: about 20 ms


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


def init_weights(layers: Sequence[int], seed: int, lift: int = 0) -> list[np.ndarray]:
    """Random starting weights.

    Drawn from N(0, 2 / (fan_in + fan_out)) * theta, clipped to +-240, truncated towards zero to
    even integers.

    An output whose sum is not above 0 gets no error: where it starts like that for all samples of
    its own class, the class may stay lost. ``lift`` on the last weights prevents it.

    Parameters
    ----------
    layers : sequence of int
        Sizes, the input first; at least two.
    seed : int
        Same seed, same weights.
    lift : int
        Mean of the weights to the output layer; 0 as the authors have it.

    Returns
    -------
    list of np.ndarray
        One int16 ``(n_pre, n_post)`` array per connection.
    """
    if len(layers) < 2:
        raise ValueError(f"layers must hold at least two sizes, not {list(layers)}")
    for size in layers:
        if size < 1:
            raise ValueError(f"layers must be positive, not {list(layers)}")
    rng = np.random.default_rng(seed)
    weights: list[np.ndarray] = []
    for n_pre, n_post in pairwise(layers):
        is_last = len(weights) == len(layers) - 2
        weights.append(_random_matrix(rng, n_pre, n_post, lift if is_last else 0))
    return weights


def _random_matrix(rng: np.random.Generator, n_pre: int, n_post: int, lift: int = 0) -> np.ndarray:
    drawn = rng.normal(0.0, np.sqrt(2 / (n_pre + n_post)), (n_pre, n_post)) * THETA + lift
    return (np.trunc(np.clip(drawn, -240, 240) / 2) * 2).astype(np.int16)


def feedback_matrices(layers: Sequence[int], *, direct: bool, seed: int = 0) -> list[np.ndarray]:
    """Matrices that errors go back through in the variants ``random`` and ``direct``.

    Drawn as :func:`init_weights` draws, apart from the weights of any seed there.

    Returns
    -------
    list of np.ndarray
        One int16 array per array of weights, the first of them empty: ``(n_pre, n_post)`` or, for
        ``direct``, ``(n_pre, n_out)``.
    """
    return [
        np.zeros((0, 0), np.int16),
        *(
            _random_matrix(np.random.default_rng([seed, k]), n_pre, layers[-1] if direct else n)
            for k, (n_pre, n) in enumerate(pairwise(layers))
            if k
        ),
    ]


def backward_copies(weights: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Copies that the paper's circuit has of ``-W^T`` at first, not transposed: ``min(-W, 254)``.

    One int16 ``(n_pre, n_post)`` array per array of ``weights``; that of the first, which nothing
    goes back through, is never used.
    """
    high = VARIANTS["paper"].high
    return [np.minimum(-w, high).astype(np.int16) for w in weights]


def epoch_order(n: int, seed: int, epoch: int, order: str = "shuffled") -> np.ndarray:
    """The order in which epoch number ``epoch`` (from 0) visits ``n`` samples, int64 (n,).

    ``shuffled`` draws a fresh permutation from ``seed`` and ``epoch``; ``given`` keeps the order of
    the data.
    """
    if order == "given":
        return np.arange(n)
    if order != "shuffled":
        raise ValueError(f"order must be 'shuffled' or 'given', not {order!r}")
    return np.random.default_rng([seed, epoch]).permutation(n)


def train(
    weights: list[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    order: np.ndarray | None = None,
    *,
    variant: str = "circuit",
    backward: list[np.ndarray] | None = None,
    learning: Learning = PAPER,
    phase: Phase | None = None,
    random: np.ndarray | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Train ``weights`` in place, one sample after another.

    Ctrl-C takes effect between two samples, and only after ``progress`` has been told of all
    samples that are in the weights.

    Parameters
    ----------
    weights : list of np.ndarray
        As from `init_weights`; changed in place.
    x : np.ndarray
        Inputs, uint8 0 or 1, ``(n, n_in)``.
    y : np.ndarray
        Labels, integers below the size of the output layer, ``(n,)``.
    order : np.ndarray, optional
        Which samples, in which order (repetitions are allowed); all of them, as they come, if
        left out.
    variant : str
        One of :data:`VARIANTS`.
    backward : list of np.ndarray, optional
        For ``paper``: as from `backward_copies`, changed in place. Without it they start afresh,
        so a run that is trained in several calls must pass them on. For ``random`` and
        ``direct``: as from `feedback_matrices`, which it is without it.
    learning : Learning
        For ``circuit``: what to do beyond the paper.
    phase : Phase, optional
        For ``circuit``: what may change while it learns; without it, what is there at first.
    random : np.ndarray
        With a rate: generators, uint32, one for each lane of the core that is followed, as from
        `learning.random_states`; changed in place.
    progress : callable, optional
        Called every few thousand samples with the number of samples just done.

    Returns
    -------
    int
        Samples whose output spikes were the one-hot target before their own update.
    """
    phase = phase or Phase()
    rule = _learning_rule(variant, learning, phase)
    states = check_random(random, needed=rule.rate > 0)
    layers = check_weights(weights, rule, writeable=True)
    check_int("frozen", phase.frozen, 0, len(weights) - 1)
    rivals = phase.rivals_of(layers[-1])
    x, y = check_inputs(x, layers), check_labels(y, len(x), layers)
    order = np.arange(len(y)) if order is None else check_order(order, len(y))
    copies = _backward(weights, layers, backward, variant)
    scratch, hits = Scratch.for_layers(layers), 0
    with DeferredInterrupt() as interrupt:
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            hits += kernels.train_samples(
                tuple(weights), copies, x, y, chunk, rule, rivals, states, scratch
            )
            if progress is not None:
                progress(len(chunk))
            interrupt.check()
    return hits


def evaluate(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Accuracy:
    """Accuracy on the samples ``x`` uint8 ``(n, n_in)`` with labels ``y`` ``(n,)``, n >= 1."""
    layers = check_weights(weights, VARIANTS["circuit"])
    x, y = check_inputs(x, layers), check_labels(y, len(x), layers)
    if not len(y):
        raise ValueError("x must hold at least one sample to evaluate, not 0")
    counts = kernels.evaluate_samples(tuple(weights), x, y, Scratch.for_layers(layers))
    return Accuracy(*(count / len(y) for count in counts))


def forward(weights: list[np.ndarray], x: np.ndarray) -> list[np.ndarray]:
    """The weighted sums of every layer but the input: int32 ``(n, n_l)`` each."""
    layers = check_weights(weights, VARIANTS["circuit"])
    x = check_inputs(x, layers)
    sums = tuple(np.zeros((len(x), size), np.int32) for size in layers[1:])
    kernels.forward_samples(tuple(weights), x, Scratch.for_layers(layers), sums)
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
        One of :data:`VARIANTS`, with backward matrices as :func:`train` has them at first.
    """
    rule = _rule(variant)
    layers = check_weights(weights, rule)
    x = check_inputs(np.asarray(x)[np.newaxis], layers)
    y = check_labels(np.array([label]), 1, layers)
    scratch = Scratch.for_layers(layers)
    scrap = [w.copy() for w in weights]
    copies = _backward(scrap, layers, None, variant)
    rivals, random = np.ones(layers[-1], bool), np.zeros(0, np.uint32)
    kernels.learn_sample(tuple(scrap), copies, x[0], y[0], rule, rivals, random, scratch)
    traces = []
    for layer, (s, d) in enumerate(zip(scratch.s, scratch.d, strict=True), 1):
        h = np.zeros(len(s), bool)
        h[scratch.active[layer][: scratch.n_active[layer]]] = True
        traces.append(LayerTrace(s, h, s > 0, s > rule.hi_above, d > 0, d < 0))
    return traces


def _rule(variant: str) -> Rule:
    if variant not in VARIANTS:
        known = ", ".join(map(repr, VARIANTS))
        raise ValueError(f"variant must be one of {known}, not {variant!r}")
    return VARIANTS[variant]


def _learning_rule(variant: str, learning: Learning, phase: Phase) -> Rule:
    """The rule of a variant, with what goes beyond the paper."""
    rule = _rule(variant)
    if variant != "circuit":
        if learning != PAPER:
            raise ValueError(f"learning must be left out for variant {variant!r}")
        if phase.rivals is not None or phase.frozen:
            raise ValueError(f"rivals and frozen must be left out for variant {variant!r}")
        return rule
    return rule._replace(
        weak=learning.weak,
        strong=learning.strong,
        dead_zone=learning.dead_zone,
        frozen=phase.frozen,
        rate=learning.rate_in(phase.epoch),
    )


def _backward(
    weights: list[np.ndarray],
    layers: tuple[int, ...],
    backward: list[np.ndarray] | None,
    variant: str,
) -> tuple[np.ndarray, ...]:
    """Matrices that errors go back through, after checks; in most variants the weights."""
    rule = VARIANTS[variant]
    if rule.fixed_backward:
        if backward is None:
            return tuple(feedback_matrices(layers, direct=rule.direct))
        check_feedback(layers, backward, direct=rule.direct)
        return tuple(backward)
    if not rule.own_backward:
        if backward is not None:
            raise ValueError(f"backward must be left out for variant {variant!r}")
        return tuple(weights)
    if backward is None:
        return tuple(backward_copies(weights))
    check_backward(weights, backward)
    return tuple(backward)
