"""The ``backspike nir convert`` command."""

import numpy as np
import pytest

from backspike.experiments.nir_data import load_spikes
from backspike.golden.conversion.convert import convert
from backspike.golden.conversion.graph import DT
from backspike.golden.nir.to_network import read_nir


@pytest.fixture
def files(tmp_path):
    """Weights, calibration and test data of a small network."""
    rng = np.random.default_rng(1)
    arrays = {
        "0.weight": rng.normal(0, 0.5, (9, 6)),
        "0.bias": rng.normal(0, 0.1, 9),
        "2.weight": rng.normal(0, 0.5, (3, 9)),
    }
    x = rng.random((30, 6))
    made = convert(arrays, x)
    y = made.outputs(x).argmax(axis=1)
    np.savez(tmp_path / "w.npz", **arrays)
    np.savez(tmp_path / "cal.npz", x=x[:20], y=y[:20])
    np.savez(tmp_path / "test.npz", x=x[20:], y=y[20:])
    return tmp_path, arrays, x, y


def test_a_graph_and_spikes_for_the_report(backspike, files, monkeypatch):
    folder, arrays, x, y = files
    monkeypatch.chdir(folder)
    done = backspike(
        "nir", "convert", "w.npz", "--calibration", "cal.npz", "--test", "test.npz",
        "--percentile", "99", "--steps", "8,64", "--spikes", "s.npz",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = convert(arrays, x[:20], percentile=99.0)
    read = read_nir("w.nir", dt=DT)
    assert repr(read.network) == repr(made.imported.network)
    samples = load_spikes(read, folder / "s.npz")
    for name, spikes in made.spikes(x[20:], 64).items():
        assert np.array_equal(samples.inputs[name], spikes)
    assert samples.inputs["charge"].sum() == 10
    assert samples.labels.tolist() == y[20:].tolist()
    for text in (
        f"{made.populations[0].scale:.5g}",
        "percentile 99 of 20 calibration samples",
        "10 samples, test.npz: 1.0000 in the float network",
        "backspike nir report w.nir --dt 0.001 --reset subtract --data s.npz",
    ):
        assert text in done.stdout
    report = backspike("nir", "report", "w.nir", "--dt", "0.001", "--data", "s.npz")
    assert report.returncode == 0, report.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("│    64"))
    graph, core = (word for word in row.split() if word.startswith(("0.", "1.")))
    assert f"accuracy: float {graph}, core {core}" in report.stdout


def test_without_a_test_calibration_samples_are_compared(backspike, files, tmp_path):
    folder, *_ = files
    done = backspike(
        "nir", "convert", folder / "w.npz", "--calibration", folder / "cal.npz", "--samples", "7",
        "--steps", "8", "--code", "bernoulli", "--seed", "3", "--read", "voltages",
        "--layers", "dense, relu, dense", "--no-charge", "-o", tmp_path / "net.nir",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "7 samples, " in done.stdout
    assert "cal.npz, which scales were taken from: 1.0000 in the float network" in done.stdout
    assert "inputs: bernoulli spikes, seed 3, one a step is 0.9" in done.stdout
    read = read_nir(tmp_path / "net.nir", dt=DT)
    assert list(read.network.inputs) == ["input"]
    assert list(read.network.populations) == ["relu1", "output", "start"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--calibration is missing: scales are taken from inputs, x in a file"),
        (["--calibration", "no.npz"], "no.npz: no such file"),
        (["--calibration", "cal.npz", "--test", "cal.npz"], "--test cal.npz must not be the --cal"),
        (["--calibration", "cal.npz", "-o", "net.npz"], "--out net.npz must end in .nir"),
        (["--calibration", "cal.npz", "--spikes", "s.npy"], "--spikes s.npy must end in .npz"),
        (["--calibration", "cal.npz", "--percentile", "0"], "percentile must be above 0 and at mo"),
        (["--calibration", "cal.npz", "--percentile", "nan"], "percentile must be above 0 and at"),
        (["--calibration", "cal.npz", "--layers", "dense"], "layers: 'dense' has no layer for the"),
        (["--calibration", "cal.npz", "--layers", "lstm"], "layers: number 1 must be one of dense"),
        (["--calibration", "cal.npz", "--code", "latency"], "'latency' is not one of"),
        (["--calibration", "cal.npz", "--steps", "0"], "'0' is no list of numbers from 1"),
        (["--calibration", "wide.npz"], "layer 1 (Dense): weight takes 6 numbers, and 7 come in"),
        (["--calibration", "nan.npz"], "calibration must be finite, not nan at [0, 0]"),
        (["--calibration", "zero.npz"], "calibration must have inputs that are not 0: all are"),
        (["--calibration", "cal.npz", "--test", "wide.npz"], "wide.npz must have the shape of t"),
        (["--calibration", "cal.npz", "--test", "texts.npz"], "labels must be integers"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    backspike, files, monkeypatch, options, message
):
    folder, _, x, _ = files
    monkeypatch.chdir(folder)
    np.savez("wide.npz", x=np.ones((3, 7)))
    np.savez("nan.npz", x=np.full((3, 6), np.nan))
    np.savez("zero.npz", x=np.zeros((3, 6)))
    np.savez("texts.npz", x=x, y=np.full(30, "a"))
    before = sorted(folder.iterdir())
    done = backspike("nir", "convert", "w.npz", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"0.weight": -np.ones((9, 6)), "2.weight": np.ones((3, 9))}, "affine1: no activation is"),
        ({"0.weight": np.full((9, 6), np.inf)}, "layer 1 (Dense): weight must be finite, and has"),
        ({"0.weight": np.ones((9, 6)), "1.weight": np.ones(9)}, "lacks its statistics, running_m"),
        ({"kernel": np.ones((9, 6))}, "weights: 'kernel' is no name of an array"),
    ],
)
def test_weights_that_no_network_can_be_made_of(backspike, files, monkeypatch, arrays, message):
    folder, *_ = files
    monkeypatch.chdir(folder)
    np.savez("bad.npz", **arrays)
    done = backspike("nir", "convert", "bad.npz", "--calibration", "cal.npz")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (folder / "bad.nir").exists()
