"""Learning over time by an online rule, in floating point: surrogate gradients, sample by sample.

With the network of `backspike.golden.temporal.float_network`, in each step that has errors::

    d   = 1 for the label where o <= goal + margin, -1 for others where o > goal - margin
    d   = onehot - softmax(o / temperature)         where errors are real
    L_k = (W_{k+1} L_{k+1}) psi_k, L_out = d        where errors are signs, the sign of the product,
                                                    and 0 within the dead zone
    W_k += rate trace(h_{k-1}) L_k                  R_k likewise, by traces of the step before
    W_out += rate_out trace_out(h_last) d

With tags, errors are not gated by the box of their own step::

    L_k = W_{k+1} L_{k+1}                           or its sign
    tag_k = kept_tag tag_k + trace(h_{k-1}) psi_k   in every step
    W_k += rate tag_k L_k

All errors are from the weights before the update of the step.
"""

import math

import numpy as np

from backspike.golden.errors import check_number
from backspike.golden.nbp.arguments import check_order
from backspike.golden.temporal.float_kernels import predict_samples, train_samples
from backspike.golden.temporal.float_network import (
    FloatTemporal,
    FloatWeights,
    check_float_weights,
)
from backspike.golden.temporal.float_state import FloatRule, FloatState
from backspike.golden.temporal.samples import TemporalSamples, check_samples

__all__ = ["float_predict", "float_train"]


def float_train(
    model: FloatTemporal,
    weights: FloatWeights,
    x: np.ndarray,
    lengths: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    rate: float,
    rate_out: float,
) -> int:
    """Train ``weights`` in place, one sample after another, with an update in each step.

    Parameters
    ----------
    model : FloatTemporal
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
    rate, rate_out : float
        Of the hidden layers, and of the outputs: 0 or more.

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
    for name, value in (("rate", rate), ("rate_out", rate_out)):
        if not 0 <= check_number(name, value) < math.inf:
            raise ValueError(f"{name} must be finite and 0 or more, not {value!r}")
    rule, state = FloatRule.of(model, rate, rate_out), FloatState.of(model)
    return int(train_samples(x, lengths, y, order, *_tuples(model, weights), rule, state))


def float_predict(
    model: FloatTemporal, weights: FloatWeights, x: np.ndarray, lengths: np.ndarray
) -> np.ndarray:
    """Classes of samples, int64 ``(n,)``: the output that is greatest in the last step.

    Arguments and errors are those of :func:`float_train`.
    """
    check_float_weights(model, weights)
    labels = np.zeros(len(x), np.int64)
    x, lengths, _ = check_samples(TemporalSamples(x, lengths, labels), model.layers)
    rule, state = FloatRule.of(model), FloatState.of(model)
    predict_samples(x, lengths, *_tuples(model, weights), rule, state, labels)
    return labels


def _tuples(
    model: FloatTemporal, weights: FloatWeights
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Weights as kernels take them: recurrent ones of no rows where there are none."""
    own = weights.recurrent or [np.zeros((0, n)) for n in model.hidden]
    return tuple(weights.forward), tuple(own)
