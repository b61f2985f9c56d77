"""A project whose tests take no time, and Python that tries its mutants."""

import subprocess
import sys

import pytest

SOURCE = """\
def count(n):
    done = 0
    while done < n:
        done += 1
    return done


def unused(n):
    return n + 1
"""
TESTS = """\
from backspike.hdl.a import count


def test_it_counts():
    assert count(3) == 3
"""
BEGIN = """
import dataclasses
from pathlib import Path
from backspike.sim.verify.mutation import ladder, trial
from backspike.sim.verify.mutation.mutants import find_mutants
trial._PACKAGES = ("pytest",)
ladder._SYSTEM["hdl"] = ()
own = ladder.rungs
def quick(*arguments):
    return [dataclasses.replace(rung, seconds=3) for rung in own(*arguments)]
trial.rungs = quick
root, folder = Path("project"), Path("own")
"""


@pytest.fixture
def tried(tmp_path):
    """What a program prints that may fork, in a folder with such a project."""
    project = tmp_path / "project"
    (project / "hdl").mkdir(parents=True)
    (project / "hdl" / "a.py").write_text(SOURCE)
    (project / "tests" / "hdl").mkdir(parents=True)
    (project / "tests" / "hdl" / "test_a.py").write_text(TESTS)
    (project / "src" / "backspike").mkdir(parents=True)
    (project / "src" / "backspike" / "__init__.py").touch()
    (project / "src" / "backspike" / "hdl").symlink_to("../../hdl")
    (tmp_path / "own").mkdir()

    def run(program):
        command = [sys.executable, "-P", "-c", BEGIN + program]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run
