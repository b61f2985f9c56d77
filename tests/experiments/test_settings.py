"""Settings of a training run: their ranges, and what a run is."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from backspike.experiments.option import options_of
from backspike.experiments.presets import recommended
from backspike.experiments.settings import (
    TrainSettings,
    as_json,
    data_of,
    from_json,
    learning_of,
    named_data,
    run_identity,
    same,
)
from backspike.golden.errors import UserError
from backspike.golden.nbp.folded_circuit import FOLDED_RULE
from backspike.golden.nbp.learning import PAPER, LearningOptions

CHANGED = TrainSettings(
    kernels="8x3x3",
    rate=(64, 256),
    hidden=(4, 5),
    out=Path("x"),
    init=Path("w.npz"),
    validation=0.25,
    check=False,
    preset="paper",
)

CONTENTS = {"data": "d" * 64, "init": None}


@pytest.mark.parametrize(
    ("changes", "learning"),
    [
        ({}, recommended(10)),
        ({"epochs": 50, "circuit": "folded"}, LearningOptions(512, 16384, 64, 256, 10)),
        ({"preset": "paper"}, PAPER),
        ({"preset": "paper", "margin": 128}, LearningOptions(margin=128)),
        ({"margin": 128, "rate": 9}, LearningOptions(128, 16384, 64, 9, 2)),
        ({"circuit": "paper"}, PAPER),
        ({"circuit": "delta"}, PAPER),
        ({"circuit": "folded", "rule": "4*x0*y0"}, PAPER),
        ({"circuit": "folded", "rule": FOLDED_RULE}, recommended(10)),
        ({"circuit": "folded", "engine": "netlist"}, PAPER),  # its core draws no random numbers
    ],
)
def test_without_other_arguments_a_run_learns_as_well_as_it_can(changes, learning):
    assert TrainSettings(**changes).learning == learning


@pytest.mark.parametrize("name", [f.name for f in fields(LearningOptions)])
def test_the_ranges_are_those_of_the_learning(name):
    option = options_of(TrainSettings)[name]
    assert option.default is None
    rate = {} if name == "rate" else {"rate": 9}
    for value in (option.low, option.high):
        assert getattr(LearningOptions(**rate | {name: value}), name) == value
    for value in (option.low - 1, option.high + 1):
        with pytest.raises(ValueError, match=name.replace("_", ".")):
            LearningOptions(**rate | {name: value})


@pytest.mark.parametrize(
    ("given", "sizes"),
    [
        ({}, (400,)),
        ({"hidden": ()}, ()),
        ({"kernels": "8x3x3"}, ()),
        ({"kernels": "8x3x3", "hidden": (9,)}, (9,)),
    ],
)
def test_there_is_a_hidden_layer_unless_there_are_convolutions(given, sizes):
    assert TrainSettings(**given).sizes == sizes


def test_a_run_is_what_decides_its_result():
    settings = TrainSettings(preset="paper", rate=9, margin=128)
    run = run_identity(settings, (256, 400, 10), CONTENTS)
    assert list(run)[:4] == ["dataset", "encoder", "data", "init"]
    assert run["encoder"] == "thermometer:4"
    assert run["layers"] == (256, 400, 10)
    assert LearningOptions(**run["learning"]) == LearningOptions(margin=128, rate=9)
    for name in ("hidden", "epochs", "out", "resume", "data_dir", "port", "margin", "preset"):
        assert name not in run
    assert json.loads(json.dumps(run))["demo"] is False


@pytest.mark.parametrize(
    "changes", [{"epochs": 99}, {"out": Path("x")}, {"resume": True}, {"data_dir": Path("x")}]
)
def test_what_decides_nothing_is_no_part_of_it(changes):
    plain = run_identity(TrainSettings(preset="paper"), (4, 2), CONTENTS)
    assert run_identity(TrainSettings(preset="paper", **changes), (4, 2), CONTENTS) == plain


def test_own_data_have_no_name():
    assert named_data("/home/me/data.npz", None) == ("npz", None)
    assert named_data("/home/me/data.CSV", None) == ("csv", None)
    assert named_data("/home/me/images", None) == ("folder", None)
    assert named_data("mnist", "threshold:0.5") == ("mnist", "threshold:0.5")


def test_the_same_option_may_have_another_default():
    field = same("epochs", default=1, help="of a lesson")
    assert field.default == 1
    assert field.metadata["option"].low == options_of(TrainSettings)["epochs"].low


def test_anything_with_the_fields_has_a_learning():
    assert learning_of(TrainSettings(window=4096)) == LearningOptions(window=4096)
    assert learning_of(TrainSettings(), recommended(5)) == recommended(5)
    with pytest.raises(ValueError, match="margin must be a multiple of 128, not 100"):
        learning_of(TrainSettings(margin=100))


@pytest.mark.parametrize("settings", [TrainSettings(), CHANGED])
def test_settings_are_kept(settings):
    assert from_json(TrainSettings, json.loads(json.dumps(as_json(settings)))) == settings


@pytest.mark.parametrize("name", list(options_of(TrainSettings)))
@pytest.mark.parametrize("value", [None, {}, [None], [True], float("nan"), float("inf"), -3])
def test_settings_of_another_kind_are_refused(name, value):
    if value is None and options_of(TrainSettings)[name].default is None:
        assert getattr(from_json(TrainSettings, {name: value}), name) is None
        return
    with pytest.raises(UserError, match=rf"^run\.json: {name} must be .+, not "):
        from_json(TrainSettings, {name: value}, "run.json")


def test_data_are_named_once():
    assert data_of(TrainSettings(scale="16")) == {
        "dataset": "digits", "data_dir": None, "encoder": None, "labels": None, "scale": "16",
        "inputs": None, "validation": None,
    }  # fmt: skip
