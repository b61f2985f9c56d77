"""Sweeps and continual learning that are killed, and go on: with the same results."""

import json

import pytest

SWEEP = ("sweep", "--hidden", 16, "--seeds", "1-2", "--margin", "0,512", "--epochs", 2, "--jobs", 1)
CONTINUAL = ("continual", "--circuit", "equations", "--hidden", 16, "--epochs", 2)


def killed(started, backspike, command, out, files):
    """Results of a command that is killed whenever one of these files is there, and goes on."""
    options = ("--samples", 300, "--out", out)
    for file in files:
        process = started(*command, *options)
        process.wait_for(out / file)
        process.kill()
        process.communicate(timeout=60)  # whoever is left of it would hold its output open
        command = command[:1]
        options = ("--out", out, "--resume")
    done = backspike(*command, *options)
    assert done.returncode == 0, done.stderr
    return done


def test_a_sweep_has_the_same_table(backspike, started, tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "killed"
    assert backspike(*SWEEP, "--samples", 300, "--out", whole).returncode == 0
    points = sorted(file.relative_to(whole) for file in (whole / "points").iterdir())
    assert len(points) == 4
    killed(started, backspike, SWEEP, out, [points[0], points[2]])
    assert (out / "table.json").read_text() == (whole / "table.json").read_text()
    assert sorted(file.name for file in out.iterdir()) == sorted(
        file.name for file in whole.iterdir()
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_continual_learning_has_the_same_accuracies(backspike, started, tmp_path, seed):
    whole, out = tmp_path / "whole", tmp_path / "killed"
    command = (*CONTINUAL, "--seed", seed)
    assert backspike(*command, "--samples", 300, "--out", whole).returncode == 0
    killed(started, backspike, command, out, ["checkpoint.npz"])
    result = json.loads((whole / "continual.json").read_text())
    assert json.loads((out / "continual.json").read_text()) == result
