"""The scene of the paper's circuit."""

import numpy as np
import pytest

from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.paper_circuit import FIRST_STEP, SAMPLE_STEPS
from backspike.golden.nbp.units import HALF_THETA
from backspike.lab.nbp_scene import pixels_of
from backspike.lab.presets.paper_circuit import SCENE
from backspike.lab.recording import record


@pytest.fixture(scope="module")
def recorded():
    return record(SCENE, SCENE.build(SCENE.values), "golden")


def _of_samples(recorded, name):
    """Sample, step of it and neuron of each spike of a population."""
    events = recorded.spikes[name]
    sample, step = np.divmod(events.steps - FIRST_STEP, SAMPLE_STEPS)
    return list(zip(sample.tolist(), step.tolist(), events.neurons.tolist(), strict=True))


def test_gates_fire_one_after_the_other_in_every_sample(recorded):
    for k in range(SAMPLE_STEPS):
        steps = recorded.spikes[f"g{k:02d}"].steps
        assert len(steps) >= 12
        assert set(np.diff(steps)) == {SAMPLE_STEPS}


def test_the_first_answer_is_that_of_the_equations(recorded):
    weights = [recorded.before[name].reshape(shape) for name, shape in
               (("W1", (8, 6)), ("W2", (6, 3)))]  # fmt: skip
    x = pixels_of(SCENE.values["picture"])[None]
    _, output = forward([w.astype(np.int16) for w in weights], x)
    fired = [n for sample, step, n in _of_samples(recorded, "o") if (sample, step) == (0, 3)]
    assert fired == np.flatnonzero(output[0] > HALF_THETA).tolist() == [2]


def test_it_ends_with_its_own_output_and_no_error(recorded):
    answers = {s: n for s, step, n in _of_samples(recorded, "o") if step == 3}
    assert [answers[sample] for sample in range(9, 12)] == [1, 1, 1]
    errors = [*_of_samples(recorded, "d+"), *_of_samples(recorded, "d-")]
    assert errors
    assert max(sample for sample, _, _ in errors) < 9
