"""The ``backspike continual`` command."""

import json
from collections import Counter

import pytest

from backspike.experiments.learners import CircuitLearner


@pytest.mark.parametrize("rate", [[], ["--rate", "200"]], ids=["plain", "rate"])
def test_an_interrupted_command_goes_on(backspike, monkeypatch, rate, tmp_path):
    size = ("--samples", 200, "--hidden", "12", "--classes", 5, *rate)
    circuit = ("--circuit", "folded", "--engine", "golden")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert backspike("continual", *size, *circuit, "--out", whole).returncode == 0
    calls, learn = [], CircuitLearner.learn

    def interrupted(self, x, y):
        calls.append(len(y))
        if len(calls) == 7:  # in the second lesson of the second remedy
            raise KeyboardInterrupt
        return learn(self, x, y)

    with monkeypatch.context() as patch:
        patch.setattr(CircuitLearner, "learn", interrupted)
        done = backspike("continual", *size, *circuit, "--out", cut)
    assert done.returncode == 130
    shown = " ".join(done.stdout.split())
    assert "interrupted; to go on: backspike continual" in shown
    assert shown.endswith("--resume")
    assert not (cut / "continual.json").exists()
    status = backspike("status", cut)
    assert "interrupted" in status.stdout, status.stderr
    assert f"backspike continual --out {cut} --resume" in status.stdout
    for options, message in (
        ([], "holds a run: go on with --resume"),
        (["--resume", "--kept", "9"], "--kept 9 is not of the run in"),
    ):
        refused = backspike("continual", *size, *circuit, "--out", cut, *options)
        assert refused.returncode == 2
        assert message in refused.stderr
    for _ in range(2):  # the second time, there is nothing left to learn
        resumed = backspike("continual", "--out", cut, "--resume")
        assert resumed.returncode == 0, resumed.stderr
        results = [(folder / "continual.json").read_text() for folder in (whole, cut)]
        assert results[0] == results[1]
    assert "finished" in backspike("status", cut).stdout


def test_cycles_of_a_circuit_are_told_by_sample(backspike, monkeypatch, tmp_path):
    """Those that replay sends again are samples, too."""
    learned, learn = Counter(), CircuitLearner.learn

    def counted(self, x, y):
        learned[self] += len(y)
        return learn(self, x, y)

    monkeypatch.setattr(CircuitLearner, "learn", counted)
    monkeypatch.setattr(
        CircuitLearner, "counters", lambda self: {"cycles_learn": 7 * learned[self], "spikes": 3}
    )
    size = ("--samples", 200, "--hidden", "12", "--classes", 5)
    circuit = ("--circuit", "folded", "--engine", "golden")
    which = ("--strategy", "none", "--strategy", "rehearse")
    done = backspike("continual", *size, *circuit, *which, "--out", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    for name in ("none", "rehearse"):
        (row,) = (line for line in done.stdout.splitlines() if line.startswith(f"│ {name}"))
        assert [cell.strip() for cell in row.split("│")][-3:-1] == ["7", "0"]
    remedies = json.loads((tmp_path / "run" / "continual.json").read_text())["remedies"]
    assert [r["cycles"] for r in remedies.values()] == [7 * n for n in learned.values()]


@pytest.mark.parametrize("more", [[], ["--rate", "200", "--hidden", "12,8"]], ids=["plain", "rate"])
def test_the_circuit_learns_what_the_equations_do(backspike, more, tmp_path):
    results = []
    circuit = ("--circuit", "folded", "--engine", "golden")
    for name, which in (("equations", ()), ("circuit", circuit)):
        size = ("--samples", 200, "--hidden", "12", "--classes", 4, *more)
        done = backspike("continual", *size, *which, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        results.append(json.loads((tmp_path / name / "continual.json").read_text()))
        assert (tmp_path / name / "continual.png").read_bytes().startswith(b"\x89PNG")
    assert results[0]["remedies"] == results[1]["remedies"]
    names = ["none", "gate", "metaplastic", "rehearse", "prototypes"]
    assert list(results[0]["remedies"]) == [n for n in names if n != "metaplastic" or not more]
    assert results[0]["together"] == results[1]["together"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--classes", "10"], "--classes must be between 1 and 9"),
        (["--protocol", "permuted", "--remedy", "gate"], "--strategy gate is for --protocol split"),
        (["--protocol", "domain", "--classes", "3"], "--classes must divide the 10 classes"),
        (["--strategy", "metaplastic", "--rate", "9"], "--rate is not for --strategy metaplastic"),
        (["--engine", "golden"], "--engine is for --circuit folded"),
        (["--samples", "5"], "has no samples"),
    ],
)
def test_what_cannot_be_is_refused(refused, options, message):
    refused("continual", options, message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--orders", "3"], "--orders 3 is for --protocol permuted"),
        (["--protocol", "permuted", "--classes", "2"], "--classes 2 is for --protocol split"),
        (["--remedy", "gate", "--kept", "3"], "--kept 3 is for --strategy rehearse"),
        (["--strategy", "none", "--per-class", "3"], "--per-class 3 is for --strategy prototypes"),
        (["--halving", "3"], "--halving 3 is for random steps, of a --rate"),
        (["--lanes", "4"], "--lanes 4 is for --circuit folded, or a --rate"),
    ],
)
def test_what_could_do_nothing_is_refused(refused, options, message):
    refused("continual", options, message)
