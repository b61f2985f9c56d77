"""Runs as a page sees them: the golden core first, then the RTL, or mistakes alone."""

import json
import time

import numpy as np
import pytest

from backspike.lab import running
from backspike.lab.presets import SCENES
from backspike.lab.recording import record
from backspike.lab.running import idle, look, run

pytestmark = pytest.mark.slow
STDP = SCENES["stdp-window"]
RULE = "dw = 2^-2*x1*y0"


def _parts(edits):
    return [part for part in run(STDP, edits) if "note" not in part]


def test_an_edited_rule_gives_the_weights_of_the_golden_core_and_the_same_in_the_rtl():
    silent, first, last = _parts({"rule": RULE})
    assert silent == {"idle": ["impulse of trace y1 has no effect: no rule reads y1"]}
    golden = record(STDP, STDP.build(STDP.values | {"rule": RULE}), "golden")
    assert first == {"recording": golden.as_data()}
    assert (np.array(golden.weights("synapses")[-1]) >= 100).all()
    assert last == {"rtl": {"difference": None}}
    json.dumps(first, allow_nan=False)


def test_a_difference_of_the_rtl_is_told(monkeypatch):
    def wrong(scene, built, engine):
        recorded = record(scene, built, "golden")
        recorded.values["w:synapses"][50, 2] += engine != "golden"
        return recorded

    monkeypatch.setattr(running, "record", wrong)
    difference = _parts({})[-1]["rtl"]["difference"]
    assert (difference["step"], difference["what"], difference["place"]) == (50, "w:synapses", 2)
    assert difference["rtl"] == difference["golden"] + 1


def test_mistakes_come_alone():
    (only,) = run(STDP, {"rule": "dw = "})
    assert only["mistakes"][0]["field"] == "rule"
    assert only["mistakes"][0]["position"] == 4


def test_a_network_that_cannot_be_is_a_mistake_of_no_field(monkeypatch):
    def fails(scene, built, engine):
        raise ValueError("lists: the network needs 9, the limit is 8")

    monkeypatch.setattr(running, "record", fails)
    _, only = _parts({})
    message = "lists: the network needs 9, the limit is 8"
    assert only == {"mistakes": [{"field": None, "message": message, "position": None}]}


def test_what_takes_long_is_told(monkeypatch):
    monkeypatch.setattr(running, "_INTERVAL", 0.001)
    notes = [part["note"] for part in run(STDP, {}) if "note" in part]
    assert notes[0] == "The golden core runs; the first time, it is compiled before (1 s)"
    assert notes[-1].startswith("The RTL runs (")


def test_what_is_built_is_told_part_by_part(monkeypatch):
    golden = record(STDP, STDP.build(STDP.values), "golden")

    class Slow:
        """An engine that takes long to build."""

        def __init__(self, params, tell):
            for part, done, total in (("verilate", 0, 1), ("compile", 2, 5), ("compile", 5, 5)):
                tell(part, done, total)
                time.sleep(0.1)

        def close(self):
            pass

    monkeypatch.setattr(running, "_INTERVAL", 0.01)
    monkeypatch.setattr(running, "VerilatorEngine", Slow)
    monkeypatch.setattr(running, "record", lambda scene, built, engine: golden)
    notes = [part["note"].partition(" (")[0] for part in run(STDP, {}) if "note" in part]
    assert list(dict.fromkeys(notes)) == [
        "A simulator is built, once: verilate",
        "A simulator is built, once: compile 2 of 5",
        "The RTL runs",
    ]


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_nothing_of_a_scene_is_without_effect(scene):
    assert idle(scene, scene.build(scene.values)) == []


@pytest.mark.parametrize(
    ("name", "edits", "sentence"),
    [
        ("stdp-window", {"rule": "dw = r1*x1*y0"}, "reward r1 of reinforcement 0 is never written"),
        ("stdp-window", {"impulse": 0}, "trace x1 has no impulse"),
        ("single-neuron", {"rate": 0.0}, "nothing can fire: no input has spikes"),
    ],
)
def test_what_has_no_effect_is_told(name, edits, sentence):
    scene = SCENES[name]
    assert any(sentence in told for told in idle(scene, scene.build(scene.values | edits)))


def test_what_two_parts_share_is_told_once():
    scene = SCENES["reward"]
    told = idle(scene, scene.build(scene.values | {"rule": "dw = y0"}))
    assert sum("reward by 'judges' has no effect" in sentence for sentence in told) == 1


def test_a_look_at_a_step_gives_its_cycles_or_says_why_not():
    parts = [part for part in look(STDP, {"rule": RULE}, 40) if "note" not in part]
    assert [name for part in parts for name in part] == ["cycles"]
    assert parts[0]["cycles"]["step"] == 40
    for step in (320, -1, "1"):
        (only,) = look(STDP, {}, step)
        assert only["mistakes"][0]["message"].startswith("step must be ")
