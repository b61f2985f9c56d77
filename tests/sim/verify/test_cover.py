import json
import sys
from types import SimpleNamespace

import pytest

from backspike.golden.errors import UserError
from backspike.sim.verify import cover
from backspike.sim.verify.coverage import Coverage
from backspike.sim.verify.rtl_coverage import Coverage as OfSource
from backspike.sim.verify.step_coverage import STEP_CASES

KNOWN = {"hdl/a.py": "known"}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """The command, with numbers of its own; ``unseen`` is a case that no program sees."""

    def go(*arguments, unseen=None, read=None, holes=KNOWN, full=1):
        counts = Coverage([f"{f}: {case}" for f, cases in STEP_CASES.items() for case in cases])
        for case in counts.counts:
            counts.hit(case, case != unseen)
        lines = {"one": True, "two": False}
        bits = {"core: x:0->1": True, "core: row[9]:0->1": False, "core: y:1->0": False}
        found = {"hdl/a.py": OfSource(lines, bits, {"it wraps": 5, "it is full": full})}
        monkeypatch.setattr(cover, "count_cases", lambda: counts)
        monkeypatch.setattr(cover, "component_files", lambda cores: {})
        monkeypatch.setattr(cover, "read_coverage", read or (lambda folder, files: found))
        monkeypatch.setattr(cover, "HOLES", holes)
        monkeypatch.setattr(cover, "_FOLDER", tmp_path)
        (tmp_path / "seconds.txt").write_text("7\n")
        monkeypatch.setattr(sys, "argv", ["cover", *map(str, arguments)])
        return cover.main()

    return go


def test_a_report_has_every_case_and_source(run, tmp_path, capsys):
    path = tmp_path / "new" / "report.json"
    assert run("--kept", "--report", path) == 0
    report = json.loads(path.read_text())
    assert report["sources"]["hdl/a.py"] == {
        "lines": [1, 2],
        "bits": [1, 3],
        "holes": ["two"],
        "why": "known",
        "idle": {"rows": 1, "": 1},
    }
    assert report["idle"]["rows"].startswith("numbers of rows have 16 bits")
    assert report["covers"] == [
        {"source": "hdl/a.py", "words": "it is full", "seen": 1},
        {"source": "hdl/a.py", "words": "it wraps", "seen": 5},
    ]
    assert {row["seen"] for row in report["plan"] if "seen" in row} == {1}
    assert {"feature": "rule", "case": "takes T", "where": cover.PROGRAMS, "seen": 1} in report[
        "plan"
    ]
    assert "lines 1 of 2 bits 1 of 3, 1 without a reason" in capsys.readouterr().out


def test_a_case_that_is_never_seen_is_a_failure(run, capsys):
    assert run("--kept", unseen="rule: takes T") == 1
    assert "not seen: rule: takes T" in capsys.readouterr().out


def test_a_cover_that_is_never_reached_is_a_failure(run, capsys):
    assert run("--kept", full=0) == 1
    out = capsys.readouterr().out
    assert "1 of 2 covers are reached" in out
    assert "not reached: hdl/a.py: it is full" in out


def test_what_is_not_there_is_one_line(run, capsys):
    def read(folder, files):
        raise UserError("no coverage")

    assert run("--kept", read=read) == 2
    assert capsys.readouterr().err == "cover: no coverage\n"


def test_tests_that_fail_are_one_line(run, monkeypatch, capsys):
    monkeypatch.setattr(cover.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    assert run() == 2
    assert "tests must pass" in capsys.readouterr().err


def test_a_line_that_does_not_run_needs_a_reason(run, capsys):
    assert run("--kept", holes={}) == 1
    assert "lines that do not run, without a reason: hdl/a.py" in capsys.readouterr().out
