"""Training by the nBP equations, one sample after another."""

from collections.abc import Callable

import numpy as np

from backspike.golden.errors import check_int
from backspike.golden.nbp.arguments import (
    Shapes,
    check_convolutions,
    check_inputs,
    check_labels,
    check_order,
    check_random,
    check_weights,
)
from backspike.golden.nbp.feedback import backward_matrices
from backspike.golden.nbp.forward_kernels import Scratch
from backspike.golden.nbp.interrupts import DeferredInterrupt
from backspike.golden.nbp.learning import PAPER, LearningOptions, TrainingPhase
from backspike.golden.nbp.training_kernels import train_samples
from backspike.golden.nbp.variants import UpdateRule, variant_rule

__all__ = ["epoch_order", "train"]

_CHUNK = 4096  # samples between two reports of progress: about 20 ms


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
    shapes: Shapes | None = None,
    variant: str = "circuit",
    backward: list[np.ndarray] | None = None,
    learning: LearningOptions = PAPER,
    phase: TrainingPhase | None = None,
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
    shapes : sequence of LayerShape, optional
        Of the layers of weights, for ``circuit``; without it, all are matrices.
    variant : str
        One of :data:`backspike.golden.nbp.variants.VARIANTS`.
    backward : list of np.ndarray, optional
        For ``paper``: as from `backward_copies`, changed in place. Without it they start afresh,
        so a run that is trained in several calls must pass them on. For ``random`` and
        ``direct``: as from `feedback_matrices`, which it is without it.
    learning : LearningOptions
        For ``circuit``: what to do beyond the paper.
    phase : TrainingPhase, optional
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
    phase = phase or TrainingPhase()
    rule = _update_rule(variant, learning, phase, len(weights))
    states = check_random(random, needed=learning.rate is not None)
    layers = check_weights(weights, rule, shapes, writeable=True)
    if shapes is not None:
        check_convolutions(shapes, variant, len(states))
    check_int("frozen", phase.frozen, 0, len(weights) - 1)
    rivals = phase.rivals_of(layers[-1])
    x, y = check_inputs(x, layers), check_labels(y, len(x), layers)
    order = np.arange(len(y)) if order is None else check_order(order, len(y))
    copies = backward_matrices(weights, layers, backward, variant)
    scratch, hits = Scratch.for_layers(layers, shapes), 0
    with DeferredInterrupt() as interrupt:
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            hits += train_samples(
                tuple(weights), copies, x, y, chunk, rule, rivals, states, scratch
            )
            if progress is not None:
                progress(len(chunk))
            interrupt.check()
    return hits


def _update_rule(
    variant: str, learning: LearningOptions, phase: TrainingPhase, n_weights: int
) -> UpdateRule:
    """The rule of a variant, with what goes beyond the paper."""
    rule = variant_rule(variant)
    if variant != "circuit":
        if learning != PAPER:
            raise ValueError(f"learning must be left out for variant {variant!r}")
        if phase.rivals is not None or phase.frozen:
            raise ValueError(f"rivals and frozen must be left out for variant {variant!r}")
        return rule._replace(rates=rule.rates * n_weights)
    return rule._replace(
        weak=learning.weak,
        strong=learning.strong,
        dead_zone=learning.dead_zone,
        frozen=phase.frozen,
        rates=tuple(learning.rate_in(phase.epoch, layer) for layer in range(n_weights)),
    )
