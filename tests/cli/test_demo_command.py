"""The demo: two parts, what it may replace, and going on with it, on the golden core."""

import json

import numpy as np
import pytest

from backspike.cli import engines, prepared_run
from backspike.cli.paper_part import PaperPart
from backspike.experiments.runs import RunFolder
from backspike.golden.core.golden_core import GoldenCore

QUICK = ("demo", "--quick", "--hidden", "4", "--epochs", "1")


@pytest.fixture(autouse=True)
def golden(monkeypatch):
    """The golden core stands in for the simulator, which takes long to build."""
    for module in (engines, prepared_run):
        monkeypatch.setattr(module, "make_engine", lambda name, params, *_: GoldenCore(params))


@pytest.fixture
def interrupted(monkeypatch):
    """The first part is interrupted, the first time."""
    play, calls = PaperPart.play, []

    def stop(self, run, folder):
        calls.append(folder)
        if len(calls) == 1:
            raise KeyboardInterrupt
        play(self, run, folder)

    monkeypatch.setattr(PaperPart, "play", stop)


def weights_of(folder):
    return RunFolder(folder).load_finished().weights


def test_both_parts_are_shown_with_the_chance_level(backspike, tmp_path):
    done = backspike(*QUICK, "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    (first,) = [n for n, line in enumerate(lines) if line.startswith("1. The paper's circuit")]
    (second,) = [n for n, line in enumerate(lines) if line.startswith("2. The folded circuit")]
    spikes = lines[first:second]
    assert any(line.startswith("!  4 error d+, d-") and "-" in line[25:] for line in spikes)
    assert "Weights that differ from the golden equations: 0" in spikes
    (epoch,) = [line for line in lines[second:] if line.startswith("epoch 1/1: train exact ")]
    assert "membrane 0." in epoch
    assert "(chance 0.1" in epoch
    assert "mismatches 0" in epoch
    assert (tmp_path / "demo" / "paper.svg").exists()


def test_a_demo_replaces_a_demo_and_nothing_else(backspike, tmp_path):
    out = tmp_path / "demo"
    demo = (*QUICK, "--out", out)
    assert backspike(*demo).returncode == 0
    first = (out / "weights.npz").read_bytes()
    (out / "notes.txt").write_text("mine")
    # What cannot be done deletes nothing.
    assert backspike(*demo, "--hidden", "9000").returncode == 2
    assert (out / "weights.npz").read_bytes() == first
    assert backspike(*demo, "--seed", "2").returncode == 0
    assert (out / "weights.npz").read_bytes() != first
    assert (out / "notes.txt").read_text() == "mine"
    done = backspike("demo", "--out", out, "--epochs", "2", "--resume")
    assert done.returncode == 0, done.stderr
    assert len(json.loads((out / "metrics.json").read_text())["history"]) == 2
    assert "1. The paper's circuit" not in done.stdout


@pytest.mark.usefixtures("interrupted")
def test_what_is_interrupted_in_the_first_part_goes_on_with_it(backspike, tmp_path):
    out, whole = tmp_path / "demo", tmp_path / "whole"
    done = backspike(*QUICK, "--out", out)
    assert done.returncode == 130
    assert done.stdout.splitlines()[-1] == (
        f"interrupted; to go on: backspike demo --out {out} --resume"
    )
    assert "interrupted" in backspike("status", out).stdout
    assert backspike("report", out).returncode == 0
    done = backspike("demo", "--out", out, "--resume")
    assert done.returncode == 0, done.stderr
    assert "1. The paper's circuit" in done.stdout
    assert backspike(*QUICK, "--out", whole).returncode == 0
    for one, other in zip(weights_of(out), weights_of(whole), strict=True):
        assert np.array_equal(one, other)


def test_a_whole_demo_is_not_gone_on_with_as_a_quick_one(backspike, tmp_path):
    out = tmp_path / "demo"
    assert backspike("demo", "--hidden", "4", "--epochs", "2", "--out", out).returncode == 0
    done = backspike("demo", "--quick", "--out", out, "--resume")
    assert done.returncode == 2
    assert done.stderr == f"backspike: --resume: the demo in {out} is not a --quick one\n"


def test_a_first_part_that_differs_is_a_failure(backspike, tmp_path, monkeypatch):
    def differ(self, run, folder):
        self.mismatches = 3

    monkeypatch.setattr(PaperPart, "play", differ)
    assert backspike(*QUICK, "--out", tmp_path / "demo").returncode == 1
