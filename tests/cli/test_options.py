"""Learning beyond the paper on the command line: margin, window, rate, shifts."""

import json

import numpy as np
import pytest

from backspike.experiments.runs import RunFolder

SMALL = ["--hidden", "12,9", "--samples", "60", "--lanes", "4"]
FOLDED = ["--circuit", "folded", "--engine", "golden"]
BEYOND = [
    *("--margin", "256", "--window", "4096", "--dead-zone", "20"),
    *("--rate", "200", "--halving", "1", "--shifts", "1"),
]


def weights_of(folder):
    return RunFolder(folder).load_finished().weights


def test_circuit_in_parts_ends_where_the_equations_end(backspike, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    runs = (
        (whole, 3, []),
        (parts, 1, FOLDED),
        (parts, 3, [*FOLDED, "--resume"]),
    )
    for folder, epochs, more in runs:
        done = backspike("train", *SMALL, *BEYOND, "--epochs", epochs, "--out", folder, *more)
        assert done.returncode == 0, done.stderr
    for a, b in zip(weights_of(whole), weights_of(parts), strict=True):
        assert np.array_equal(a, b)
    metrics = json.loads((parts / "metrics.json").read_text())
    assert metrics["mismatches"] == 0
    assert metrics["learning"] == {
        "margin": 256, "window": 4096, "dead_zone": 20, "rate": 200, "halving": 1, "shifts": 1,
    }  # fmt: skip
    plain = tmp_path / "plain"
    assert backspike("train", *SMALL[:4], "--epochs", 3, "--out", plain).returncode == 0
    assert not np.array_equal(weights_of(whole)[0], weights_of(plain)[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--margin", "100"], "margin must be a multiple of 128, not 100"),
        (["--window", "1000"], "window must be one of (512, 1024"),
        (["--rate", "0"], "0 is not in the range 1<=x<=256"),
        (["--halving", "3"], "halving must be 0 without a rate, not 3"),
        (["--circuit", "paper", "--margin", "128"], "are for --circuit folded or equations"),
        (["--circuit", "folded", "--rule", "dw = 4*x0*y0", "--rate", "9"], "--rule goes without"),
        (["--lanes", "4"], "--lanes is for a circuit"),
        (["--circuit", "folded", "--board", "icebreaker"], "is for --engine fpga or netlist"),
        (["--circuit", "folded", "--engine", "netlist", "--port", "x"], "is for --engine fpga"),
        (
            ["--circuit=folded", "--engine=netlist", "--board=icebreaker", "--hidden=9"],
            "input_axons: the network needs 266, the limit is 138",
        ),
    ],
)
def test_what_cannot_be_is_refused(backspike, options, message, tmp_path):
    done = backspike("train", *options, "--out", tmp_path / "run")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_what_is_no_image_cannot_be_shifted(backspike, tmp_path):
    rng = np.random.default_rng(1)
    x, y = rng.integers(2, size=(30, 20)), np.arange(30) % 5
    np.savez(tmp_path / "flat.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    done = backspike("train", "--dataset", tmp_path / "flat.npz", "--shifts", "1")
    assert done.returncode == 2
    assert "the inputs are no images" in done.stderr
