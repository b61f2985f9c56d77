"""A design in Verilator behind its link: answers, gaps, hangs, Ctrl-C."""

import os
import signal
import threading
import time

import numpy as np
import pytest

from backspike.sim.engines.packets import clear, echo
from backspike.sim.engines.verilator import (
    _NUMBERED,
    _UNCOVERED,
    HangError,
    Library,
    VerilatorEngine,
    _Covered,
)
from backspike.sim.engines.verilator_build import build_core


@pytest.fixture
def library(cache, text):
    library = Library(build_core(text, "echo"), patience=10_000)
    yield library
    library.close()


@pytest.mark.parametrize("size", [0, 1, 65535])
def test_answers_come_back(library, size):
    words = echo(np.random.default_rng(size).integers(0, 1 << 32, size))
    answer = library.exchange(words)
    assert answer[0] == words[0] | 0x80 << 24
    assert np.array_equal(answer[1:], words[1:])


def test_nothing_sent_is_nothing_answered(library):
    assert library.exchange(np.zeros(0, np.uint32)).size == 0


def test_gaps_cost_cycles_and_lose_nothing(library):
    words = np.tile(echo(np.arange(99)), 20)
    plain = library.exchange(words)
    before = library.cycles
    library.exchange(words)
    without = library.cycles - before
    library.gaps(5, 0.5, 0.7)
    before = library.cycles
    assert np.array_equal(library.exchange(words), plain)
    assert library.cycles - before > 3 * without


@pytest.mark.parametrize(("idle", "stall", "name"), [(1, 0, "idle"), (0, -0.1, "stall")])
def test_impossible_gaps_are_refused(library, idle, stall, name):
    with pytest.raises(ValueError, match=rf"^{name} must be at least 0 and below 1, not"):
        library.gaps(1, idle, stall)


def test_a_hang_is_an_error_and_a_reset_ends_it(library):
    with pytest.raises(HangError, match=r"^the core hangs: no word to or from it in 10000 cycles"):
        library.exchange(clear())
    library.reset()
    assert library.exchange(echo([4])).tolist() == [0x81000001, 4]


def test_ctrl_c_gets_through(library):
    library.patience = 1 << 60
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        library.exchange(clear())
    assert time.monotonic() - started < 5


def test_instances_share_nothing(cache, text):
    path = build_core(text, "echo")
    one, other = Library(path), Library(path)
    one.exchange(echo([1, 2, 3]))
    assert other.cycles < one.cycles
    one.close()
    with pytest.raises(RuntimeError, match=r"^the engine is closed$"):
        one.exchange(echo([1]))
    assert other.exchange(echo([7]))[1] == 7


def test_a_trace_is_of_what_happens_from_then_on(cache, text, tmp_path):
    traced = Library(build_core(text, "echo", trace=True), patience=10_000)
    plain = Library(build_core(text, "echo"), patience=10_000)
    words = echo(np.arange(9))
    for library in (plain, traced):
        library.exchange(words)
    traced.trace(tmp_path / "a.vcd")
    assert np.array_equal(traced.exchange(words), plain.exchange(words))
    assert traced.cycles == plain.cycles
    traced.end_trace()
    text = (tmp_path / "a.vcd").read_text()
    assert " i__payload " in text
    times = [int(line[1:]) for line in text.splitlines() if line.startswith("#")]
    assert 10 * traced.cycles <= times[-1] <= 10 * traced.cycles + 5
    assert times[0] > 10 * 5
    for library in (plain, traced):
        library.close()


@pytest.mark.parametrize("params", [None, 5, "tiny", int])
def test_a_core_must_be_one(params):
    with pytest.raises(TypeError, match=r"^params must be a CoreParams, not "):
        VerilatorEngine(params)


def test_what_has_run_is_left_with_its_text(cache, text, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKSPIKE_COVERAGE", str(tmp_path / "counts"))
    library = _Covered(build_core(text, "echo", cover=True), 10_000, text)
    library.exchange(echo([1]))
    library.close()
    library.close()
    (counts,) = (tmp_path / "counts").glob("*.dat")
    (verilog,) = (tmp_path / "counts").glob("*.v")
    assert counts.name.startswith(f"{verilog.stem}-")
    assert verilog.read_text() == text
    points = [line for line in counts.read_text().splitlines() if line.startswith("C ")]
    assert any("v_line/echo" in point and not point.endswith(" 0") for point in points)
    assert any("v_toggle/echo" in point and "payload[0]:0->1" in point for point in points)


def test_wires_without_a_name_are_not_counted():
    declared = "  wire [3:0] \\address$12 ;\n  wire [3:0] address;\n  reg \\$3 ;\n"
    assert _NUMBERED.sub(_UNCOVERED, declared).splitlines() == [
        "  /*verilator coverage_off*/ wire [3:0] \\address$12 ; /*verilator coverage_on*/",
        "  wire [3:0] address;",
        "  /*verilator coverage_off*/ reg \\$3 ; /*verilator coverage_on*/",
    ]
