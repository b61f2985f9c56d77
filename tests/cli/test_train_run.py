"""A run from its settings: what others may do meanwhile, and what is left of it."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from backspike.cli.train_run import train_run
from backspike.experiments.runs import RunFolder
from backspike.experiments.settings import TrainSettings
from backspike.golden.errors import UserError

SMALL = {"hidden": (8,), "samples": 50, "epochs": 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_run_is_alone_in_its_folder_and_goes_on_after_any_signal(
    backspike, started, number, tmp_path
):
    out = tmp_path / "run"
    process = started(
        "train", "--hidden", 8, "--samples", 300, "--epochs", 9000, "--seed", 3, "--out", out
    )
    try:
        process.wait_for(out / "checkpoint.npz")
        second = backspike("train", "--resume", "--out", out)
        assert second.returncode == 2
        assert second.stderr == (f"backspike: --out {out}: another process is writing there\n")
        assert "running" in backspike("status", out).stdout
        process.send_signal(number)
        shown, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert "Traceback" not in errors
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number
        hint = f"interrupted; to go on: backspike train --out {out} --resume"
        assert shown.splitlines()[-1] == hint
    (out / ".partial-abc.npz").touch()
    status = backspike("status", out).stdout
    assert "interrupted" in status
    assert f"backspike train --out {out} --resume" in status
    done = RunFolder(out).checkpoint()[1].epoch
    again = backspike("train", "--resume", "--out", out, "--epochs", done + 1)
    assert again.returncode == 0, again.stderr
    assert json.loads((out / "metrics.json").read_text())["seed"] == 3
    assert not list(out.glob(".partial-*"))


def test_the_second_of_two_that_begin_at_once_is_refused(started, tmp_path):
    out = tmp_path / "run"
    processes = [started("train", "--hidden", 8, "--epochs", 3, "--out", out) for _ in range(2)]
    ends = [process.communicate(timeout=100) for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 2]
    refused = next(e for p, (_, e) in zip(processes, ends, strict=True) if p.returncode)
    assert refused.count("\n") == 1
    assert "another process is writing there" in refused or "holds a run" in refused


def test_what_was_begun_but_never_learned_can_be_begun_again(tmp_path):
    (tmp_path / "run.json").write_text("{}")
    (tmp_path / ".partial-x.npz").touch()
    train_run(TrainSettings(out=tmp_path, **SMALL))
    assert not (tmp_path / ".partial-x.npz").exists()


def test_nothing_is_left_of_what_cannot_be(tmp_path):
    settings = TrainSettings(out=tmp_path / "run", circuit="paper", hidden=(9000,))
    with pytest.raises(UserError, match="compartments"):
        train_run(settings)
    assert not (tmp_path / "run").exists()


def test_results_do_not_need_an_english_locale(tmp_path):
    out = tmp_path / "überall"
    environment = os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-P", "-m", "backspike.cli.main", "train", "--hidden", "8"]
    command += ["--samples", "50", "--epochs", "1", "--out", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "überall" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [b"a$b^{$.npz", b"a[red]$.npz", b"\xff\xfe.npz", b"$x_{1}.csv"])
def test_names_are_shown_as_text(backspike, name, tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / os.fsdecode(name)
    if path.suffix == ".npz":
        x, y = rng.integers(2, size=(40, 9)), np.arange(40) % 2
        with path.open("wb") as file:
            np.savez(file, x=x, y=y)
    else:
        path.write_text("a,label\n" + "".join(f"{n},${n % 2}{{\n" for n in range(40)))
    out = tmp_path / "run"
    train = ("train", "--dataset", path, "--hidden", 4, "--out", out)
    done = backspike(*train, "--epochs", 1)
    assert done.returncode == 0, done.stderr
    assert (out / "report.html").exists()
    assert backspike("train", "--out", out, "--resume", "--epochs", 2).returncode == 0
    assert backspike("status", out).returncode == backspike("eval", out).returncode == 0
