"""The folder of a run: checkpoints, and what may be there before."""

import json
import re

import numpy as np
import pytest

from backspike.experiments.data.preparation import Preparation
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.golden.errors import UserError
from backspike.golden.nbp.learning import PAPER, LearningOptions

RUN = run_identity(TrainSettings(), (4, 3, 2), {"data": "a" * 64, "init": None})
STATE = Checkpoint(
    weights=[np.arange(12, dtype=np.int16).reshape(4, 3), np.ones((3, 2), np.int16)],
    backward=[],
    random=[np.arange(16, dtype=np.uint32)],
    epoch=3,
    position=64,
    hits=5,
    history=[{"epoch": 1, "train_exact": 0.25}],
    totals={"mismatches": 0, "seconds_train": 1.5},
)


@pytest.fixture
def folder(tmp_path):
    """A folder with a checkpoint."""
    made = RunFolder(tmp_path / "run")
    made.save_checkpoint(RUN, STATE)
    return made


def test_a_checkpoint_is_read_as_it_was_written(folder):
    state = folder.load_checkpoint(RUN)
    for name in ("weights", "backward", "random"):
        for got, wanted in zip(getattr(state, name), getattr(STATE, name), strict=True):
            assert np.array_equal(got, wanted)
            assert got.dtype == wanted.dtype
    for name in ("epoch", "position", "hits", "history", "totals"):
        assert getattr(state, name) == getattr(STATE, name)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": 7}, "the checkpoint is of another run: seed was 1, not 7"),
        ({"layers": (4, 5, 2)}, "layers was [4, 3, 2], not [4, 5, 2]"),
        ({"data": "b" * 64}, "what --dataset holds has changed since the checkpoint (SHA-256 was"),
        ({"init": "b" * 64}, "init was None"),
    ],
)
def test_another_run_is_not_gone_on_with(folder, changes, message):
    with pytest.raises(UserError, match=re.escape(message)):
        folder.load_checkpoint(RUN | changes)


def test_a_damaged_checkpoint_is_refused(folder):
    file = folder.path / "checkpoint.npz"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(UserError, match=r"checkpoint\.npz is not a checkpoint of this version"):
        folder.load_checkpoint(RUN)


def test_a_run_is_neither_written_over_nor_begun_among_other_files(folder, tmp_path):
    folder.check_out(resume=True, demo=False)
    with pytest.raises(UserError, match="holds a run: go on with --resume"):
        folder.check_out(resume=False, demo=False)
    with pytest.raises(UserError, match="holds a run that is no demo"):
        folder.check_out(resume=False, demo=True)
    folder.save_checkpoint(RUN | {"demo": True}, STATE)
    folder.check_out(resume=False, demo=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes").touch()
    other = RunFolder(tmp_path / "other")
    with pytest.raises(UserError, match="neither empty nor a run"):
        other.check_out(resume=False, demo=True)
    with pytest.raises(UserError, match="nothing to resume"):
        other.check_out(resume=True, demo=False)


def test_clearing_leaves_what_no_run_writes(folder):
    (folder.path / "notes").touch()
    folder.write_text("metrics.json", "{}")
    folder.clear()
    assert [path.name for path in folder.path.iterdir()] == ["notes"]


def test_a_finished_run_is_read(folder):
    with pytest.raises(UserError, match="is not finished: go on with --resume"):
        folder.load_finished()
    names = {"dataset": "digits", "encoder": None, "circuit": "folded", "rule": None}
    folder.write_text("metrics.json", json.dumps(names | {"layers": [4, 3, 2]}))
    folder.write_arrays("weights.npz", {"W1": 2 * STATE.weights[0], "W2": 2 * STATE.weights[1]})
    run = folder.load_finished()
    assert (run.circuit, run.layers, run.learning) == ("folded", (4, 3, 2), PAPER)
    learning = {"learning": {"margin": 256, "window": 4096, "shifts": 1}}
    folder.write_text("metrics.json", json.dumps(names | learning | {"layers": [4, 3, 2]}))
    assert folder.load_finished().learning == LearningOptions(margin=256, window=4096)
    assert np.array_equal(run.weights[0], 2 * STATE.weights[0])
    folder.write_text("metrics.json", json.dumps({"finished": False}))
    with pytest.raises(UserError, match="is not finished: go on with --resume"):
        folder.load_finished()
    folder.write_text("metrics.json", "[1]")
    with pytest.raises(UserError, match=r"its metrics\.json is not that of a run"):
        folder.load_finished()


def test_a_folder_is_held_by_one(folder):
    assert not folder.is_held()
    (folder.path / ".partial-x").touch()
    with folder.held():
        assert folder.is_held()
        with pytest.raises(UserError, match="another process is writing there"), folder.held():
            pass
    assert not folder.is_held()
    assert [path.name for path in folder.path.iterdir()] == ["checkpoint.npz"]


def test_a_folder_in_which_nothing_was_written_is_gone(tmp_path):
    with RunFolder(tmp_path / "new").held():
        pass
    assert not (tmp_path / "new").exists()


def test_settings_and_inputs_are_kept(folder):
    assert folder.load_settings() is None
    settings = {"settings": {"dataset": "digits", "circuit": "paper", "seed": 2}}
    folder.save_settings(settings)
    assert folder.load_settings() == settings
    assert folder.settings_as(TrainSettings) == TrainSettings(circuit="paper", seed=2)
    assert folder.settings_as(TrainSettings, {"seed": 3}).seed == 3
    with pytest.raises(UserError, match=r"has no inputs\.npz: train it again$"):
        folder.load_inputs()
    made = Preparation((1, 3, 1), True, None, None, ("x", "y"))
    folder.save_inputs(made)
    assert str(folder.load_inputs()) == str(made) == "3 features, binary"


def test_layers_of_another_network_are_refused(folder):
    options = {"dataset": "digits", "circuit": "equations", "rule": None, "encoder": None}
    folder.save_settings({"settings": options, "layers": [4, 3, 2]})
    assert folder.load_result().layers == (4, 3, 2)
    folder.save_settings({"settings": options, "layers": [4, 5, 2]})
    message = (
        r"layers must be those of the weights that it has learned: W1 must have shape \(4, 5\), "
        r"not \(4, 3\)$"
    )
    with pytest.raises(UserError, match=message):
        folder.load_result()
