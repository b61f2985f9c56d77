"""``backspike train --circuit temporal``: runs, runs that go on, and what is refused."""

import json

import numpy as np
import pytest

TRAIN = ("train", "--circuit", "temporal")


@pytest.fixture
def data(tmp_path):
    rng = np.random.default_rng(1)
    y = np.arange(40) % 2
    x = rng.normal(0, 0.3, (40, 8, 2))
    for k in range(40):
        x[k, 1:, y[k]] += 2
        x[k, 5:, 1 - y[k]] += 2
    np.savez(tmp_path / "rises.npz", x=x, y=y)
    return tmp_path / "rises.npz"


@pytest.fixture
def train(backspike, data, tmp_path, empty_pictures):
    def run(*arguments, out="run"):
        more = ("--hidden", "20", "--lanes", "4", "--encoder", "thermometer:4")
        return backspike(*TRAIN, "--dataset", data, *more, "--out", tmp_path / out, *arguments)

    return run


def metrics(tmp_path, out="run"):
    return json.loads((tmp_path / out / "metrics.json").read_text())


def test_it_learns_and_every_weight_of_the_core_is_that_of_the_equations(train, tmp_path):
    done = train("--epochs", "8", "--engine", "golden")
    assert done.returncode == 0, done.stderr
    found = metrics(tmp_path)
    assert found["mismatches"] == 0
    assert found["test_membrane"] >= 0.9
    assert found["checked_against"]
    assert found["counters_per_sample"]["steps"] == 40
    assert "weights that differ" in done.stdout


def test_a_run_goes_on_as_if_it_had_not_stopped(train, backspike, tmp_path):
    train("--epochs", "4", out="straight")
    train("--epochs", "2", out="parts")
    done = backspike(*TRAIN, "--resume", "--out", tmp_path / "parts", "--epochs", "4")
    assert done.returncode == 0, done.stderr
    for name in ("history", "confusion"):
        assert metrics(tmp_path, "parts")[name] == metrics(tmp_path, "straight")[name]
    with (
        np.load(tmp_path / "parts/weights.npz") as a,
        np.load(tmp_path / "straight/weights.npz") as b,
    ):
        assert all((a[name] == b[name]).all() for name in b)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--tau", "0.1"), "'--tau': 0.1 is not in the range 0.5<=x<=1000"),
        (("--box", "100"), "box must be a power of 2 up to the threshold, 256, not 100"),
        (("--encoder", "foo"), "encoder 'foo': there is no form 'foo'"),
        (("--check",), "--check is for an engine: it does nothing with --engine equations"),
        (("--errors", "end", "--settle", "3"), "settle must be 0 with errors at the end, not 3"),
        (("--hidden", "none"), "--hidden must name at least one hidden layer, not none"),
        (("--rule", "x0*y0"), "No such option '--rule'"),
        (("--samples", "99"), "--samples must be between 1 and"),
        (("--engine", "fpga"), "'fpga' is not one of 'equations', 'golden', 'verilator'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(train, tmp_path, arguments, message):
    done = train(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "run").exists()


def test_what_is_part_of_a_run_stays(train, backspike, tmp_path):
    train("--epochs", "1")
    again = (*TRAIN, "--resume", "--out", tmp_path / "run")
    done = backspike(*again, "--tau", "3")
    assert done.returncode == 2
    assert "--resume: --tau 3.0 is not of the run" in done.stderr
    done = train("--epochs", "1")
    assert "holds a run: go on with --resume" in done.stderr
    file = tmp_path / "rises.npz"
    with np.load(file) as old:
        arrays = dict(old)
    arrays["x"] = -arrays["x"]
    np.savez(file, **arrays)
    done = backspike(*again, "--epochs", "2")
    assert "what --dataset holds has changed since the checkpoint" in done.stderr


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("train", "--resume", "--out"), "go on with --circuit temporal --resume"),
        (("report",), "go on with --circuit temporal --resume"),
        (("eval",), "this command is for images"),
    ],
)
def test_commands_for_images_say_that_a_run_is_not_theirs(
    train, backspike, tmp_path, command, message
):
    train("--epochs", "1")
    done = backspike(*command, tmp_path / "run")
    assert done.returncode == 2
    assert f"has learned over time: {message}" in done.stderr


def test_the_help_is_that_of_the_circuit(backspike):
    of_time = backspike(*TRAIN, "--help").stdout
    assert "--eligibility" in of_time
    assert "--window" not in of_time
    assert "--window" in backspike("train", "--help").stdout
    assert "--eligibility" in backspike("train", "--circuit=temporal", "--help").stdout
