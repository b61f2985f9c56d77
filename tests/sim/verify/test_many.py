"""Thousands of random programs, in one command."""

import json

import pytest
from click.testing import CliRunner

from backspike.sim.verify import many
from backspike.sim.verify.covering_array import program_cores
from backspike.sim.verify.verification import Verification


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """The batches that are run, which none really is; the third time one is killed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    ran = []

    def run(batch):
        if len(ran) == 2 and not any(batch == earlier for earlier in ran):
            ran.append(None)
            raise KeyboardInterrupt
        ran.append(batch)
        wrong = "a weight" if batch.core == 3 and batch.first == 5 else None
        seeds = range(batch.first, batch.first + batch.count)
        return [Verification(seed, many.STEPS, 7, 2, wrong) for seed in seeds]

    monkeypatch.setattr(many.Batch, "run", run)
    return ran


def command(*arguments):
    return CliRunner().invoke(many.main, list(map(str, arguments)))


def test_programs_are_spread_over_cores_and_rules():
    cores = program_cores()
    todo = list(many.batches({"verilator": 1000, "icarus": 40}, 5, cores))
    for simulator, total in (("verilator", 1000), ("icarus", 40)):
        chosen = [batch for batch in todo if batch.simulator == simulator]
        assert sum(batch.count for batch in chosen) == total
        assert {batch.core for batch in chosen} == set(range(len(cores)))
    for number, core in enumerate(cores):
        seeds = {True: [], False: []}
        for batch in todo:
            if (batch.simulator, batch.core) == ("verilator", number):
                seeds[batch.rules] += range(batch.first, batch.first + batch.count)
        assert seeds[False] == list(range(5, 5 + len(seeds[False])))
        assert abs(len(seeds[True]) - len(seeds[False])) <= 1 if core.learning else not seeds[True]


def test_a_run_that_is_killed_goes_on(runs, tmp_path):
    arguments = ("--verilator", 400, "--icarus", 20, "--out", tmp_path / "x.json")
    killed = command(*arguments)
    assert killed.exit_code == 1  # of a KeyboardInterrupt that nobody takes
    assert not (tmp_path / "x.json").exists()
    done = command(*arguments)
    assert done.exit_code == 0, done.output
    assert "going on after 2 parts" in done.output
    assert len(set(runs)) == len(runs)
    found = json.loads((tmp_path / "x.json").read_text())
    assert found["programs"] == {"verilator": 400, "icarus": 20}
    assert found["spikes"] == 7 * 420
    assert (found["cores"], found["differences"]) == (20, [])


def test_a_difference_is_told_with_its_seed(runs, tmp_path):
    runs += [None, None, None]
    ended = command("--verilator", 36, "--icarus", 0, "--seed", 5, "--out", tmp_path / "x.json")
    assert ended.exit_code == 1
    assert "differences" in ended.output
    found = json.loads((tmp_path / "x.json").read_text())["differences"]
    assert [(f["core"], f["seed"], f["difference"]) for f in found] == [
        (3, 5, "a weight"),
        (3, 6, "a weight"),
    ]
