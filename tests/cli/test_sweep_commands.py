"""The ``backspike sweep`` command."""

import json

import pytest

from backspike.experiments import sweep as experiments_sweep


def test_a_sweep_goes_on_and_can_be_wider(backspike, tmp_path):
    out = tmp_path / "sweep"
    command = ("sweep", "--samples", 100, "--epochs", 1, "--hidden", "8", "--lift", 64, "--jobs", 1)
    command += ("--learning", "paper")
    done = backspike(*command, "--seeds", "1-2", "--out", out)
    assert done.returncode == 0, done.stderr
    files = sorted((out / "points").iterdir())
    assert [json.loads(file.read_text())["point"]["seed"] for file in files] == [1, 2]
    kept = json.loads(files[0].read_text())
    kept["curves"]["membrane"] = [0.125]  # as proof that this one is not run again
    files[0].write_text(json.dumps(kept))
    assert backspike(*command, "--seeds", "1-2", "--out", out).returncode == 2
    done = backspike("sweep", "--margin", "0,512", "--out", out, "--resume")
    assert done.returncode == 0, done.stderr
    table = json.loads((out / "table.json").read_text())
    assert [row["seeds"] for row in table] == [[1, 2], [1, 2]]
    by_margin = {row["setting"]["margin"]: row for row in table}
    assert by_margin[0]["last"]["membrane"][0] == 0.125
    assert (out / "sweep.png").read_bytes().startswith(b"\x89PNG")
    assert "margin" in done.stdout
    assert "128-m0" not in done.stdout


def test_kernels_are_compared_with_none(backspike, tmp_path):
    out = tmp_path / "sweep"
    command = ("sweep", "--samples", 60, "--epochs", 1, "--seeds", 1, "--jobs", 1, "--out", out)
    networks = ("--kernels", "none", "--kernels", "16x3x3/2", "--rate", "9/256,all")
    done = backspike(*command, *networks)
    assert done.returncode == 0, done.stderr
    rows = [row["setting"] for row in json.loads((out / "table.json").read_text())]
    networks = [(row["kernels"], row["hidden"], row["rate"]) for row in rows]
    assert len(networks) == 4
    for kernels, hidden in ((None, [400]), ("16x3x3/2", [])):
        for rate in (None, [9, 256]):
            assert (kernels, hidden, rate) in networks


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--kernels", "16x9x9+0"], "kernels '16x9x9+0': kernels of (9, 9) exceed an image of (8"),
        (["--kernels", "8x3x3"], "filters must be a multiple of the core's lanes, 16, not 8"),
        (["--seeds", "1,x"], "'1,x' is no list of numbers from 0"),
        (["--rate", "all,300"], "from 1 to 256 or 'all'"),
        (["--margin", "5"], "margin must be a multiple of 128, not 5"),
        (["--resume"], "nothing to resume"),
        (["--dataset", "nothing"], "there is no data set 'nothing'"),
    ],
)
def test_what_cannot_be_is_refused(refused, options, message):
    refused("sweep", options, message)


def test_no_scheduler_is_one_line(backspike, monkeypatch, tmp_path):
    pytest.importorskip("distributed")
    monkeypatch.setattr(experiments_sweep, "_PATIENCE", 1)
    done = backspike(
        "sweep", "--scheduler", "tcp://127.0.0.1:9", "--samples", 50, "--out", tmp_path / "sweep"
    )
    assert done.returncode == 2
    assert "--scheduler tcp://127.0.0.1:9" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--learning", "paper", "--halving", "3"], "it does nothing without a --rate"),
        (["--rate", "all", "--halving", "3"], "it does nothing without a --rate"),
        (["--jobs", "2", "--scheduler", "x"], "--jobs 2 is for this machine, not for a --sched"),
        (["--scheduler", ""], "'--scheduler': it is empty: leave the option out"),
    ],
)
def test_what_could_do_nothing_is_refused(refused, options, message):
    refused("sweep", options, message)
