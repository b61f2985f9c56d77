"""Long runs that go on where they were killed."""

from io import StringIO

import pytest
from rich.console import Console

from backspike.golden.errors import UserError
from backspike.sim.verify.long_run import LongRun, long_run


@pytest.fixture
def console(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Console(file=StringIO())


def test_a_run_goes_on_where_it_was_killed(console):
    killed = long_run("kind", {"seed": 1}, console)
    run = killed.__enter__()
    run.add({"seconds": 2, "what": 1}, "")
    assert not killed.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    with long_run("kind", {"seed": 1}, console) as run:
        assert [part["what"] for part in run.parts] == [1]
        assert run.seconds == 2
        run.end()
    with long_run("kind", {"seed": 1}, console) as run:
        assert run.parts == []


def test_runs_of_other_settings_are_apart(console):
    with long_run("kind", {"seed": 1}, console) as run:
        run.add({"seconds": 2}, "")
    with long_run("kind", {"seed": 2}, console) as run:
        assert run.parts == []


def test_two_processes_are_not_at_one_run(console):
    with (
        long_run("kind", {}, console),
        pytest.raises(UserError, match=r"^another process is at this run: "),
        long_run("kind", {}, console),
    ):
        pass


@pytest.mark.parametrize("end", ['{"seconds": 3', '{"seconds": 3}', "[]\n", "x\n", "{}\n"])
def test_a_line_that_was_cut_short_is_done_again(tmp_path, end):
    path = tmp_path / "parts.jsonl"
    path.write_text('{"seconds": 1}\n' + end)
    run = LongRun(path, Console(file=StringIO()))
    assert run.parts == [{"seconds": 1}]
    run.add({"seconds": 2}, "")
    assert path.read_text() == '{"seconds": 1}\n{"seconds": 2}\n'


def test_progress_is_told_every_few_seconds(tmp_path, monkeypatch):
    told = StringIO()
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    run = LongRun(tmp_path / "parts.jsonl", Console(file=told))
    for number in range(10):
        now[0] += 1.0
        run.add({"seconds": 1}, f"part {number} [of ten]")
    assert told.getvalue().splitlines() == ["part 4 [of ten]", "part 9 [of ten]"]
