"""The cycles of a step: phases, wires, values and blocks agree with what the step does."""

import json

import pytest

from backspike.lab.blocks import BOXES
from backspike.lab.cycles import WIRES, cycles_of
from backspike.lab.presets import SCENES
from backspike.lab.recording import record

pytestmark = pytest.mark.slow
STDP = SCENES["stdp-window"]


@pytest.fixture(scope="module")
def told():
    """Step 40: the neuron fires, eight axons have a trace, and one fires at the same time."""
    return cycles_of(STDP, STDP.build(STDP.values), 40)


def _rises(told, label):
    (wire,) = [wire for wire in told["wires"] if wire["label"] == label]
    return [cycle for cycle, value in wire["changes"] if value]


def test_phases_follow_each_other_and_all_is_within_the_step(told):
    assert [name for _, name in told["phases"]] == [
        "DENDRITE",
        "DELIVER",
        "TRACE",
        "LEARN",
        "HOST",
    ]
    starts = [cycle for cycle, _ in told["phases"]]
    assert starts == sorted(starts)
    assert starts[0] == 0
    assert starts[-1] < told["cycles"]
    for changed in (*told["wires"], *told["values"]):
        cycles = [cycle for cycle, _ in changed["changes"]]
        assert cycles == sorted(set(cycles))
        assert 0 <= cycles[0] <= cycles[-1] < told["cycles"]


def test_wires_are_at_work_in_their_phases(told):
    start = {name: cycle for cycle, name in told["phases"]}
    assert all(cycle < start["DELIVER"] for cycle in _rises(told, "neurons of a row fired"))
    assert all(start["DELIVER"] <= c < start["TRACE"] for c in _rises(told, "a word is delivered"))
    written = _rises(told, "weights are written")
    assert len(written) == 8 + 1
    assert all(start["LEARN"] <= cycle < start["HOST"] for cycle in written)


def test_weights_end_as_in_the_recording(told):
    golden = record(STDP, STDP.build(STDP.values), "golden").weights("synapses")
    weights = [value for value in told["values"] if value["label"].startswith("weight of synapses")]
    assert len(weights) == 4
    for value in weights:
        synapse = int(value["label"].split()[3])
        assert value["changes"][0][1] == golden[39, synapse]
        assert value["changes"][-1][1] == golden[40, synapse]
        assert value["changes"][-1][0] > 79


def test_blocks_are_at_work_in_their_phases(told):
    assert list(told["blocks"]) == list(BOXES)
    start = {name: cycle for cycle, name in told["phases"]}
    assert all(len(counts) == told["cycles"] for counts in told["blocks"].values())
    lanes = told["blocks"]["lanes"]
    assert max(lanes[start["LEARN"] :]) > 10 * max(1, *lanes[start["DELIVER"] : start["TRACE"]])
    delivery = told["blocks"]["walker"]
    assert not any(delivery[2 : start["DELIVER"] - 2])


def test_every_wire_has_a_block_and_all_is_plain_data(told):
    assert {wire.block for wire in WIRES} <= set(BOXES)
    assert json.loads(json.dumps(told))["cycles"] == told["cycles"]


def test_a_network_without_rules_has_no_phase_that_learns():
    scene = SCENES["single-neuron"]
    told = cycles_of(scene, scene.build(scene.values), 19)
    assert [name for _, name in told["phases"]] == ["DENDRITE", "DELIVER", "HOST"]
    assert not _rises(told, "weights are written")
    (voltage,) = told["values"]
    assert voltage["label"] == "voltage of neuron 0"
    assert voltage["changes"][-1][1] == 0, "it fired"


def test_a_step_after_a_rest_goes_on_from_what_was_learned_before():
    scene = SCENES["temporal"]
    built = scene.build(scene.values)
    golden = record(scene, built, "golden")
    begin = max(rest for rest in scene.rests if rest <= scene.look)
    assert (golden.weights("W1")[begin] != golden.before["W1"]).any()
    told = cycles_of(scene, built, scene.look)
    assert told["step"] == scene.look > begin > 0
    assert len(told["values"]) == 4
    for value in told["values"]:
        name, neuron = value["label"].removeprefix("voltage of ").split()
        voltages = golden.values[f"v:{name}"][scene.look - 1 : scene.look + 1, int(neuron)]
        assert [value["changes"][0][1], value["changes"][-1][1]] == voltages.tolist()
