"""The scene of errors that go backwards."""

import numpy as np

from backspike.lab.presets.backwards import SCENE
from backspike.lab.recording import record


def _run(**changed):
    return record(SCENE, SCENE.build(SCENE.values | changed), "golden")


def test_errors_go_back_a_layer_a_step_and_end_when_the_output_is_right():
    recorded = _run()
    steps = {name: recorded.spikes[name].steps for name in recorded.spikes}
    for step, groups in enumerate([
        ("in_x",),
        ("h1", "c1"),
        ("h2", "c2", "in_t"),
        ("o", "d+", "d-"),
        ("e2+", "e2-"),
    ]):
        for name in groups:
            fired = steps[name] % 6
            assert len(fired), name
            assert set(fired) == {step}, name
    back = np.concatenate([steps["e1+"], steps["e1-"]])
    assert set(back % 6) == {5}
    last = recorded.spikes["o"]
    assert last.neurons[last.steps >= 12 * 6].tolist() == [1, 1, 1, 1]
    assert max(steps["d+"].max(), steps["d-"].max(), back.max()) < 12 * 6


def test_weights_learn_at_the_end_of_a_sample_alone():
    weights = _run().weights("W1")
    moved = np.flatnonzero((np.diff(weights, axis=0) != 0).any(axis=1)) + 1
    assert len(moved)
    assert set(moved % 6) == {5}


def test_other_weights_at_first_are_another_run():
    assert (_run(seed=2).before["W1"] != _run().before["W1"]).any()
