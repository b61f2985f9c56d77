"""The command line: runs, checkpoints, and every way to ask for what cannot be done."""

import gzip
import io
import json
import signal
import struct
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from backspike.sim import main
from backspike.sim.runs import RunFolder

SMALL = ["--hidden", "12", "--samples", "60", "--epochs", "2"]
PAPER = ["--circuit", "paper", "--engine", "golden", "--lanes", "4"]


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def backspike(*arguments):
    """Run the command in this process."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["backspike", *map(str, arguments)])
        patch.setattr(main, "console", Console(file=out, width=200))
        patch.delenv("BACKSPIKE_DATA", raising=False)
        try:
            main.main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def idx(path, array, magic=None, cut=0):
    header = struct.pack(">i", magic or 0x0800 + array.ndim) + struct.pack(
        f">{array.ndim}i", *array.shape
    )
    content = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content[: len(content) - cut]))


def mnist(folder, n_labels=8, magic=None, cut=0):
    """A tiny MNIST of 8 and 4 images."""
    folder.mkdir()
    rng = np.random.default_rng(1)
    idx(folder / "train-images-idx3-ubyte.gz", rng.integers(256, size=(8, 28, 28)), magic, cut)
    idx(folder / "train-labels-idx1-ubyte.gz", rng.integers(10, size=n_labels))
    idx(folder / "t10k-images-idx3-ubyte.gz", rng.integers(256, size=(4, 28, 28)))
    idx(folder / "t10k-labels-idx1-ubyte.gz", rng.integers(10, size=4))
    return folder


@pytest.mark.parametrize("circuit", [[], PAPER], ids=["equations", "paper"])
def test_train_leaves_a_whole_run(circuit, tmp_path):
    out = tmp_path / "run"
    done = backspike("train", *SMALL, *circuit, "--out", out)
    assert done.returncode == 0, done.stderr
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["layers"] == [256, 12, 10]
    assert metrics["samples_trained"] == 120
    assert len(metrics["history"]) == metrics["epochs"] == 2
    assert metrics["mismatches"] == (0 if circuit else None)
    assert 0 <= metrics["test_membrane"] <= 1
    assert (metrics["energy_per_sample_joule"] is not None) == bool(circuit)
    page = (out / "report.html").read_text()
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("http-equiv", "")
    names = {"metrics.json", "weights.npz", "checkpoint.npz", "curves.png", "weights.png"}
    assert names <= {path.name for path in out.iterdir()}
    assert (out / "program.npz").exists() == (out / "raster.png").exists() == bool(circuit)
    if circuit:
        checked = backspike("eval", out, "--engine", "golden", "--samples", "20", "--lanes", "4")
        assert checked.returncode == 0, checked.stderr + checked.stdout
        drawn = backspike("raster", out, "--samples", "1", "--out", tmp_path / "spikes")
        assert drawn.returncode == 0, drawn.stderr
        assert "$var wire" in (tmp_path / "spikes.vcd").read_text()


def test_paper_and_equations_variant_agree_with_given_weights(tmp_path):
    backspike("train", *SMALL, "--out", tmp_path / "first")
    init = tmp_path / "first" / "weights.npz"
    arguments = [*SMALL, "--init", init, "--order", "given"]
    for name, circuit in (("equations", []), ("paper", PAPER)):
        done = backspike("train", *arguments, *circuit, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    one, other = (RunFolder(tmp_path / name).load_weights() for name in ("equations", "paper"))
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    first = RunFolder(tmp_path / "first").load_weights()
    assert not np.array_equal(first[0], one[0])


@pytest.mark.parametrize("circuit", [[], PAPER], ids=["equations", "paper"])
def test_interrupted_and_resumed_run_ends_like_a_whole_one(circuit, tmp_path):
    size = ["--hidden", "12", "--samples", "200", "--epochs", "40" if circuit else "1500"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert backspike("train", *size, *circuit, "--out", whole).returncode == 0
    command = [sys.executable, "-P", "-m", "backspike.sim.main", "train", *size, *circuit]
    process = subprocess.Popen([*command, "--out", cut], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 120
        while not (cut / "checkpoint.npz").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    finally:
        process.kill()
        process.communicate()
    assert not (cut / "metrics.json").exists()
    resumed = backspike("train", *size, *circuit, "--out", cut, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    one, other = RunFolder(whole).load_weights(), RunFolder(cut).load_weights()
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    histories = [
        json.loads((folder / "metrics.json").read_text())["history"] for folder in (whole, cut)
    ]
    assert histories[0] == histories[1]


def bad_inputs(folder: Path):
    """Arguments, and what the one line on stderr must say."""
    grey = folder / "grey.npz"
    np.savez(grey, x_train=np.full((4, 5), 0.3), y_train=np.arange(4), x_test=np.zeros((1, 5)),
             y_test=np.zeros(1, int))  # fmt: skip
    other = folder / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    run = folder / "run"
    assert backspike("train", *SMALL, "--out", run).returncode == 0
    wrong = folder / "wrong.npz"
    np.savez(wrong, W1=np.zeros((3, 4), np.int16), W2=np.zeros((4, 10), np.int16))
    garbage = folder / "garbage.npz"
    garbage.write_text("no archive")
    out = ("--out", folder / "new")

    def data(name, **changes):
        return ("--dataset", "mnist", "--data-dir", mnist(folder / name, **changes), *out)

    return [
        (("train", "--dataset", "mnits", *out), "mnits"),
        (("train", "--dataset", "mnist", "--data-dir", folder / "nowhere", *out), "nowhere"),
        (("train", *data("cut", cut=9)), "train-images"),
        (("train", *data("magic", magic=0x0D03)), "magic"),
        (("train", *data("counts", n_labels=7)), "7"),
        (("train", "--dataset", grey, *out), "encoder"),
        (("train", "--encoder", "treshold:0.5", *out), "treshold"),
        (("train", *PAPER, "--hidden", "9000", *out), "compartments"),
        (("train", *PAPER, "--hidden", "20,20", *out), "hidden layers"),
        (("train", "--hidden", "0", *out), "hidden"),
        (("train", "--samples", "5000", *out), "1437"),
        (("train", "--init", wrong, *out), "shapes"),
        (("train", "--init", garbage, *out), "garbage.npz"),
        (("train", "--out", other), "is not a run"),
        (("train", *SMALL, "--out", run), "--resume"),
        (("train", *SMALL, "--seed", "7", "--resume", "--out", run), "seed was 1, not 7"),
        (("train", "--resume", *out), "nothing to resume"),
        (("train", "--epochs", "many", *out), "many"),
        (("eval", folder / "nowhere"), "no such folder"),
        (("rule", "dw = 4*r1*x0*y0 - 2*x0*y0)"), "unexpected"),
        (("rule", "x0*y0*q"), "q"),
        (("verilog", "--set", "lanes=3", "-o", folder / "new"), "lanes"),
        (("verilog", "--set", "lane=4", "-o", folder / "new"), "lane"),
    ]


def test_bad_input_is_one_line_and_status_2_and_writes_nothing(tmp_path):
    for arguments, words in bad_inputs(tmp_path):
        done = backspike(*arguments)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert words in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
        # A rule's error shows the rule, with a caret under the place, below its line.
        lines = 3 if arguments[0] == "rule" else 1
        assert len(done.stderr.strip().splitlines()) <= lines, (arguments, done.stderr)
        assert not (tmp_path / "new").exists(), arguments


def test_rule_shows_microcode():
    done = backspike("rule", "dw = 4*r1*x0*y0 - 2*x0*y0")
    assert done.returncode == 0
    assert done.stdout.count("LANE") == 1


def test_verilog_writes_a_core(tmp_path):
    done = backspike("verilog", "--preset", "tiny", "-o", tmp_path / "core.v")
    assert done.returncode == 0, done.stderr
    assert "module backspike_core(" in (tmp_path / "core.v").read_text()
