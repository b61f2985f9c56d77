"""The comparison of forms of learning over time, on few samples of an own set."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.bench.temporal import BESIDE, FORMS, REAL, RealErrors, Training, compare
from backspike.experiments.series.bundled import BUNDLED
from backspike.experiments.temporal.data import load_temporal
from backspike.experiments.temporal.presets import PRESETS
from backspike.golden.temporal.circuit import TemporalWeights
from backspike.golden.temporal.initial_weights import initial_weights


@pytest.fixture
def data(tmp_path):
    """Rising and falling values, which all forms tell apart."""
    rng = np.random.default_rng(1)
    y = np.arange(60) % 2
    ramp = np.linspace(-1, 1, 10)[None, :, None]
    x = np.where(y[:, None, None] == 1, ramp, -ramp) + rng.normal(0, 0.1, (60, 10, 1))
    path = tmp_path / "ramps.npz"
    np.savez(path, x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    return load_temporal(str(path), "thermometer:8")


def test_all_forms_learn_from_the_same_start(data):
    preset = PRESETS["japanese-vowels"]._replace(hidden=(20,), epochs=10)
    told = []
    found = compare(data, preset, REAL["japanese-vowels"], [1, 2], told.append)
    assert list(found) == [*FORMS, *BESIDE]
    assert len(told) == 2 * (len(FORMS) + 1)
    assert told[0].startswith("seed 1, integers, as on the core: ")
    for accuracies in found.values():
        assert min(accuracies) > 0.7


@pytest.mark.parametrize("form", ["with real errors", "offline, backpropagation through time"])
def test_real_errors_are_in_units_of_the_threshold(data, form):
    """Half of all weights and thresholds make the same network, which learns alike."""
    preset = PRESETS["japanese-vowels"]
    names = ("threshold", "box", "goal", "margin", "dead_zone")
    halves = {name: getattr(preset.options, name) // 2 for name in names}
    layers = (8, 20, 2)
    drawn = initial_weights(layers, threshold=256, active=0.5, recurrent=True, seed=1)
    weights = TemporalWeights(*([w // 4 * 4 for w in side] for side in drawn))
    half = TemporalWeights(*([w // 2 for w in side] for side in weights))
    real = RealErrors(3e-3, 1e-3, 5e-3, 10, "end")
    labels = []
    for start, options in (
        (weights, preset.options),
        (half, replace(preset.options, **halves)),
    ):
        few = preset._replace(options=options, epochs=3)
        predict = FORMS[form](Training(few, real, start, data.train, 1))
        labels.append(predict(data.test).tolist())
    assert labels[0] == labels[1]
    assert set(labels[0]) == {0, 1}


def test_every_set_is_a_bundled_one():
    assert set(PRESETS) <= set(REAL) <= set(BUNDLED)
