"""Kernels of the online rule, held to the equations in plain numpy."""

import numpy as np
import pytest

from backspike.golden.temporal.float_network import FloatTemporal, initial_float_weights
from backspike.golden.temporal.float_rule import float_predict, float_train

_CASES = [
    {},
    {"kind": "real", "temperature": 0.7},
    {"eligibility": "tag", "tau_trace_out": 8.0},
    {"eligibility": "tag", "errors": "end", "kind": "real", "tau_tag": 3.0},
    {"errors": "end", "adaptation": 0.4},
    {"settle": 6, "dead_zone": 0.05, "limit": 0.6},
    {"recurrent": False, "tau_current": 3.0},
    {"recurrent": False, "eligibility": "tag", "box": 0.3, "threshold": 0.8},
    {"tau": 0.0, "tau_trace": 0.0, "goal": 0.2, "margin": 0.0},
]


def _plain(model, weights, x, lengths, y, rate, rate_out):
    """Classes of samples that are learned one after another, by the equations word for word."""
    n, labels = len(model.hidden), []
    w, own = weights
    kept, kept_u, kept_o, kept_x = (
        model.kept(name) for name in ("tau", "tau_current", "tau_out", "tau_trace")
    )
    kept_z, kept_tag = model.kept("tau_trace_out"), model.kept("tau_tag")
    for sample, length, label in zip(x.astype(float), lengths, y, strict=True):
        current, voltage, fired, traces = ([np.zeros(k) for k in model.hidden] for _ in range(4))
        source, out, last = np.zeros(model.layers[0]), np.zeros(model.layers[-1]), 0.0
        tags = [np.zeros_like(w[k]) for k in range(n)]
        own_tags = [np.zeros((k, k)) for k in model.hidden]
        for t in range(length):
            near, befores, sent = [], [trace.copy() for trace in traces], sample[t]
            source = kept_x * source + sent
            for k in range(n):
                total = sent @ w[k] - model.adaptation * fired[k]
                total += fired[k] @ own[k] if model.recurrent else 0
                current[k] = kept_u * current[k] + total
                voltage[k] = kept * voltage[k] + current[k]
                near.append((np.abs(voltage[k] - model.threshold) <= model.box).astype(float))
                fired[k] = sent = (voltage[k] > model.threshold).astype(float)
                voltage[k] = voltage[k] * (1 - sent)
                traces[k] = kept_x * traces[k] + sent
            out, last = kept_o * out + sent @ w[-1], kept_z * last + sent
            read = [source, *traces]
            for k in range(n):
                tags[k] = kept_tag * tags[k] + np.outer(read[k], near[k])
                own_tags[k] = kept_tag * own_tags[k] + np.outer(befores[k], near[k])
            if t < length - 1 and (model.errors == "end" or t < model.settle):
                continue
            d = _output_error(model, out, label)
            steps, own_steps, above = [], [], d
            for k in range(n - 1, -1, -1):
                error = w[k + 1] @ above
                if model.kind == "signs":
                    error = np.sign(error) * (np.abs(error) > model.dead_zone)
                tagged = model.eligibility == "tag"
                above = error if tagged else error * near[k]
                steps.insert(0, tags[k] * error if tagged else np.outer(read[k], above))
                own_steps.insert(0, own_tags[k] * error if tagged else np.outer(befores[k], above))
            for array, step in zip(w, [*steps, np.outer(last, d)], strict=True):
                array += (rate_out if array is w[-1] else rate) * step
                np.clip(array, -model.limit, model.limit, out=array)
            for array, step in zip(own, own_steps, strict=False):
                array += rate * step
                np.clip(array, -model.limit, model.limit, out=array)
        labels.append(int(np.argmax(out)))
    return labels


def _output_error(model, out, label):
    is_label = np.arange(len(out)) == label
    if model.kind == "real":
        share = np.exp(out / model.temperature)
        return is_label - share / share.sum()
    weak = is_label & (out <= model.goal + model.margin)
    strong = ~is_label & (out > model.goal - model.margin)
    return weak.astype(float) - strong


@pytest.mark.parametrize("hidden", [(7,), (7, 6)])
@pytest.mark.parametrize("options", _CASES, ids=str)
def test_kernels_follow_the_equations(samples, options, hidden):
    taus = {"tau": 5.0, "tau_out": 6.0, "tau_trace": 4.0}
    model = FloatTemporal(layers=(5, *hidden, 3), **{**taus, **options})
    x, lengths, y = samples
    weights, plain = (initial_float_weights(model, 3, drive=1.5, output=1.0) for _ in range(2))
    order = np.array([2, 0, 5, 1, 3, 4, 0])
    labels = _plain(model, plain, x[order], lengths[order], y[order], 0.01, 0.02)
    first = initial_float_weights(model, 3, drive=1.5, output=1.0)
    hits = float_train(model, weights, x, lengths, y, order, 0.01, 0.02)
    assert hits == (labels == y[order]).sum()
    for w, wanted, before in zip(
        (*weights.forward, *weights.recurrent),
        (*plain.forward, *plain.recurrent),
        (*first.forward, *first.recurrent),
        strict=True,
    ):
        np.testing.assert_allclose(w, wanted, rtol=0, atol=1e-12)
        assert (w != before).any(), "all weights have learned"
    labels = _plain(model, plain, x, lengths, y, 0.0, 0.0)
    assert float_predict(model, weights, x, lengths).tolist() == labels
