"""The online rule in floating point: it learns, it is exact where it can be, it checks."""

import math

import numpy as np
import pytest

from backspike.golden.temporal.float_network import FloatTemporal, initial_float_weights
from backspike.golden.temporal.float_rule import float_predict, float_train
from backspike.golden.temporal.offline import sample_gradients


def _order_task(n, seed):
    """Two pulses on two inputs: their order is the class, and its time is random."""
    rng = np.random.default_rng(seed)
    x, y = np.zeros((n, 12, 2), np.uint8), rng.integers(0, 2, n)
    first = rng.integers(0, 6, n)
    gap = rng.integers(1, 5, n)
    x[np.arange(n), first, y] = x[np.arange(n), first + gap, 1 - y] = 1
    return x, np.full(n, 12), y


@pytest.mark.parametrize("kind", ["signs", "real"])
def test_the_order_of_two_pulses_is_learned(kind):
    x, lengths, y = _order_task(300, 1)
    model = FloatTemporal(
        layers=(2, 40, 2),
        tau=4.0,
        tau_out=20.0,
        tau_trace=4.0,
        tau_trace_out=20.0,
        errors="end",
        eligibility="tag",
        kind=kind,
    )
    weights = initial_float_weights(model, 1, drive=1.0, activity=(0.3, 0.2))
    for epoch in range(20):
        order = np.random.default_rng(epoch).permutation(300)
        float_train(model, weights, x, lengths, y, order, 0.01, 0.01)
    x, lengths, y = _order_task(300, 2)
    assert (float_predict(model, weights, x, lengths) == y).mean() > 0.9


def test_without_memory_in_hidden_neurons_tags_are_the_exact_gradient(samples):
    x, lengths, y = samples
    model = FloatTemporal(
        layers=(5, 7, 3),
        recurrent=False,
        tau=0.0,
        tau_out=6.0,
        tau_trace=0.0,
        tau_trace_out=6.0,
        errors="end",
        eligibility="tag",
        kind="real",
        temperature=0.5,
    )
    for s in range(len(x)):
        weights = initial_float_weights(model, 3, drive=1.5)
        one = x[s : s + 1], lengths[s : s + 1], y[s : s + 1]
        gradients, _, _ = sample_gradients(model, weights, *one)
        wanted = [
            w - 0.01 * model.temperature * gradient
            for w, gradient in zip(weights.forward, gradients.forward, strict=True)
        ]
        float_train(model, weights, *one, np.array([0]), 0.01, 0.01)
        for w, target in zip(weights.forward, wanted, strict=True):
            np.testing.assert_allclose(w, target, rtol=0, atol=1e-12)


def test_what_comes_after_the_end_of_a_sample_has_no_effect(samples):
    x, lengths, y = samples
    model = FloatTemporal(layers=(5, 7, 3), tau=5.0, tau_out=6.0, tau_trace=4.0)
    weights, padded = initial_float_weights(model, 3), initial_float_weights(model, 3)
    noisy = x.copy()
    noisy[np.arange(9) >= lengths[:, None]] = 1
    for w, data in ((weights, x), (padded, noisy)):
        float_train(model, w, data, lengths, y, np.arange(6), 0.01, 0.01)
    np.testing.assert_array_equal(weights.forward[0], padded.forward[0])


@pytest.mark.parametrize("name", ["rate", "rate_out"])
@pytest.mark.parametrize("bad", [-0.1, math.nan, math.inf])
def test_bad_rates_are_explained(samples, name, bad):
    model = FloatTemporal(layers=(5, 7, 3), tau=5.0, tau_out=6.0, tau_trace=4.0)
    weights = initial_float_weights(model, 3)
    before = weights.forward[0].copy()
    rates = {"rate": 0.1, "rate_out": 0.1, name: bad}
    with pytest.raises(ValueError, match=f"^{name} must be finite and 0 or more, not {bad}$"):
        float_train(model, weights, *samples, np.arange(6), **rates)
    np.testing.assert_array_equal(weights.forward[0], before)


def test_an_order_beyond_the_samples_is_refused(samples):
    model = FloatTemporal(layers=(5, 7, 3), tau=5.0, tau_out=6.0, tau_trace=4.0)
    with pytest.raises(ValueError, match=r"^order must be in 0\.\.5, not 6$"):
        float_train(model, initial_float_weights(model, 3), *samples, np.array([6]), 0.1, 0.1)


def test_samples_that_do_not_fit_are_refused(samples):
    x, lengths, y = samples
    model = FloatTemporal(layers=(5, 7, 3), tau=5.0, tau_out=6.0, tau_trace=4.0)
    weights = initial_float_weights(model, 3)
    with pytest.raises(ValueError, match=r"^y must be between 0 and 2, not 3$"):
        float_train(model, weights, x, lengths, y + 1, np.arange(6), 0.1, 0.1)
    with pytest.raises(ValueError, match=r"^lengths must be between 1 and 9, not 10$"):
        float_predict(model, weights, x, lengths + 1)
