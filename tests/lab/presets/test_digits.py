"""The scene of a digit that is drawn."""

import numpy as np

from backspike.lab.presets.digits import SCENE
from backspike.lab.recording import record


def _answers(**changed):
    """Outputs that fire, by sample."""
    recorded = record(SCENE, SCENE.build(SCENE.values | changed), "golden")
    events = recorded.spikes["o"]
    return [events.neurons[events.steps // 4 == n].tolist() for n in range(12)]


def test_it_is_read_wrong_at_first_and_right_after_a_few_times():
    answers = _answers()
    assert answers[0] == [2, 9]
    assert answers[3:] == [[3]] * 9


def test_what_it_is_said_to_be_is_what_it_comes_to_be():
    answers = _answers(digit=5)
    assert not any(5 in outputs for outputs in answers[:2])
    assert any(5 in outputs for outputs in answers[-2:])
    assert not any(3 in outputs for outputs in answers[-4:])


def test_what_was_learned_before_matters():
    assert _answers(samples=0)[0] != _answers(samples=1400)[0]


def test_another_picture_makes_other_inputs_fire():
    picture = "1" * 8 + "0" * 56
    recorded = record(SCENE, SCENE.build(SCENE.values | {"picture": picture}), "golden")
    assert np.unique(recorded.spikes["in_x"].neurons).tolist() == list(range(8))
