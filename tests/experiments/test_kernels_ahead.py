"""Kernels that another process compiles."""

import io
import subprocess

import pytest
from rich.console import Console

from backspike.experiments import kernels_ahead as unit


@pytest.fixture
def begun(monkeypatch):
    """Processes that are begun, none of which does anything; no kernel has been compiled."""
    processes, popen = [], subprocess.Popen

    def begin(command, **more):
        processes.append(popen([*command[:2], "-c", "pass"], **more))
        processes[-1].wanted = command[3:]
        return processes[-1]

    monkeypatch.setattr(unit, "is_kept", lambda kernel: False)
    monkeypatch.setattr(unit.subprocess, "Popen", begin)
    return processes


def test_another_process_compiles_and_is_waited_for(begun):
    with unit.compiled_ahead(Console(file=io.StringIO()), 3):
        (process,) = begun
    assert process.returncode == 0
    assert process.wanted == [unit._PROGRAM, "3"]


def test_it_ends_with_what_it_is_for(begun):
    with pytest.raises(KeyboardInterrupt), unit.compiled_ahead(Console(file=io.StringIO()), 2):
        raise KeyboardInterrupt
    assert begun[0].returncode is not None


def test_what_was_compiled_before_is_not_compiled_again(begun, monkeypatch):
    monkeypatch.setattr(unit, "is_kept", lambda kernel: True)
    with unit.compiled_ahead(Console(file=io.StringIO()), 2):
        assert not begun


def test_the_kernels_can_be_compiled():
    unit.compile_kernels(2)
