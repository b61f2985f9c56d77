"""The scene of a single neuron."""

from backspike.lab.presets.single_neuron import SCENE
from backspike.lab.recording import record


def _spikes(**changed):
    recorded = record(SCENE, SCENE.build(SCENE.values | changed), "golden")
    return recorded.spikes["neuron"].steps


def test_it_fires_now_and_then_and_stops_below_a_threshold_out_of_reach():
    assert 4 <= len(_spikes()) <= 40
    assert not len(_spikes(threshold=2000))


def test_every_constant_matters():
    first = _spikes().tolist()
    other = {
        "threshold": 80,
        "tau_u": 8.0,
        "tau_v": 3.0,
        "bias": 20,
        "refractory": 40,
        "weight": 60,
        "inhibition": 0,
        "rate": 0.3,
    }
    assert set(other) == set(SCENE.values)
    assert [
        name for name, value in other.items() if _spikes(**{name: value}).tolist() == first
    ] == []
