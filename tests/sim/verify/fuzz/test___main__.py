"""The fuzzer as a command."""

import json
from importlib import import_module

import pytest
from click.testing import CliRunner

from backspike.sim.verify.fuzz.session import Tally

MAIN = import_module("backspike.sim.verify.fuzz.__main__")


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """Seeds of the sessions, of which none really is; the fifth seed has a fault."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    seeds = []

    def session(seed):
        seeds.append(seed)
        fault = "exchange 3: [red]" if seed == 5 else None
        done = {"seed": seed, "core": seed % 18, "seconds": 0.5, "fault": fault}
        return done | Tally(10, 20, 3, 4, 1)._asdict()

    monkeypatch.setattr(MAIN, "session", session)
    return seeds


def command(*arguments):
    return CliRunner().invoke(MAIN.main, list(map(str, arguments)))


def test_totals_are_written_and_faults_told(ran, tmp_path):
    result = command("--seconds", 0.05, "--seed", 4, "--out", tmp_path / "x.json")
    assert result.exit_code == 1
    assert "seed 5, core 5: exchange 3: [red]" in result.output
    assert ran[:3] == [4, 5, 6]
    found = json.loads((tmp_path / "x.json").read_text())
    assert found["sessions"] == len(ran)
    assert found["packets"] == 10 * len(ran)
    assert found["seconds"] == 0.5 * len(ran)
    assert found["faults"] == [{"seed": 5, "core": 5, "fault": "exchange 3: [red]"}]


def test_a_run_that_was_killed_goes_on(ran, monkeypatch):
    whole = MAIN.session

    def killed(seed):
        if seed == 13:
            raise KeyboardInterrupt
        return whole(seed)

    with monkeypatch.context() as patch:
        patch.setattr(MAIN, "session", killed)
        assert command("--seconds", 100, "--seed", 10).exit_code == 1
    assert command("--seconds", 0.001, "--seed", 10).exit_code == 0
    assert ran[:4] == [10, 11, 12, 13]
    assert len(set(ran)) == len(ran)


def test_a_session_of_the_rtl_has_no_fault():
    found = MAIN.session(0)
    assert found["fault"] is None
    assert found["images"] > MAIN.EXCHANGES
