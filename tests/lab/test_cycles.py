"""The cycles of a step: phases, wires, values and blocks agree with what the step does."""

import json

import pytest

from backspike.lab.blocks import BOXES
from backspike.lab.cycles import WIRES, cycles_of
from backspike.lab.presets import SCENES
from backspike.lab.recording import drawing, record

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


def _recorded(label, golden, synapses):
    """Values after each step of the neuron or the synapse of a label."""
    what, _, name, *place = label.split()
    if what == "voltage":
        return golden.values[f"v:{name}"][:, int(place[0])]
    ends = zip(synapses[name]["sources"], synapses[name]["targets"], strict=True)
    return golden.weights(name)[:, list(ends).index((int(place[0]), int(place[2])))]


@pytest.mark.parametrize(
    ("name", "step", "kinds"),
    [
        ("backwards", 5, {"voltage", "weight"}),
        ("temporal", SCENES["temporal"].look, {"voltage", "weight"}),  # after a rest
    ],
)
def test_values_are_those_of_the_golden_core(name, step, kinds):
    scene = SCENES[name]
    built = scene.build(scene.values)
    golden = record(scene, built, "golden")
    synapses = {made["name"]: made for made in drawing(scene, built.network)["connections"]}
    told = cycles_of(scene, built, step)
    assert told["step"] == step
    assert {value["label"].split()[0] for value in told["values"]} == kinds
    for value in told["values"]:
        expected = _recorded(value["label"], golden, synapses)
        ends = [value["changes"][0][1], value["changes"][-1][1]]
        assert ends == expected[step - 1 : step + 1].tolist()
