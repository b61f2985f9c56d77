"""The ``backspike eval`` and ``backspike raster`` commands."""

import os

import pytest

from backspike.cli import inspection
from backspike.golden.nbp.equations import Accuracy


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Trains a run of the equations, once."""
    out = tmp_path_factory.mktemp("runs") / "run"

    def train(backspike, *layers):
        folder = out.with_name(f"run{len(layers)}")
        if not folder.exists():
            hidden = ",".join(map(str, layers))
            size = ("--samples", 60, "--epochs", 1, "--hidden", hidden)
            assert backspike("train", *size, "--out", folder).returncode == 0
        return folder

    return train


def test_the_equations_and_the_golden_core_agree(backspike, run):
    done = backspike("eval", run(backspike, 8), "--engine", "golden", "--samples", 5)
    assert done.returncode == 0, done.stderr
    for text in ("read-out", "equations", "golden", "membrane", "exact", "spikes"):
        assert text in done.stdout


def test_an_engine_that_disagrees_fails(backspike, run, monkeypatch):
    wrong = Accuracy(2.0, 2.0, 2.0), {"cycles_host": 7.0}
    monkeypatch.setattr(inspection, "infer", lambda *_: wrong)
    done = backspike("eval", run(backspike, 8), "--engine", "golden", "--samples", 5)
    assert done.returncode == 1
    assert "7 cycles a sample" in done.stdout


def test_a_raster_needs_a_place_for_its_files(backspike, run, tmp_path):
    out = tmp_path / "spikes.vcd"
    done = backspike("raster", run(backspike, 8), "--samples", 1, "--out", out)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {
        "spikes.png",
        "spikes.vcd",
        "spikes.gtkw",
        "spikes.sucl",
    }
    done = backspike("raster", run(backspike, 8), "--out", tmp_path)
    assert done.returncode == 2
    assert "is a folder: name files in it" in done.stderr
    os.mkfifo(tmp_path / "pipe")
    done = backspike("raster", run(backspike, 8), "--out", tmp_path / "pipe")
    assert (done.returncode, len(list(tmp_path.iterdir()))) == (2, 5)
    assert "pipe must be a file, not a pipe" in done.stderr


def test_a_run_has_its_own_weights(backspike, run):
    done = backspike("raster", run(backspike, 8), "--hidden", "4")
    assert done.returncode == 2
    assert "--hidden is for fresh weights: RUN" in done.stderr


def test_a_raster_is_of_the_sample_that_is_named(backspike, run, tmp_path):
    folder, out = run(backspike, 8), tmp_path / "one"
    done = backspike("raster", folder, "--sample", "class:3", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "one.vcd: sample 9, " in done.stdout
    done = backspike("raster", folder, "--sample", "first mistake", "--samples", 2, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "one.vcd: samples " in done.stdout
    done = backspike("raster", folder, "--sample", "x", "--out", tmp_path / "none")
    assert done.returncode == 2
    assert "--sample must be a number from 0 to 359, class:NAME or 'first mistake'" in done.stderr
    assert {path.stem for path in tmp_path.iterdir()} == {"one"}
