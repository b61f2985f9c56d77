"""The scene of two spikes whose order is learned."""

import numpy as np
import pytest

from backspike.lab.presets.temporal import SCENE
from backspike.lab.recording import record

_SAMPLES, _SAMPLE, _MOMENT = 24, 30, 5
_CLASSES = np.arange(_SAMPLES) % 2


def _run(**changed):
    return record(SCENE, SCENE.build(SCENE.values | changed), "golden")


def _right(recorded):
    """Which samples the higher output is right for, at their ends."""
    outputs = recorded.values["v:o"].reshape(_SAMPLES, _SAMPLE, 2)[:, -1]
    return outputs.argmax(axis=1) == _CLASSES


@pytest.mark.parametrize("gap", [1, 2, 3, 4])
def test_the_order_is_learned_and_known_when_nobody_says_it(gap):
    recorded = _run(gap=gap)
    right = _right(recorded)
    assert right[:8].sum() <= 4
    assert right[-6:].all()
    assert recorded.spikes["in_t"].steps.max() < 20 * _SAMPLE
    assert (recorded.spikes["in_x"].steps // _SAMPLE).tolist() == np.repeat(range(24), 2).tolist()


def test_neurons_that_forget_at_once_cannot_tell_the_order():
    recorded = _run(tau=0.5)
    outputs = recorded.values["v:o"].reshape(_SAMPLES, _SAMPLE, 2)[-4:, -1]
    assert abs(outputs[0] - outputs[1]).max() < 8, "the sums of both orders are nearly the same"
    assert _right(recorded)[-4:].sum() == 2


def test_errors_go_back_in_the_last_step_of_a_moment_after_the_second_spike():
    recorded = _run()
    for name, step in (("d+", 3), ("d-", 3), ("e1+", 4), ("e1-", 4)):
        steps = recorded.spikes[name].steps
        assert len(steps), name
        assert set(steps % _MOMENT) == {step}, name
        assert (steps % _SAMPLE).min() > 2 * _MOMENT, name


def test_a_sample_begins_at_rest_with_the_weights_of_the_one_before():
    recorded = _run()
    begins = np.arange(0, _SAMPLES * _SAMPLE, _SAMPLE)
    assert (recorded.values["v:o"][begins - 1] != 0).any(axis=1).all()
    for name in ("v:o", "v:h1"):
        assert not recorded.values[name][begins].any(), name
    weights = recorded.weights("W2")
    assert (weights[begins[1:]] == weights[begins[1:] - 1]).all()
    assert (weights[-1] != weights[0]).any()


@pytest.mark.parametrize("field", ["threshold", "rate", "rate_out", "seed"])
def test_every_constant_matters(field):
    changed = {"threshold": 300, "rate": 20, "rate_out": 3, "seed": 5}[field]
    assert (_run(**{field: changed}).values["v:o"] != _run().values["v:o"]).any()
