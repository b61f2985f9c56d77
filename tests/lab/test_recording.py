"""Recordings: they replay to what was recorded, and the first difference of two is found."""

import json
from dataclasses import replace

import numpy as np
import pytest

from backspike.lab.presets import SCENES
from backspike.lab.recording import Difference, drawing, first_difference, record
from backspike.sim.simulation.recorded import Events


@pytest.fixture(scope="module")
def golden():
    scene = SCENES["stdp-window"]
    return record(scene, scene.build(scene.values), "golden")


def test_changes_of_weights_replay_to_all_weights(golden):
    data = json.loads(json.dumps(golden.as_data()))
    weights = np.array(data["weights"]["synapses"]["before"])
    changes = data["weights"]["synapses"]["changes"]
    assert changes
    for step in range(golden.steps):
        for at, synapse, weight in changes:
            if at == step:
                weights[synapse] = weight
        assert (weights == golden.weights("synapses")[step]).all()
    assert data["weights"]["push"] == {"before": [1024], "changes": []}


def test_data_have_spikes_and_values_of_all_steps(golden):
    data = golden.as_data()
    assert data["spikes"]["neuron"] == [[40, 120, 200, 280], [0, 0, 0, 0]]
    assert {len(row) for rows in data["lines"].values() for row in rows} == {golden.steps}
    assert len(data["lines"]["x1:axons"]) == 17
    assert max(data["lines"]["v:neuron"][0]) < 1000


def test_the_first_difference_is_the_earliest(golden):
    assert first_difference(golden, golden) is None
    values = {name: array.copy() for name, array in golden.values.items()}
    values["w:synapses"][50, 3] += 2
    values["v:neuron"][60, 0] = -5
    was = golden.values["w:synapses"][50, 3]
    other = replace(golden, values=values)
    assert first_difference(golden, other) == Difference(50, "w:synapses", 3, was, was + 2)
    neuron = golden.spikes["neuron"]
    late = Events(neuron.steps + 1, neuron.neurons, 1)
    moved = replace(other, spikes=golden.spikes | {"neuron": late})
    assert first_difference(golden, moved) == Difference(40, "spikes:neuron", 0, 1, 0)


@pytest.mark.parametrize("name", SCENES)
def test_the_rtl_does_the_same(name):
    scene = SCENES[name]
    built = scene.build(scene.values)
    assert (
        first_difference(record(scene, built, "golden"), record(scene, built, "verilator")) is None
    )


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_everything_is_drawn_within_the_drawing_and_apart(scene):
    drawn = drawing(scene, scene.build(scene.values).network)
    spots = [tuple(spot) for group in drawn["groups"] for spot in group["spots"]]
    assert len(set(spots)) == len(spots)
    assert all(2 <= x <= 98 and 2 <= y <= 58 for x, y in spots)
    sizes = {group["name"]: len(group["spots"]) for group in drawn["groups"]}
    for connection in drawn["connections"]:
        assert len(connection["sources"]) == len(connection["targets"]) > 0
        assert max(connection["sources"]) < sizes[connection["source"]]
        assert max(connection["targets"]) < sizes[connection["target"]]


def test_a_voltage_is_drawn_up_to_the_threshold_of_those_that_watch_it():
    scene = SCENES["temporal"]
    thresholds = record(scene, scene.build(scene.values), "golden").thresholds
    assert thresholds["h1"] == 256, "h1 fires itself"
    assert thresholds["o"] == thresholds["hi"] == 192
