"""Backpropagation through time: gradients against finite differences, Adam, training."""

import numpy as np
import pytest

from backspike.golden.temporal.float_network import (
    FloatTemporal,
    FloatWeights,
    initial_float_weights,
)
from backspike.golden.temporal.float_rule import float_predict
from backspike.golden.temporal.offline import (
    Adam,
    Spike,
    box_spike,
    offline_train,
    sample_gradients,
)

_TAUS = {"tau": 5.0, "tau_out": 7.0, "tau_trace": 5.0}
#: What a neuron sends without a jump, so that differences have a limit. It is reset all the same.
_SMOOTH = Spike(np.tanh, lambda above: 1 - np.tanh(above) ** 2)


def _arrays(weights):
    return [*weights.forward, *weights.recurrent]


@pytest.mark.parametrize(
    ("layers", "options"),
    [
        ((5, 6, 3), {"temperature": 0.7}),
        ((5, 6, 4, 3), {"tau_current": 3.0, "adaptation": 0.3}),
        ((5, 6, 4, 3), {"errors": "end", "recurrent": False}),
        ((5, 6, 3), {"settle": 3, "tau_current": 2.0}),
    ],
)
def test_gradients_are_those_of_finite_differences(samples, layers, options):
    model = FloatTemporal(layers=layers, **_TAUS, **options)
    weights = initial_float_weights(model, 3, drive=1.5)
    gradients, _, _ = sample_gradients(model, weights, *samples, _SMOOTH)
    for w, gradient in zip(_arrays(weights), _arrays(gradients), strict=True):
        for place in np.ndindex(*w.shape):
            before, losses = w[place], []
            for step in (1e-6, -1e-6):
                w[place] = before + step
                losses.append(sample_gradients(model, weights, *samples, _SMOOTH)[1])
            w[place] = before
            assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


def test_gradients_of_output_weights_are_exact_with_spikes(samples):
    model = FloatTemporal(layers=(5, 6, 3), **_TAUS)
    weights = initial_float_weights(model, 3, drive=1.5)
    gradients, _, _ = sample_gradients(model, weights, *samples)
    w = weights.forward[-1]
    assert np.abs(gradients.forward[-1]).max() > 0.1
    for place in np.ndindex(*w.shape):
        before, losses = w[place], []
        for step in (1e-6, -1e-6):
            w[place] = before + step
            losses.append(sample_gradients(model, weights, *samples)[1])
        w[place] = before
        wanted = gradients.forward[-1][place]
        assert (losses[0] - losses[1]) / 2e-6 == pytest.approx(wanted, abs=1e-7)


def test_spikes_have_the_slope_of_the_box():
    spike = box_spike(FloatTemporal(layers=(5, 6, 3), box=0.25, **_TAUS))
    above = np.array([-0.3, -0.25, 0.0, 0.1, 0.25, 0.3])
    assert spike.value(above).tolist() == [0, 0, 0, 1, 1, 1]
    assert spike.slope(above).tolist() == [0, 2, 2, 2, 2, 0]


@pytest.mark.parametrize("options", [{}, {"adaptation": 0.3, "tau_current": 2.0}])
@pytest.mark.parametrize("hidden", [(8,), (8, 6)])
def test_the_forward_pass_is_that_of_the_online_rule(samples, options, hidden):
    x, lengths, _ = samples
    model = FloatTemporal(layers=(5, *hidden, 3), **_TAUS, **options)
    seen = set()
    for seed in range(5):
        weights = initial_float_weights(model, seed, drive=1.5, output=1.0)
        labels = float_predict(model, weights, x, lengths)
        _, _, hits = sample_gradients(model, weights, x, lengths, labels)
        assert hits == len(x)
        seen |= set(labels.tolist())
    assert seen == {0, 1, 2}, "the classes differ"


def test_adam_takes_the_first_step_at_its_rate():
    weights, optimiser = [np.zeros(3)], Adam(rate=0.1)
    optimiser.step(weights, [np.array([1.0, -2.0, 0.5])])
    np.testing.assert_allclose(weights[0], [-0.1, 0.1, -0.1], rtol=1e-6)
    optimiser.step(weights, [np.zeros(3)])
    second = 0.1 * (0.9 * 0.1 / (1 - 0.81)) / np.sqrt(0.999 * 0.001 / (1 - 0.999**2))
    np.testing.assert_allclose(weights[0], np.array([-1, 1, -1]) * (0.1 + second), rtol=1e-6)


def test_training_lowers_the_loss_within_the_limit(samples):
    x, lengths, y = samples
    model = FloatTemporal(layers=(5, 20, 3), limit=1.2, **_TAUS)
    weights, optimiser = initial_float_weights(model, 3), Adam(rate=0.02)
    _, before, _ = sample_gradients(model, weights, x, lengths, y)
    for _ in range(60):
        hits = offline_train(model, weights, x, lengths, y, np.arange(6), 4, optimiser)
    _, after, _ = sample_gradients(model, weights, x, lengths, y)
    assert hits == 6
    assert after < before / 4
    assert optimiser.steps == 120, "two batches an epoch"
    assert max(np.abs(w).max() for w in _arrays(weights)) <= 1.2


def test_batches_end_with_their_longest_sample(samples):
    x, lengths, y = samples
    model = FloatTemporal(layers=(5, 6, 3), **_TAUS)
    made = []
    for steps in (5, 9):
        weights = initial_float_weights(model, 3)
        data = x[:, :steps], np.minimum(lengths, 5), y
        offline_train(model, weights, *data, np.arange(6), 6, Adam())
        made.append(weights.forward[0])
    np.testing.assert_array_equal(*made)


def test_bad_arguments_are_refused_before_anything_changes(samples):
    model = FloatTemporal(layers=(5, 6, 3), **_TAUS)
    weights = initial_float_weights(model, 3)
    with pytest.raises(ValueError, match=r"^batch must be between 1 and 65536, not 0$"):
        offline_train(model, weights, *samples, np.arange(6), 0, Adam())
    alone = FloatWeights(weights.forward, [])
    with pytest.raises(ValueError, match=r"^weights R must be 1 arrays, not 0$"):
        offline_train(model, alone, *samples, np.arange(6), 2, Adam())
