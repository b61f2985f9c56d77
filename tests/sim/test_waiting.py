"""Words about work that takes long."""

import io
import time

import numba
import numpy as np
import pytest
from rich.console import Console

from backspike.sim import waiting as unit
from backspike.sim.waiting import Building, Waiting, told_kernels


@pytest.fixture
def console():
    return Console(file=io.StringIO(), width=200)


def test_what_is_over_soon_is_not_told(console):
    waiting = Waiting(console, "work", patience=60)
    waiting.say("part")
    assert 0 < waiting.end() < 60
    assert waiting.end() == 0
    assert not console.file.getvalue()


def test_there_is_a_line_every_few_seconds(console):
    waiting = Waiting(console, "work", patience=0, interval=0.05)
    waiting.say("first")
    time.sleep(0.2)
    waiting.say("second")
    time.sleep(0.2)
    waiting.end()
    lines = console.file.getvalue().splitlines()
    assert lines[0] == "work: first, 0 s"
    assert lines[-1] == "work: second, 0 s"
    assert 4 <= len(lines) <= 10


def test_short_parts_that_follow_each_other_are_told_together(console):
    waiting = Waiting(console, "work", patience=0.2, interval=60)
    for n in range(8):
        waiting.say(f"part {n}")
        time.sleep(0.05)
        waiting.end()
    (line,) = console.file.getvalue().splitlines()
    assert line.startswith("work: part ")


def test_a_context_has_no_parts(console):
    with Waiting(console, "work", patience=0):
        time.sleep(0.1)
    assert console.file.getvalue() == "work, 0 s\n"


def test_a_terminal_has_a_spinner():
    console = Console(file=io.StringIO(), width=200, force_terminal=True)
    waiting = Waiting(console, "work [1]", patience=0)
    waiting.say("part")
    time.sleep(0.3)
    waiting.end()
    assert "work [1]: part, 0 s" in console.file.getvalue()


@pytest.mark.parametrize(("patience", "lines"), [(0, 3), (60, 0)])
def test_a_build_is_told_with_its_time(console, monkeypatch, patience, lines):
    monkeypatch.setattr(unit, "PATIENCE", patience)
    monkeypatch.setattr(unit, "INTERVAL", 0.02)
    with Building(console) as tell:
        time.sleep(0.01)
        tell("compile", 1, 3)
        time.sleep(0.1)
        tell.end()
    said = console.file.getvalue().splitlines()
    assert len(said) >= lines
    assert bool(said) == bool(lines)
    if lines:
        assert "compile 1/3" in said[-2]
        assert said[-1] == "the simulator was ready after 0 s"


def test_kernels_that_are_compiled_are_told_by_name(console, monkeypatch):
    monkeypatch.setattr(unit, "PATIENCE", 0)

    @numba.njit
    def inner(values):
        return values.sum()

    @numba.njit
    def outer(values):
        return inner(values) + 1

    with told_kernels(console):
        for _ in range(2):
            assert outer(np.ones(3)) == 4
    said = console.file.getvalue()
    assert "compiling functions (once: they are kept): outer, 0 s" in said
    outer(np.ones(3, np.float32))
    assert console.file.getvalue() == said


def test_a_notebook_has_one_line(monkeypatch):
    shown = []

    class Line:
        """A place in a notebook."""

        def update(self, text, raw):
            assert raw
            shown[-1].append(text["text/plain"])

    def display(text, raw, display_id):
        assert raw
        assert display_id is True
        shown.append([text["text/plain"]])
        return Line()

    ipython = pytest.importorskip("IPython.display")
    monkeypatch.setattr(ipython, "display", display)
    console = Console(file=io.StringIO(), force_jupyter=True)
    waiting = Waiting(console, "work", patience=0, interval=0.02)
    for part in ("first", "second"):
        waiting.say(part)
        time.sleep(0.1)
        waiting.end()
    (line,) = shown
    assert len(line) >= 4
    assert line[0] == "work: first, 0 s"
    assert line[-1] == "work: second, 0 s"
    assert not console.file.getvalue()
