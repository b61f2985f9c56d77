"""The ``backspike nir report`` command."""

import json

import nir
import numpy as np
import pytest

from backspike.cli import nir_report
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Record
from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.samples import random_samples, spike_samples
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def file(outliers, tmp_path):
    nir.write(tmp_path / "a.nir", outliers)
    return tmp_path / "a.nir"


@pytest.fixture
def spikes(tmp_path):
    rng = np.random.default_rng(1)
    made = {"x": rng.random((6, 30, 16)) < 0.2, "y": rng.integers(0, 5, 6)}
    np.savez(tmp_path / "a.npz", **made)
    return made


def test_random_spikes_are_those_of_python(backspike, file, tmp_path):
    out = tmp_path / "a.json"
    options = ["--steps", "30", "--rate", "0.3", "--seed", "4", "--samples", "2", "--json", out]
    done = backspike("nir", "report", file, "--dt", "1", *options)
    assert done.returncode == 0, done.stderr
    imported = read_nir(file, dt=1.0)
    expected = compare_nir(
        imported, random_samples(imported, steps=30, rate=0.3, seed=4, samples=2)
    )
    written = json.loads(out.read_text())
    assert {**expected.as_dict(), **written} == written
    assert written["command"].startswith("backspike nir report")
    assert "2 samples of 30 steps, random spikes, 0.3 a step, seed 4" in done.stdout
    assert f"same spikes: {expected.same_spikes:.2%}" in done.stdout
    for group in expected.groups:
        assert f"{group.spikes_core:,}" in done.stdout
    assert "approximate" in done.stdout


def test_without_out_nothing_is_written(backspike, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = backspike("nir", "report", file, "--dt", "1", "--reset", "subtract")
    assert done.returncode == 0, done.stderr
    assert "4 samples of 100 steps, random spikes, 0.1 a step, seed 1" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["a.nir"]


def test_data_labels_and_calibration(backspike, file, spikes, tmp_path):
    out, data, other = tmp_path / "out", tmp_path / "a.npz", tmp_path / "c.npy"
    np.save(other, np.random.default_rng(2).random((6, 30, 16)) < 0.2)
    done = backspike(
        "nir", "report", file, "--dt", "1", "--data", data, "--calibrate", other, "--out", out
    )
    assert done.returncode == 0, done.stderr
    written = json.loads((out / "report.json").read_text())
    assert written["accuracy_float"] is not None
    assert [entry["name"] for entry in written["calibration"]] == ["lif", "lif_1"]
    assert written["settings"]["calibrate"] == str(other)
    imported = read_nir(file, dt=1.0)
    plain = compare_nir(imported, spike_samples(imported, spikes["x"], spikes["y"]))
    assert written["different"] < 0.5 * plain.different
    assert written["accuracy_float"] == plain.accuracy_float
    for text in ("sums kept", "accuracy: float", f"report: {out}/report.html"):
        assert text in done.stdout
    assert {path.suffix for path in out.iterdir()} == {".html", ".json", ".svg"}


def test_a_page_alone_and_a_file_of_labels(backspike, file, spikes, tmp_path):
    np.save(tmp_path / "x.npy", spikes["x"])
    np.save(tmp_path / "y.npy", spikes["y"])
    page = tmp_path / "page.html"
    data = ["--data", tmp_path / "x.npy", "--labels", tmp_path / "y.npy"]
    done = backspike("nir", "report", file, "--dt", "1", *data, "--out", page)
    assert done.returncode == 0, done.stderr
    assert "accuracy: float" in done.stdout
    assert page.read_text().startswith("<!doctype html>")
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.nir", "a.npz", "x.npy", "y.npy", "page.html"}


class Lossy(GoldenCore):
    """An engine that loses the last spike of each run."""

    name = "lossy"

    def run(self, n_steps, stimulus=None, *, record=True):
        made = super().run(n_steps, stimulus, record=record)
        return Record(made.steps[:-1], made.compartments[:-1])


@pytest.mark.parametrize(("engine", "status", "lost"), [(GoldenCore, 0, 0), (Lossy, 1, 3)])
def test_the_first_samples_run_on_another_engine(
    backspike, file, tmp_path, monkeypatch, engine, status, lost
):
    names = []
    monkeypatch.setattr(nir_report, "maker", lambda console, name: names.append(name) or engine)
    out = tmp_path / "a.json"
    options = ["--engine", "verilator", "--engine-samples", "3", "--json", out]
    done = backspike("nir", "report", file, "--dt", "1", *options)
    assert done.returncode == status, done.stderr
    assert names == ["verilator"]
    written = json.loads(out.read_text())["engine"]
    assert (written["samples"], written["different"]) == (3, lost)
    assert f"{lost} of {written['spikes']:,} spikes differ" in done.stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--labels", "y.npy"], "--labels y.npy are of --data, and there are none"),
        (["--data", "a.npz", "--rate", "0.1"], "--rate is of random spikes: --data a.npz has its"),
        (["--data", "a.npz", "--samples", "1"], "--samples is of random spikes"),
        (["--data", "none.npz"], "none.npz: no such file"),
        (["--data", "wrong.npz"], "input 'input' must have shape (samples, steps, 16) or (steps"),
        (["--data", "graded.npz"], "must be spikes, 0 and 1, not 0.5"),
        (["--data", "nan.npz"], "must be finite, and has NaN"),
        (["--data", "empty.npz"], "is empty: its shape is (0, 3, 16)"),
        (["--data", "labels.npz"], "one for each of the 2 samples, not of shape (3,)"),
        (["--data", "a.npz", "--calibrate", "./a.npz"], "--calibrate a.npz must not be the --data"),
        (["--calibrate", "wrong.npz"], "wrong.npz: input 'input' must have shape"),
        (["--rate", "2"], "2.0 is not in the range 0<=x<=1"),
        (["--dt", "9"], "tau must be at least dt = 9 s, not 8"),
        (["--json", "none/a.json"], "--json none/a.json cannot be written"),
        (["--out", "a.npz"], "--out a.npz must be a folder, not a file"),
        (["--out", "none/a.html"], "--out none/a.html cannot be written"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    backspike, file, spikes, tmp_path, monkeypatch, options, message
):
    monkeypatch.chdir(tmp_path)
    for name, x in (
        ("wrong", np.ones((2, 3, 4))),
        ("graded", np.full((2, 3, 16), 0.5)),
        ("nan", np.full((2, 3, 16), np.nan)),
        ("empty", np.ones((0, 3, 16))),
    ):
        np.savez(f"{name}.npz", x=x)
    np.savez("labels.npz", x=np.ones((2, 3, 16)), y=[0, 1, 2])
    before = {path.name for path in tmp_path.iterdir()}
    rest = [] if {"--out", "--json"} & set(options) else ["--out", "out", "--json", "a.json"]
    done = backspike("nir", "report", file, "--dt", "1", *options, *rest)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == before
