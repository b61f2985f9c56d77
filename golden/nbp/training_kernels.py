"""Training by the nBP equations: one sample, then a loop over samples. numba kernels."""

import numpy as np

from backspike.golden.kernel_cache import kernel
from backspike.golden.nbp.backward_kernels import backpropagate, backpropagate_copy, output_error
from backspike.golden.nbp.convolution_kernels import (
    backpropagate_kernels,
    update_kernels,
    update_kernels_at_random,
)
from backspike.golden.nbp.forward_kernels import Scratch, forward_sample
from backspike.golden.nbp.update_kernels import update, update_at_random
from backspike.golden.nbp.variants import UpdateRule

__all__ = ["learn_sample", "train_samples"]


@kernel
def learn_sample(
    weights: tuple[np.ndarray, ...],
    backward: tuple[np.ndarray, ...],
    x: np.ndarray,
    label: int,
    rule: UpdateRule,
    rivals: np.ndarray,
    random: np.ndarray,
    scratch: Scratch,
) -> bool:
    """Train on one sample, in place; returns whether the output was exact before the update.

    ``backward`` holds what errors go back through, one array per array of ``weights`` (the first
    is never read): ``weights`` itself or, for a rule with ``own_backward``, what stands for
    ``-W``, or, for one with ``fixed_backward``, what stands for ``W``. ``random`` are the states of
    generators, uint32, one per lane, for a rule with
    ``rates``. Convolutions (``scratch.links``) are for rules with neither of these and without
    ``update_first``. ``scratch.d`` of layers that no error reaches stays as it was: zero in a fresh
    scratch.
    """
    forward_sample(weights, x, scratch)
    last = len(weights) - 1
    exact = output_error(scratch.s[last], label, rule, rivals, scratch.d[last])
    lowest = last + 1
    for up in range(len(weights) - rule.frozen):
        layer = last - up
        w, d = weights[layer], scratch.d[layer]
        sent = scratch.d[last] if rule.direct else d
        if not sent.any():
            break
        lowest = layer
        index, count = scratch.active[layer], scratch.n_active[layer]
        links, rate = scratch.links[layer], rule.rates[min(layer, len(rule.rates) - 1)]
        if rule.update_first:
            update(w, index, count, d, rule.low, rule.high, 2)
        if layer > rule.frozen:
            below = layer - 1
            s, d_below = scratch.s[below], scratch.d[below]
            if rule.own_backward:
                backpropagate_copy(w, backward[layer], d, s, rule.hi_above, d_below)
                update(backward[layer], index, count, d, rule.low, rule.high, -2)
            elif links.is_dense:
                backpropagate(backward[layer], sent, s, rule, d_below)
            else:
                backpropagate_kernels(w, links, d, s, rule, d_below)
        if rate or rule.update_first:
            continue
        if links.is_dense:
            update(w, index, count, d, rule.low, rule.high, 2)
        else:
            update_kernels(w, links, index, count, d, rule)
    if rule.rates[0]:
        for up in range(1, len(weights) + 1):
            layer = up % len(weights)
            if layer >= lowest:
                rate = rule.rates[min(layer, len(rule.rates) - 1)]
                w, d, links = weights[layer], scratch.d[layer], scratch.links[layer]
                index, count = scratch.active[layer], scratch.n_active[layer]
                if links.is_dense:
                    update_at_random(w, index, count, d, rate, rule, random)
                else:
                    update_kernels_at_random(w, links, index, count, d, rate, rule, random)
    return exact


@kernel
def train_samples(
    weights: tuple[np.ndarray, ...],
    backward: tuple[np.ndarray, ...],
    x: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    rule: UpdateRule,
    rivals: np.ndarray,
    random: np.ndarray,
    scratch: Scratch,
) -> int:
    """`learn_sample` for every entry of ``order``; returns the number of exact outputs."""
    hits = 0
    for k in range(order.size):
        i = order[k]
        hits += learn_sample(weights, backward, x[i], y[i], rule, rivals, random, scratch)
    return hits
