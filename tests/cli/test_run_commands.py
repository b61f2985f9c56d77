"""Commands that look into a run."""

import json
import re

import numpy as np
import pytest

from backspike.experiments.runs import RunFolder


@pytest.fixture
def iris(tmp_path):
    """A CSV with two clusters of three features."""
    rng = np.random.default_rng(0)
    lines = ["a,b,c,class"]
    for n in range(60):
        x = rng.normal(3 * (n % 2), 1, 3)
        lines.append(",".join(f"{v:.3f}" for v in x) + f",{'cat' if n % 2 else '$dog^{'}")
    (tmp_path / "own.csv").write_text("\n".join(lines))
    return tmp_path / "own.csv"


@pytest.fixture
def run(backspike, iris, tmp_path):
    out = tmp_path / "run"
    done = backspike(
        "train",
        "--dataset",
        iris,
        "--hidden",
        64,
        "--epochs",
        20,
        "--validation",
        0.25,
        "--out",
        out,
    )
    assert done.returncode == 0, done.stderr
    assert "val_membrane" in done.stdout
    return out


def test_own_data_are_learned_reported_and_predicted(backspike, run, iris, tmp_path):
    metrics = json.loads((run / "metrics.json").read_text())
    assert metrics["class_names"] == ["$dog^{", "cat"]
    assert metrics["test_membrane"] > 0.7
    assert np.array(metrics["confusion"]).sum() == 12
    assert "Which class is taken for which" in (run / "report.html").read_text()
    done = backspike("predict", run, iris, "--out", tmp_path / "p.csv")
    assert done.returncode == 0, done.stderr
    accuracy = float(re.search(r"accuracy: .* membrane ([\d.]+)", done.stdout)[1])
    lines = (tmp_path / "p.csv").read_text().splitlines()
    right = sum(line.split(",")[1] == ("$dog^{", "cat")[n % 2] for n, line in enumerate(lines[1:]))
    assert accuracy == round(right / 60, 4)
    done = backspike("eval", run)
    assert f"{metrics['test_membrane']:.4f}" in done.stdout


def test_an_unfinished_run_is_evaluated_reported_and_predicted(backspike, run, iris, tmp_path):
    wanted = backspike("eval", run).stdout
    for name in ("metrics.json", "weights.npz", "report.html"):
        (run / name).unlink()
    assert "interrupted" in backspike("status", run).stdout
    done = backspike("eval", run)
    assert done.stdout == wanted, done.stderr
    assert backspike("predict", run, iris).returncode == 0
    done = backspike("raster", run, "--out", tmp_path / "spikes")
    assert done.returncode == 0, done.stderr
    done = backspike("report", run)
    assert done.returncode == 0, done.stderr
    assert (run / "report.html").exists()
    assert backspike("eval", run).stdout == wanted
    assert "finished" in backspike("status", run).stdout


def test_a_report_of_an_unfinished_run_says_so(backspike, run, tmp_path):
    (run / "metrics.json").unlink()
    settings = json.loads((run / "run.json").read_text())
    settings["settings"]["epochs"] = 50
    (run / "run.json").write_text(json.dumps(settings))
    assert backspike("report", run).returncode == 0
    assert "(unfinished)" in (run / "report.html").read_text()
    assert "interrupted" in backspike("status", run).stdout
    done = backspike("train", "--out", run, "--resume", "--epochs", 21)
    assert done.returncode == 0, done.stderr
    assert "(unfinished)" not in (run / "report.html").read_text()


@pytest.mark.parametrize("circuit", ["paper", "folded"])
def test_a_run_of_a_circuit_is_reported_from_its_checkpoint(backspike, circuit, tmp_path):
    train = ("train", "--circuit", circuit, "--engine", "golden", "--lanes", 4, "--hidden", 8)
    rule = ("--rule", "dw = 4*x0*y0", "--samples", 40, "--epochs", 1, "--out", tmp_path / "run")
    assert backspike(*train, *rule).returncode == 0
    wanted = backspike("eval", tmp_path / "run").stdout
    (tmp_path / "run" / "metrics.json").unlink()
    assert backspike("eval", tmp_path / "run").stdout == wanted
    done = backspike("report", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert backspike("eval", tmp_path / "run").stdout == wanted


def test_bare_weights_are_evaluated_on_named_data(backspike, run, iris):
    done = backspike("eval", run / "weights.npz", "--dataset", iris, "--validation", 0.25)
    assert done.returncode == 0, done.stderr
    assert done.stdout == backspike("eval", run).stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("eval", "RUN/weights.npz"), "is a file of weights: name the --dataset that they are for"),
        (
            ("eval", "RUN/weights.npz", "--dataset", "digits"),
            "has 24 inputs and 2 outputs, digits has",
        ),
        (("eval", "RUN", "--dataset", "digits"), "--dataset is for a file of weights: RUN"),
        (("eval", "RUN/run.json", "--dataset", "digits"), "is not a readable .npz of weights"),
        (("predict", "RUN", "nothing.csv"), "nothing.csv: no such file"),
        (("predict", "RUN", "x.txt"), "must be .npz, .csv, an image or a folder of images"),
        (("predict", "RUN", "RUN/weights.npz"), "no x (nor x_test) in it, only W1, W2"),
        (("status", "nothing"), "RUN nothing is not a run: it has no checkpoint.npz"),
        (("report", "nothing"), "RUN nothing has no checkpoint.npz and run.json"),
        (("predict", "RUN", "x.csv", "--out", "x.txt"), "--out x.txt must end with .csv"),
        (("predict", "RUN/weights.npz", "x.csv"), "must be the folder of a run, not a file"),
        (("predict", "nothing", "x.csv"), "RUN nothing: there is no such folder"),
    ],
)
def test_what_cannot_be_is_refused(backspike, run, arguments, message):
    done = backspike(*(argument.replace("RUN", str(run)) for argument in arguments))
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metrics.json", '{"dataset": null, "circuit": "x", "rule": null, "layers": [2, 2]}'),
        ("metrics.json", '{"dataset": "d", "circuit": "x", "rule": null, "layers": [1e999, 2]}'),
        ("metrics.json", '{"dataset": "d", "circuit": "x", "rule": 3, "layers": [2, 2]}'),
        ("metrics.json", "[" * 100_000),
        ("run.json", "[" * 100_000),
        ("inputs.npz", "text"),
    ],
)
def test_damaged_files_are_one_line(backspike, run, iris, name, text):
    if name == "run.json":
        (run / "metrics.json").unlink()
    (run / name).write_text(text)
    done = backspike("predict", run, iris)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert RunFolder(run).is_run()


@pytest.mark.parametrize(
    ("command", "name", "value", "expected"),
    [
        ("status RUN", "dataset", None, "a text"),
        ("report RUN", "dataset", None, "a text"),
        ("report RUN", "epochs", None, "a whole number from 1 on"),
        ("train --resume --out RUN", "dataset", None, "a text"),
        ("train --resume --out RUN", "order", "own", "one of shuffled, given"),
        ("eval RUN", "circuit", 3, "a text"),
        ("raster RUN", "validation", "x", "a number from 0.01 to 0.5"),
        ("waves RUN", "encoder", [], "a text"),
    ],
)
def test_a_wrong_setting_is_named_with_its_file(
    backspike, run, tmp_path, command, name, value, expected
):
    (run / "metrics.json").unlink()
    stored = json.loads((run / "run.json").read_text())
    stored["settings"][name] = value
    (run / "run.json").write_text(json.dumps(stored))
    done = backspike(*(word.replace("RUN", str(run)) for word in command.split()))
    assert done.returncode == 2
    assert done.stderr == (
        f"backspike: RUN {run / 'run.json'}: {name} must be {expected}, not {json.dumps(value)}\n"
    )


@pytest.fixture
def stripes(tmp_path):
    """Images of stripes, which lie in one class and stand in the other, anywhere."""
    rng = np.random.default_rng(0)
    x = np.zeros((160, 8, 8))
    for n, image in enumerate(x):
        top = rng.integers(6)
        (image if n % 2 else image.T)[top : top + 3] = 1
    np.savez(tmp_path / "stripes.npz", x=x, y=np.arange(160) % 2)
    return tmp_path / "stripes.npz"


@pytest.mark.parametrize("circuit", [(), ("--circuit", "folded", "--engine", "golden")])
def test_all_commands_take_a_run_with_convolutions(backspike, stripes, circuit, tmp_path):
    out = tmp_path / "run"
    network = ("--kernels", "8x5x5/2", "--hidden", 12, "--lanes", 8, "--epochs", 10, *circuit)
    done = backspike("train", "--dataset", stripes, *network, "--seed", 3, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "8x8x1-4x4x8-12-2, " in done.stdout
    assert ("on a core of 8 lanes: 600 compartments" in done.stdout) == bool(circuit)
    metrics = json.loads((out / "metrics.json").read_text())
    assert (metrics["network"], metrics["kernels"]) == ("8x8x1-4x4x8-12-2", "8x5x5/2")
    assert metrics["test_membrane"] > 0.9
    assert "8x5x5/2" in backspike("status", out).stdout
    wanted = backspike("eval", out)
    assert wanted.returncode == 0, wanted.stderr
    assert f"{metrics['test_membrane']:.4f}" in wanted.stdout
    bare = ("eval", out / "weights.npz", "--dataset", stripes, "--kernels")
    assert backspike(*bare, "8x5x5/2").stdout == wanted.stdout
    done = backspike(*bare, "8x3x3/2")
    assert (done.returncode, done.stderr) == (
        2, f"backspike: RUN {out / 'weights.npz'}: W1 must have shape (9, 8), not (25, 8)\n",
    )  # fmt: skip
    done = backspike("eval", out, "--engine", "golden")
    assert done.returncode == 0, done.stderr
    done = backspike("predict", out, stripes)
    assert float(re.search(r"membrane ([\d.]+)", done.stdout)[1]) > 0.9
    done = backspike("raster", out, "--samples", 1, "--out", tmp_path / "spikes")
    assert done.returncode == 0, done.stderr
    done = backspike("nir", "export", out, "-o", tmp_path / "run.nir")
    assert done.returncode == 0, done.stderr
    (out / "metrics.json").unlink()
    done = backspike("report", out)
    assert done.returncode == 0, done.stderr
    assert "8x8x1-4x4x8-12-2 neurons" in (out / "report.html").read_text()
    assert backspike("eval", out).stdout == wanted.stdout


def test_a_raster_of_fresh_kernels(backspike, stripes, tmp_path):
    fresh = ("--dataset", stripes, "--kernels", "6x3x3/2", "--out", tmp_path / "spikes")
    done = backspike("raster", *fresh)
    assert done.returncode == 0, done.stderr
    done = backspike("raster", *fresh, "--circuit", "paper")
    assert (done.returncode, done.stderr) == (
        2, "backspike: the paper's circuit has no convolutions\n",
    )  # fmt: skip


def test_colours_are_learned_by_kernels(backspike, cifar_files, tmp_path):
    cifar_files(tmp_path / "cifar-10", 4)
    data = ("--dataset", "cifar-10", "--data-dir", tmp_path)
    network = ("--kernels", "16x4x4/4+0", "--epochs", 8, "--out", tmp_path / "run")
    done = backspike("train", *data, *network)
    assert done.returncode == 0, done.stderr
    assert "32x32x12-8x8x16-10, equations" in done.stdout
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert metrics["test_membrane"] > 0.9, "classes differ in nothing but their colours"
    assert (metrics["image"], metrics["class_names"][8]) == ([32, 32, 12], "ship")
    done = backspike("eval", tmp_path / "run", "--data-dir", tmp_path)
    assert f"{metrics['test_membrane']:.4f}" in done.stdout
    path = tmp_path / "cifar-10" / "test_batch.bin"
    path.write_bytes(path.read_bytes()[:-5])
    done = backspike("eval", tmp_path / "run", "--data-dir", tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{path}: must hold samples of 3073 bytes" in done.stderr
