import sys

import pytest

from backspike.sim.engines import cxx as unit
from backspike.sim.engines.cxx import BuildError, compiler_command, compiler_identity


@pytest.mark.parametrize(
    ("named", "words"),
    [("", ["g++"]), ("clang++", ["clang++"]), ("ccache 'g++ 12'", ["ccache", "g++ 12"])],
)
def test_the_command_is_that_of_the_environment(monkeypatch, named, words):
    monkeypatch.setenv("CXX", named)
    assert compiler_command() == words


def test_a_compiler_is_asked_again_only_if_another_may_be_meant(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(unit, "run_command", lambda command, folder: asked.append(command) or "12")
    for folder in "aab":
        monkeypatch.setenv("PATH", str(tmp_path / folder))
        assert compiler_identity(["no-g++"]) == ("12", "12")
    assert len(asked) == 2 * 2
    compiler_identity(["no-g++", "-m32"])
    assert asked[-1][:2] == ["no-g++", "-m32"]


def test_a_tool_that_fails_shows_its_last_lines(tmp_path):
    lines = "for n in range(99): print('line', n)\nraise SystemExit(3)"
    with pytest.raises(BuildError) as caught:
        unit.run_command([sys.executable, "-c", lines], tmp_path)
    said = str(caught.value).splitlines()
    assert said[-20:] == [f"line {n}" for n in range(79, 99)]
    assert said[-21].endswith("failed:")
