"""Training on the command line: going on, what may be replaced, what goes beyond the paper."""

import json
import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from backspike.experiments.runs import RunFolder
from backspike.golden.compiler.program import Program
from backspike.golden.names import listed
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.paper_circuit import read_matrices

SMALL = ["--hidden", "12", "--samples", "60"]
PAPER = ["--circuit", "paper", "--engine", "golden", "--lanes", "4"]
RULE = ["--rule", "dw = 2*r1*x0*y0 - 2*x0*y0"]
KERNELS = ["--kernels", "8x3x3/2", "--samples", "60", "--lanes", "4"]
DEEP = ["--hidden", "12,9", "--samples", "60", "--lanes", "4"]
FOLDED = ["--circuit", "folded", "--engine", "golden"]
BEYOND = [
    *("--margin", "256", "--window", "4096", "--dead-zone", "20"),
    *("--halving", "1", "--shifts", "1", "--rate"),
]


def assert_same_end(one, other):
    weights = (RunFolder(folder).load_finished().weights for folder in (one, other))
    assert all(np.array_equal(a, b) for a, b in zip(*weights, strict=True))


def make_data(path, seed):
    rng = np.random.default_rng(seed)
    np.savez(path, x_train=rng.integers(2, size=(60, 256)), y_train=np.arange(60) % 10,
             x_test=rng.integers(2, size=(10, 256)), y_test=np.arange(10))  # fmt: skip


def make_weights(path, seed):
    arrays = init_weights((256, 12, 10), seed)
    np.savez(path, **{f"W{n}": w for n, w in enumerate(arrays, 1)})


@pytest.mark.filterwarnings("default::backspike.golden.errors.NoEffectWarning")
def test_a_rule_that_can_change_nothing_is_told_in_one_line(backspike, tmp_path):
    rule = ("--rule", "2^-3*x1*y0", "--epochs", "1")
    done = backspike("train", *SMALL, *FOLDED, "--lanes", "4", *rule, "--out", tmp_path / "run")
    assert done.returncode == 0
    assert "backspike: warning: trace x1 has no impulse; the rule of 'W1', 'W2' " in done.stderr
    assert "never changes a synapse" in done.stderr
    assert ".py" not in done.stderr


@pytest.mark.parametrize(
    "circuit", [[], PAPER, [*PAPER, *RULE]], ids=["equations", "paper", "rule"]
)
def test_interrupted_and_resumed_run_ends_like_a_whole_one(backspike, circuit, tmp_path):
    size = ["--hidden", "12", "--samples", "200", "--epochs", "3" if circuit else "300"]
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert backspike("train", *size, *circuit, "--out", whole).returncode == 0
    command = [sys.executable, "-P", "-m", "backspike.cli.main", "train", *size, *circuit]
    process = subprocess.Popen([*command, "--out", cut], stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 120
        while not (cut / "checkpoint.npz").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        shown, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    last = shown.splitlines()[-1]
    assert last.startswith("interrupted; to go on: backspike train ")
    assert last.endswith(f"--out {cut} --resume")
    assert not (cut / "metrics.json").exists()
    resumed = backspike("train", *size, *circuit, "--out", cut, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert_same_end(whole, cut)
    histories = [
        json.loads((folder / "metrics.json").read_text())["history"] for folder in (whole, cut)
    ]
    assert histories[0] == histories[1]


@pytest.mark.parametrize("circuit", [PAPER, [*PAPER, *RULE]], ids=["nbp", "rule"])
def test_run_in_parts_leaves_what_a_whole_one_does(backspike, circuit, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder, epochs, resume in ((whole, 2, []), (parts, 1, []), (parts, 2, ["--resume"])):
        done = backspike("train", *SMALL, *circuit, "--epochs", epochs, "--out", folder, *resume)
        assert done.returncode == 0, done.stderr
    assert_same_end(whole, parts)
    programs = [Program.load(folder / "program.npz") for folder in (whole, parts)]
    for name, words in programs[0].memories.items():
        assert np.array_equal(words, programs[1].memories[name])
    # The program is what the run began with.
    held = read_matrices(programs[1], programs[1].memories["dense"])
    for name, weights in zip(("W1", "W2"), init_weights((256, 12, 10), 1), strict=True):
        assert np.array_equal(held[name], weights)
    assert not np.array_equal(held["W2"], RunFolder(parts).load_finished().weights[1])


@pytest.mark.parametrize(("option", "make"), [("--dataset", make_data), ("--init", make_weights)])
def test_moved_file_resumes_and_changed_file_is_refused(backspike, option, make, tmp_path):
    out = tmp_path / "run"
    file, moved = tmp_path / "file.npz", tmp_path / "moved.npz"
    make(file, 1)
    train = ("train", "--hidden", "12", "--out", out)
    assert backspike(*train, option, file, "--epochs", "1").returncode == 0
    file.rename(moved)
    done = backspike(*train, option, moved, "--epochs", "2", "--resume")
    assert done.returncode == 0, done.stderr
    make(moved, 2)
    checkpoint = (out / "checkpoint.npz").read_bytes()
    done = backspike(*train, option, moved, "--epochs", "3", "--resume")
    assert done.returncode == 2
    assert f"what {option} holds has changed" in done.stderr
    assert done.stderr.count("\n") == 1
    assert (out / "checkpoint.npz").read_bytes() == checkpoint


def test_rule_of_nbp_in_other_words_is_checked(backspike, tmp_path):
    rule = ("--rule", "4*r1*x0*y0-2*x0*y0", "--check")
    done = backspike("train", *SMALL, *PAPER, *rule, "--epochs", "1", "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "run" / "metrics.json").read_text())["mismatches"] == 0


def test_other_rule_is_part_of_the_run(backspike, tmp_path):
    train = ("train", *SMALL, *PAPER, "--epochs", "1", "--out", tmp_path)
    assert backspike(*train, *RULE).returncode == 0
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["rule"] == "dw=2*r1*x0*y0-2*x0*y0"
    assert metrics["checked_against"] is metrics["mismatches"] is None
    done = backspike(*train, "--rule", "dw = 4*x0*y0", "--resume")
    assert done.returncode == 2
    assert "rule was 'dw=2*r1*x0*y0-2*x0*y0'" in done.stderr
    done = backspike(*train, "--resume")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "metrics.json").read_text())["rule"] == metrics["rule"]


def weights_of(folder):
    return RunFolder(folder).load_finished().weights


@pytest.mark.parametrize(
    ("network", "rate"), [(DEEP, 200), (DEEP, [64, 200, 256]), (KERNELS, [64, 200])]
)
def test_circuit_in_parts_ends_where_the_equations_end(backspike, network, rate, tmp_path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    options = [*network, *BEYOND, listed(rate)]
    runs = (
        (whole, 3, []),
        (parts, 1, FOLDED),
        (parts, 3, [*FOLDED, "--resume"]),
    )
    for folder, epochs, more in runs:
        done = backspike("train", *options, "--epochs", epochs, "--out", folder, *more)
        assert done.returncode == 0, done.stderr
    for a, b in zip(weights_of(whole), weights_of(parts), strict=True):
        assert np.array_equal(a, b)
    metrics = json.loads((parts / "metrics.json").read_text())
    assert metrics["mismatches"] == 0
    assert metrics["learning"] == {
        "margin": 256, "window": 4096, "dead_zone": 20, "rate": rate, "halving": 1, "shifts": 1,
    }  # fmt: skip
    plain = tmp_path / "plain"
    assert backspike("train", *network, "--epochs", 3, "--out", plain).returncode == 0
    assert not np.array_equal(weights_of(whole)[0], weights_of(plain)[0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--margin", "100"], "margin must be a multiple of 128, not 100"),
        (["--window", "1000"], "window must be one of (512, 1024"),
        (["--kernels", "5x5"], "kernels must be FILTERSxROWSxCOLUMNS, with /STRIDE"),
        (["--kernels", "16x9x9+0"], "kernels '16x9x9+0': kernels of (9, 9) exceed an image of"),
        (["--kernels", "6x3x3"], "kernels '6x3x3': filters must be a multiple of the core's"),
        (["--kernels", "16x3x3", "--circuit", "delta"], "--kernels are for --circuit folded or eq"),
        (
            ["--kernels=16x3x3", "--circuit=folded", "--engine=netlist"],
            "compartments: the network needs 4144, the limit is 2048",
        ),
        (["--rate", "1,2,3"], "rate must have at most 2, one of a layer, not 3"),
        (["--rate", "0"], "0 is not in the range 1<=x<=256"),
        (["--learning", "paper", "--halving", "3"], "halving must be 0 without a rate, not 3"),
        (["--circuit", "paper", "--margin", "128"], "are for --circuit folded or equations"),
        (["--circuit", "folded", "--rule", "dw = 4*x0*y0", "--rate", "9"], "--rule goes without"),
        (["--circuit", "paper", "--learning", "recommended"], "are for --circuit folded or equ"),
        (["--learning", "paper", "--lanes", "4"], "--lanes is for a circuit"),
        (["--circuit", "folded", "--board", "icebreaker"], "is for --engine fpga or netlist"),
        (["--circuit", "folded", "--engine", "netlist", "--port", "x"], "is for --engine fpga"),
        (
            ["--circuit=folded", "--engine=netlist", "--board=icebreaker", "--hidden=89"],
            "compartments: the network needs 386, the limit is 384",
        ),
    ],
)
def test_what_cannot_be_is_refused(refused, options, message):
    refused("train", options, message)


def test_what_is_no_image_cannot_be_shifted(backspike, tmp_path):
    rng = np.random.default_rng(1)
    x, y = rng.integers(2, size=(30, 20)), np.arange(30) % 5
    np.savez(tmp_path / "flat.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    done = backspike("train", "--dataset", tmp_path / "flat.npz", "--shifts", "1")
    assert done.returncode == 2
    assert "the inputs are no images" in done.stderr


@pytest.mark.parametrize("limit", [1_000, 2_500, 10_000, 60_000])
def test_a_full_disk_is_one_line_and_the_run_goes_on(backspike, limit, tmp_path):
    """A limit of the size of files stands for the disk: writing beyond it fails as there."""
    size = ["--hidden", "12", "--samples", "200", "--epochs", "3"]
    whole, full = tmp_path / "whole", tmp_path / "full"
    assert backspike("train", *size, "--out", whole).returncode == 0
    command = [sys.executable, "-P", "-m", "backspike.cli.main", "train", *size, "--out", full]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"backspike: {full}/")
    assert done.stderr.endswith(": File too large\n")
    assert "Traceback" not in done.stderr
    assert not list(full.glob(".partial-*"))
    begun = (full / "checkpoint.npz").exists()
    again = ["--out", full, "--resume"] if begun else [*size, "--out", full]
    resumed = backspike("train", *again)
    assert resumed.returncode == 0, resumed.stderr
    assert_same_end(whole, full)


def test_a_run_that_is_killed_again_and_again_ends_like_a_whole_one(backspike, tmp_path):
    options = ["--dataset", str(tmp_path / "rises.npz"), "--hidden", "20", "--lanes", "4"]
    options += ["--circuit", "temporal", "--encoder", "thermometer:4", "--epochs", "40"]
    y = np.arange(40) % 2
    x = np.random.default_rng(1).normal(0, 0.3, (40, 8, 2)) + y[:, None, None]
    np.savez(tmp_path / "rises.npz", x=x, y=y)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert backspike("train", *options, "--out", whole).returncode == 0
    checkpoint, kills = cut / "checkpoint.npz", 0
    for _ in range(3):
        begun = ["--resume"] if checkpoint.exists() else []
        command = [sys.executable, "-P", "-m", "backspike.cli.main", "train", *options, *begun]
        process = subprocess.Popen([*command, "--out", cut], stdout=subprocess.DEVNULL)
        before = checkpoint.stat().st_mtime_ns if begun else None
        while process.poll() is None and (
            not checkpoint.exists() or checkpoint.stat().st_mtime_ns == before
        ):
            time.sleep(0.001)
        kills += process.poll() is None
        process.kill()
        process.wait()
    assert kills
    resumed = backspike("train", "--circuit", "temporal", "--out", cut, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    ends = [np.load(folder / "weights.npz") for folder in (whole, cut)]
    assert all(np.array_equal(ends[0][name], ends[1][name]) for name in ends[0].files)
    histories = [json.loads((end / "metrics.json").read_text())["history"] for end in (whole, cut)]
    assert histories[0] == histories[1]
