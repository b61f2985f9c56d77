"""The command line: runs, checkpoints, and every way to ask for what cannot be done."""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import pytest

from backspike.experiments.runs import RunFolder

SMALL = ["--hidden", "12", "--samples", "60", "--epochs", "2"]
PAPER = ["--circuit", "paper", "--engine", "golden", "--lanes", "4"]
FOLDED = ["--circuit", "folded", "--engine", "golden", "--lanes", "4"]


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


@pytest.mark.draws
@pytest.mark.parametrize("circuit", [[], PAPER, FOLDED], ids=["equations", "paper", "folded"])
def test_train_leaves_a_whole_run(backspike, circuit, tmp_path):
    out = tmp_path / "run"
    done = backspike("train", *SMALL, *circuit, "--out", out)
    assert done.returncode == 0, done.stderr
    # Outside of a terminal there are no bars, only lines.
    assert done.stdout.startswith("digits: 60 samples to learn from, 360 to test; 8x8 pixels, ")
    lines = [line for line in done.stdout.splitlines() if "train exact" in line]
    assert [line.split(":")[0] for line in lines] == ["epoch 1/2", "epoch 2/2"]
    assert all(("mismatches 0, " in line) == bool(circuit) for line in lines)
    assert "check against the equations" in done.stdout
    metrics = json.loads((out / "metrics.json").read_text())
    assert metrics["seconds_build"] >= 0
    assert metrics["seconds_train"] > 0
    assert (metrics["seconds_check"] > 0) == bool(circuit)
    assert metrics["seconds_report"] > 0
    assert metrics["layers"] == [256, 12, 10]
    assert metrics["samples_trained"] == 120
    assert len(metrics["history"]) == metrics["epochs"] == 2
    assert metrics["mismatches"] == (0 if circuit else None)
    assert 0 <= metrics["test_membrane"] <= 1
    assert (metrics["energy_per_sample_joule"] is not None) == bool(circuit)
    page = (out / "report.html").read_text()
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("http-equiv", "")
    names = {"metrics.json", "report.html", "checkpoint.npz", "weights.npz"}
    names |= {"run.json", "inputs.npz"}
    pictures = {"curves.svg", "weights.svg", "confusion.svg", "mistakes.svg"}
    drawn = {"program.npz", "raster.svg"} if circuit else set()
    assert {path.name for path in out.iterdir()} == names | pictures | drawn
    if circuit:
        checked = backspike("eval", out, "--engine", "golden", "--samples", "20", "--lanes", "4")
        assert checked.returncode == 0, checked.stderr + checked.stdout
        drawn = backspike("raster", out, "--samples", "1", "--out", tmp_path / "spikes")
        assert drawn.returncode == 0, drawn.stderr
        assert "$var wire" in (tmp_path / "spikes.vcd").read_text()


def test_circuits_and_equations_agree_with_given_weights(backspike, tmp_path):
    backspike("train", *SMALL, "--out", tmp_path / "first")
    init = tmp_path / "first" / "weights.npz"
    arguments = [*SMALL, "--learning", "paper", "--init", init, "--order", "given"]
    for name, circuit in (("equations", []), ("paper", PAPER), ("folded", FOLDED)):
        done = backspike("train", *arguments, *circuit, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    names = ("equations", "paper", "folded")
    one, *others = (RunFolder(tmp_path / name).load_finished().weights for name in names)
    for other in others:
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    first = RunFolder(tmp_path / "first").load_finished().weights
    assert not np.array_equal(first[0], one[0])


def bad_inputs(backspike, folder: Path):
    """Arguments, and what the one line on stderr must say."""
    grey = folder / "grey.npz"
    np.savez(grey, x_train=np.full((4, 5), 0.3), y_train=np.arange(4), x_test=np.zeros((1, 5)),
             y_test=np.zeros(1, int))  # fmt: skip
    other = folder / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    run = folder / "run"
    assert backspike("train", *SMALL, "--out", run).returncode == 0
    unfinished = folder / "unfinished"
    unfinished.mkdir()
    (unfinished / "checkpoint.npz").write_bytes((run / "checkpoint.npz").read_bytes())
    damaged = folder / "damaged"
    damaged.mkdir()
    (damaged / "checkpoint.npz").write_bytes((run / "checkpoint.npz").read_bytes()[:-100])
    (damaged / "metrics.json").write_text("[1]")
    file = folder / "file"
    file.write_text("mine")
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
        (("train", "--init", garbage, *out), "garbage.npz is not a readable .npz"),
        (("train", "--init", folder / "none.npz", *out), "none.npz: no such file"),
        (("train", "--init", folder / "none.npz", "--lift", "2", *out), "--lift 2"),
        (("train", "--engine", "golden", *out), "--engine is for a circuit"),
        (("train", "--learning", "paper", "--lanes", "4", *out), "--lanes is for a circuit"),
        (("train", "--no-check", *out), "--no-check is for a circuit"),
        (("train", "--rule", "dw = x0*y0", *out), "--rule is for a circuit"),
        (("train", "--data-dir", folder, *out), "digits is not read from a folder"),
        (("train", *PAPER, "--rule", "dw = x0*y0", "--check", *out), "--check compares"),
        (("train", "--engine", "abacus", *out), "'abacus' is not one of 'golden', 'verilator'"),
        (("train", *PAPER, "--lanes", "3", *out), "'3' is not one of"),
        (("train", "--samples", "0", *out), "--samples"),
        (("train", "--out", file), "must be a folder, not a file"),
        (("train", "--out", file / "new"), "cannot be written"),
        (("train", "--out", "/proc/none/new"), "cannot be written"),
        (("train", "--out", other), "neither empty nor a run"),
        (("train", *SMALL, "--out", run), "--resume"),
        (("train", *SMALL, "--seed", "7", "--resume", "--out", run), "--seed 7 is not of the run"),
        (("train", "--resume", *out), "nothing to resume"),
        (("train", "--epochs", "many", *out), "many"),
        (("train", *SMALL, "--epochs", "1", "--resume", "--out", run), "at least 2, the"),
        (("demo", "--out", run), "holds a run that is no demo"),
        (("demo", "--out", other), "neither empty nor a run"),
        (("eval",), "Missing argument 'RUN'"),
        (("eval", folder / "nowhere"), f"RUN {folder / 'nowhere'}: there is no such folder"),
        (("eval", other), f"RUN {other} is not a run"),
        (("eval", unfinished), f"RUN {unfinished} is not finished"),
        (("eval", damaged), f"RUN {damaged}: its metrics.json is not that of a run"),
        (("train", *SMALL, "--resume", "--out", damaged), "is not a checkpoint"),
        (("demo", "--out", damaged), "is not a checkpoint"),
        (("eval", run, "--lanes", "4"), "--lanes 4"),
        (("eval", run, "--samples", "361"), "between 1 and 360, not 361"),
        (("raster", other), f"RUN {other} is not a run"),
        (("raster",), "name a RUN"),
        (("raster", run, "--seed", "1"), "--seed is for fresh weights"),
        (("raster", run, "--out", folder / "nowhere" / "new"), "cannot be written"),
        (("raster", run, "--out", folder), "is a folder"),
        (("raster", "--dataset", "mnits", "--out", folder / "new"), "mnits"),
        (("bench", "--json", folder / "nowhere" / "new"), "cannot be written"),
        (("tarin",), "No such command 'tarin'"),
        (("rule", "dw = 4*r1*x0*y0 - 2*x0*y0)"), "unexpected"),
        (("rule", "x0*y0*q"), "q"),
        (("verilog", "--set", "lanes=3", "-o", folder / "new"), "lanes"),
        (("verilog", "--set", "lane=4", "-o", folder / "new"), "lane"),
        (("verilog", "--name", "a b", "-o", folder / "new"), "name of a module must be letters"),
    ]


def test_bad_input_is_one_line_and_status_2_and_writes_nothing(backspike, tmp_path):
    inputs = bad_inputs(backspike, tmp_path)
    before = sorted(tmp_path.rglob("*"))
    for arguments, words in inputs:
        done = backspike(*arguments)
        assert done.returncode == 2, (arguments, done.stdout, done.stderr)
        assert words in done.stderr, (arguments, done.stderr)
        assert "Traceback" not in done.stderr
        # A rule's error shows the rule, with a caret under the place, below its line.
        lines = 3 if "rule:" in done.stderr else 1
        assert len(done.stderr.strip().splitlines()) <= lines, (arguments, done.stderr)
        assert sorted(tmp_path.rglob("*")) == before, arguments


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"W1": np.zeros((3, 4), np.int16)}, "W1 has shape (3, 4), the network needs (256, 12)"),
        ({"W2": np.full((12, 10), 0.5)}, "W2[0, 0] is 0.5, float64"),
        ({"W2": np.full((12, 10), 256)}, "W2[0, 0] is 256"),
        ({"W1": np.full((256, 12), -258)}, "W1[0, 0] is -258"),
        ({"W1": np.diag(np.arange(256))[:, :12]}, "W1[1, 1] is 1"),
        ({"W2": np.full((12, 10), 2**63, np.uint64)}, "W2[0, 0] is 9223372036854775808"),
        ({"W3": np.zeros((10, 10), int)}, "holds W3"),
        ({"W2": None}, "has no array W2"),
    ],
)
def test_weights_to_start_from_are_checked(backspike, changes, words, tmp_path):
    arrays = {"W1": np.zeros((256, 12), int), "W2": np.zeros((12, 10), int)} | changes
    file = tmp_path / "init.npz"
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    done = backspike("train", *SMALL, "--init", file, "--out", tmp_path / "new")
    assert done.returncode == 2
    assert done.stderr.startswith(f"backspike: --init {file}")
    assert words in done.stderr
    assert ("even integers in -256..254" in done.stderr) == (" is " in words)
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == [file]


def test_no_arguments_show_the_help(backspike):
    done = backspike()
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: backspike [OPTIONS] COMMAND")
    assert not done.stderr


def test_raster_of_fresh_weights(backspike, tmp_path):
    fresh = ("--dataset", "digits", "--hidden", "8", "--samples", "1")
    done = backspike("raster", *fresh, "--out", tmp_path / "new.png")
    assert done.returncode == 0, done.stderr
    written = {path.suffix for path in tmp_path.glob("new.*")}
    assert written == {".png", ".vcd", ".gtkw", ".sucl"}


def test_rule_shows_microcode(backspike):
    done = backspike("rule", "dw = 4*r1*x0*y0 - 2*x0*y0")
    assert done.returncode == 0
    assert done.stdout.count("LANE") == 1


def test_verilog_writes_a_core(backspike, tmp_path):
    done = backspike("verilog", "--preset", "tiny", "-o", tmp_path / "core.v")
    assert done.returncode == 0, done.stderr
    assert "module backspike_core(" in (tmp_path / "core.v").read_text()
    small = ("--preset", "tiny", "--set", "learning=false")
    named = ("verilog", *small, "--name", "second", "-o", tmp_path / "second.v")
    assert backspike(*named).returncode == 0
    assert "module second(" in (tmp_path / "second.v").read_text()


def test_memory_shows_formats_and_bits(backspike, tmp_path):
    out = tmp_path / "run"
    assert backspike("train", *SMALL, *FOLDED, "--out", out).returncode == 0
    for given in (out, out / "program.npz"):
        done = backspike("memory", given)
        assert done.returncode == 0, done.stderr
        for text in ("W1", "dense", "W2^T", "column", "3,072", "sparse: "):
            assert text in done.stdout
    equations = tmp_path / "equations"
    assert backspike("train", *SMALL, "--out", equations).returncode == 0
    assert "as in runs of the equations" in backspike("memory", equations).stderr
    for wrong in (tmp_path, out / "weights.npz"):
        done = backspike("memory", wrong)
        assert done.returncode == 2
        assert "is not a program" in done.stderr
