"""Settings of a run that is gone on with."""

import re

import pytest

from backspike.cli.going_on import resumed_settings
from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.runs import RunFolder
from backspike.experiments.settings import TrainSettings, as_json
from backspike.golden.errors import UserError

WAS = TrainSettings(hidden=(8,), seed=7, margin=256, epochs=5, circuit="folded")


@pytest.fixture
def run(tmp_path):
    folder = RunFolder(tmp_path)
    folder.save_settings({"settings": as_json(WAS)})
    folder.save_checkpoint({}, Checkpoint([], []))
    return tmp_path


def test_they_are_those_of_the_run(run):
    settings = resumed_settings(TrainSettings, run, {"out": run, "resume": True})
    assert (settings.hidden, settings.seed, settings.margin) == ((8,), 7, 256)
    assert (settings.epochs, settings.circuit, settings.out) == (5, "folded", run)
    assert resumed_settings(TrainSettings, run, {"epochs": 9, "seed": 7}).epochs == 9


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seed": 1}, "--seed 1 is not of the run in OUT, which has --seed 7"),
        ({"hidden": ()}, "--hidden none is not of the run in OUT, which has --hidden 8"),
        ({"preset": "paper"}, "--learning paper is not of the run in OUT, which has no --learning"),
        ({"check": False}, "--no-check is not of the run in OUT, which has no --check"),
        ({"engine": "golden"}, "--engine golden is not of the run in OUT, which has no --engine"),
    ],
)
def test_what_is_part_of_it_cannot_change(run, given, message):
    message = message.replace("OUT", str(run))
    with pytest.raises(UserError, match=f"^--resume: {re.escape(message)}$"):
        resumed_settings(TrainSettings, run, given)


def test_a_run_of_an_earlier_version_takes_what_is_given(run):
    (run / "run.json").unlink()
    assert resumed_settings(TrainSettings, run, {"seed": 1}) == TrainSettings(seed=1)


def test_there_must_be_a_run(tmp_path):
    with pytest.raises(UserError, match="nothing to resume"):
        resumed_settings(TrainSettings, tmp_path, {})
