"""Settings of a training run: their ranges, and what a run is."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from backspike.experiments.option import options_of
from backspike.experiments.settings import (
    TrainSettings,
    learning_of,
    named_data,
    run_identity,
    same,
)
from backspike.golden.nbp.learning import PAPER, LearningOptions

CONTENTS = {"data": "d" * 64, "init": None}


def test_without_arguments_a_run_learns_as_the_paper_does():
    assert TrainSettings().learning == PAPER


@pytest.mark.parametrize("name", [f.name for f in fields(LearningOptions)])
def test_the_ranges_are_those_of_the_learning(name):
    option = options_of(TrainSettings)[name]
    assert option.default == getattr(PAPER, name)
    rate = {} if name == "rate" else {"rate": 9}
    for value in (option.low, option.high):
        assert getattr(LearningOptions(**rate | {name: value}), name) == value
    for value in (option.low - 1, option.high + 1):
        with pytest.raises(ValueError, match=name.replace("_", ".")):
            LearningOptions(**rate | {name: value})


def test_a_run_is_what_decides_its_result():
    run = run_identity(TrainSettings(rate=9, margin=128), (256, 400, 10), CONTENTS)
    assert list(run)[:4] == ["dataset", "encoder", "data", "init"]
    assert run["encoder"] == "thermometer:4"
    assert run["layers"] == (256, 400, 10)
    assert LearningOptions(**run["learning"]) == LearningOptions(margin=128, rate=9)
    for name in ("hidden", "epochs", "out", "resume", "data_dir", "port", "margin"):
        assert name not in run
    assert json.loads(json.dumps(run))["demo"] is False


@pytest.mark.parametrize(
    "changes", [{"epochs": 99}, {"out": Path("x")}, {"resume": True}, {"data_dir": Path("x")}]
)
def test_what_decides_nothing_is_no_part_of_it(changes):
    plain = run_identity(TrainSettings(), (4, 2), CONTENTS)
    assert run_identity(TrainSettings(**changes), (4, 2), CONTENTS) == plain


def test_own_data_have_no_name():
    assert named_data("/home/me/data.npz", None) == ("npz", None)
    assert named_data("mnist", "threshold:0.5") == ("mnist", "threshold:0.5")


def test_the_same_option_may_have_another_default():
    field = same("epochs", default=1, help="of a lesson")
    assert field.default == 1
    assert field.metadata["option"].low == options_of(TrainSettings)["epochs"].low


def test_anything_with_the_fields_has_a_learning():
    assert learning_of(TrainSettings(window=4096)) == LearningOptions(window=4096)
    with pytest.raises(ValueError, match="margin must be a multiple of 128, not 100"):
        learning_of(TrainSettings(margin=100))
