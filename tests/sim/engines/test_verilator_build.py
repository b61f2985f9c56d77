import os
import shutil
import signal
import threading
import time
from contextlib import closing

import numpy as np
import pytest
from amaranth.back import verilog

from backspike.sim.engines import verilator_build
from backspike.sim.engines.packets import clear, echo
from backspike.sim.engines.verilator import HangError, Library
from backspike.sim.engines.verilator_build import BuildError, build_core


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache of this module's own, empty at first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield verilator_build.cache_folder()


@pytest.fixture
def text(echo_design):
    return verilog.convert(echo_design(), name="echo", strip_internal_attrs=True)


@pytest.fixture
def library(cache, text):
    library = Library(build_core(text, "echo"), patience=10_000)
    yield library
    library.close()


def test_is_built_once_and_says_what_it_does(cache, text):
    said = []
    first = build_core(text, "echo", lambda *what: said.append(what))
    assert said[0][0] == "verilate"
    assert said[-1] == ("compile", said[-1][2], said[-1][2])
    assert [path.name for path in first.parent.parent.iterdir()] == [first.parent.name]
    said.clear()
    assert build_core(text, "echo", lambda *what: said.append(what)) == first
    assert not said


def test_a_rehearsed_design_does_the_same_and_is_kept(cache, text):
    text += "// rehearsed\n"
    words = np.tile(echo(np.arange(99)), 20)
    seen = []

    def rehearse(path):
        with closing(Library(path)) as library:
            seen.append((library.exchange(words), library.cycles))

    plain = build_core(text, "echo")
    rehearsed = build_core(text, "echo", rehearse=rehearse)
    assert rehearsed != plain
    assert rehearsed.read_bytes() != plain.read_bytes()
    for path in (plain, rehearsed):
        with closing(Library(path)) as library:
            assert np.array_equal(library.exchange(words), seen[0][0])
            assert library.cycles == seen[0][1]
    assert build_core(text, "echo", rehearse=rehearse) == rehearsed == build_core(text, "echo")
    assert len(seen) == 1


def test_a_rehearsal_that_fails_leaves_nothing(cache, text):
    def rehearse(path):
        with closing(Library(path)) as library:
            library.exchange(echo([1]))
            raise HangError("it hangs")

    before = set(cache.rglob("core.so"))
    with pytest.raises(HangError, match=r"^it hangs$"):
        build_core(text + "// interrupted\n", "echo", rehearse=rehearse)
    assert set(cache.rglob("core.so")) == before
    assert not list(cache.rglob("building-*"))


def test_two_at_once_are_fine(cache, text):
    text += "// something new\n"
    built = []
    threads = [
        threading.Thread(target=lambda: built.append(build_core(text, "echo"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 2
    assert built[0] == built[1]
    assert built[0].exists()
    assert not list(built[0].parent.parent.glob("building-*"))


def test_a_failed_build_shows_the_command_and_its_words(cache):
    with pytest.raises(BuildError, match=r"(?s)bin/verilator --cc .*failed:\n.*syntax error"):
        build_core("module echo(; endmodule", "echo")
    assert not list(cache.rglob("building-*"))


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CXX", "no-such-compiler", r"^no-such-compiler is not installed: apt install"),
        ("PATH", "/nowhere", r"^g\+\+ is not installed: apt install g\+\+$"),
    ],
)
def test_a_missing_tool_is_named(cache, monkeypatch, text, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BuildError, match=message):
        build_core(text, "echo")


def test_perl_is_named_when_it_is_missing(cache, monkeypatch, tmp_path, text):
    for tool in ("g++", "as"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match=r"^verilator needs perl, .*: apt install perl$"):
        build_core(text + "// new", "echo")


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
