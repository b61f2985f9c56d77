import shutil
import threading
from contextlib import closing

import numpy as np
import pytest

from backspike.sim.engines import verilator_build as unit
from backspike.sim.engines.cxx import BuildError
from backspike.sim.engines.packets import echo
from backspike.sim.engines.verilator import HangError, Library
from backspike.sim.engines.verilator_build import build_core


def test_is_built_once_and_says_what_it_does(cache, text):
    text += "// never built before\n"
    said, before = [], set((cache / "verilator").glob("*"))
    first = build_core(text, "echo", lambda *what: said.append(what))
    assert said[0][0] == "verilate"
    assert said[-1] == ("compile", said[-1][2], said[-1][2])
    assert set(first.parent.parent.iterdir()) - before == {first.parent}
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
    with pytest.raises(BuildError, match=r"(?s)bin/verilator_bin --cc .*failed:\n.*syntax error"):
        build_core("module echo(; endmodule", "echo")
    assert not list(cache.rglob("building-*"))


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("CXX", "no-such-compiler", r"^no-such-compiler is not installed: apt install"),
        ("CXX", "'g++", r"""^CXX must be a command, not "'g\+\+" \(No closing quotation\)$"""),
        ("CXX", "/", r"^/ cannot be run: Permission denied$"),
        ("PATH", "/nowhere", r"^g\+\+ is not installed: apt install g\+\+$"),
    ],
)
def test_a_missing_tool_is_named(cache, monkeypatch, text, variable, value, message):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BuildError, match=message):
        build_core(text, "echo")


def test_neither_perl_nor_a_path_without_spaces_is_needed(cache, monkeypatch, tmp_path, text):
    """A compiler may be several words, the package and the cache may be anywhere."""
    for tool in ("g++", "as", "ld", "sh", "env"):
        (tmp_path / tool).symlink_to(shutil.which(tool))
    package = tmp_path / "a b" / "verilator"
    shutil.copytree(unit.verilator_root(), package, ignore=shutil.ignore_patterns("tests"))
    monkeypatch.setattr(unit, "verilator_root", lambda: package)
    monkeypatch.setattr(unit, "cache_folder", lambda: tmp_path / "c d")
    monkeypatch.setattr(unit, "OPTIMISE_RUNTIME", "-O0")  # it is compiled here, and hardly runs
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CXX", "env g++")
    library = build_core(text, "echo")
    assert library.is_relative_to(tmp_path / "c d")


@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda raw: bytes(len(raw))])
def test_a_damaged_library_is_built_again(cache, text, damage):
    text += "// damaged\n"
    path = build_core(text, "echo")
    whole = path.read_bytes()
    path.unlink()  # this process has loaded it, and keeps what it has loaded
    path.write_bytes(damage(whole))
    assert build_core(text, "echo") == path
    with closing(Library(path)) as library:
        assert library.exchange(echo([7]))[1] == 7


def test_damaged_objects_of_the_runtime_are_built_again(cache, text, monkeypatch, tmp_path):
    build_core(text, "echo")
    shutil.copytree(cache / "runtime", tmp_path / "runtime")
    monkeypatch.setattr(unit, "cache_folder", lambda: tmp_path)
    objects = sorted(tmp_path.glob("runtime/*/*.o"))
    assert objects
    for path in objects:
        path.write_bytes(path.read_bytes()[:1000])
    assert build_core(text + "// other\n", "echo").exists()
    assert any(path.stat().st_size > 1000 for path in objects)
