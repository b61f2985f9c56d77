"""Floating-point forms of networks in integers."""

import math

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.nbp.learning import random_states
from backspike.golden.temporal.circuit import temporal_circuit
from backspike.golden.temporal.equations import TemporalEquations
from backspike.golden.temporal.float_form import UNIT, float_form, float_weights
from backspike.golden.temporal.float_rule import float_predict, float_train
from backspike.golden.temporal.initial_weights import initial_weights
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.samples import TemporalSamples


def test_constants_are_in_units_of_256():
    options = TemporalOptions(
        threshold=512, box=128, goal=-256, margin=64, dead_zone=32, adaptation=16, tau_trace=5.0
    )
    model, rate, rate_out = float_form((3, 4, 2), options)
    assert (model.threshold, model.box, model.goal, model.margin) == (2.0, 0.5, -1.0, 0.25)
    assert (model.dead_zone, model.adaptation, model.limit) == (0.125, 0.0625, 1.0)
    assert model.kept("tau_trace_out") == math.exp(-1 / 5)
    assert (rate, rate_out) == (2 * 12 / 128 / 256, 8 * 12 / 128 / 256)


def test_tags_and_second_traces_have_their_own_scales():
    options = TemporalOptions(
        eligibility="tag", tag_leak=3, tau_trace_out=40.0, impulse_out=5, rate=16, rate_out=4
    )
    model, rate, rate_out = float_form((3, 4, 2), options, kind="real")
    assert model.kept("tau_tag") == pytest.approx(7 / 8)
    assert model.kept("tau_trace_out") == math.exp(-1 / 40)
    assert (rate, rate_out) == (16 * 12 / 8 / 128 / 256, 4 * 5 / 128 / 256)
    assert model.kind == "real"
    keeps, _, _ = float_form((3, 4, 2), TemporalOptions(eligibility="tag", tag_leak=0))
    assert keeps.kept("tau_tag") == 1.0


@pytest.mark.parametrize("hidden", [(30,), (30, 20)])
@pytest.mark.parametrize("eligibility", ["trace", "tag"])
def test_integers_and_floats_predict_and_learn_alike(hidden, eligibility):
    """But for rounding: nearly all classes are the same, and weights change in the same way."""
    layers = (20, *hidden, 4)
    options = TemporalOptions(
        recurrent=True,
        tau=6.0,
        tau_trace_out=20.0,
        goal=0,
        adaptation=20,
        eligibility=eligibility,
        tag_leak=3,
        errors="end",
        rate=40,
        rate_out=40,
    )
    weights = initial_weights(layers, threshold=256, active=0.3, recurrent=True, seed=1)
    rng = np.random.default_rng(1)
    x = (rng.random((60, 12, 20)) < 0.3).astype(np.uint8)
    samples = TemporalSamples(x, rng.integers(6, 13, 60), rng.integers(0, 4, 60))
    program = compile_network(temporal_circuit(weights, options))
    random = random_states(program.params.lanes, 1)
    model, rate, rate_out = float_form(layers, options)
    labels = float_predict(model, float_weights(weights, options), samples.x, samples.lengths)
    equations = TemporalEquations(program, weights, options, random)
    assert (labels == equations.predict(samples)).mean() > 0.9
    changes = {name: np.zeros((2, *w.shape)) for name, w in weights.named().items()}
    for number in range(20):  # all from the same weights, so that spikes stay alike
        one = samples.of(slice(number, number + 1))
        learned, in_floats = weights.copy(), float_weights(weights, options)
        TemporalEquations(program, learned, options, random).learn(one)
        float_train(model, in_floats, *one, np.arange(1), rate, rate_out)
        for name, w in learned.named().items():
            arrays = in_floats.forward if name[0] == "W" else in_floats.recurrent
            changes[name][0] += w - weights.named()[name]
            changes[name][1] += arrays[int(name[1:]) - 1] * UNIT - weights.named()[name]
    last = {f"W{len(layers) - 1}", f"W{len(hidden)}", f"R{len(hidden)}"}
    for name, (found, wanted) in changes.items():
        alike = np.corrcoef(found.ravel(), wanted.ravel())[0, 1]
        assert alike > (0.95 if name in last else 0.6), name
        assert np.abs(found).mean() == pytest.approx(np.abs(wanted).mean(), rel=0.3), name
