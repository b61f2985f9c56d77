"""The first lines of the command: Ctrl-C before there is anything to stop."""

import signal
import time
import tomllib
from pathlib import Path

import pytest


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0])
def test_ctrl_c_during_imports_is_quiet(started, seconds):
    process = started("train", "--epochs", "100000", "--out", "/proc/nothing")
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    if process.returncode == 2:
        pytest.skip("everything was imported before the signal came")
    assert (process.returncode, errors) == (130, "")


def test_the_command_runs(started):
    process = started("rule", "4*r1*x0*y0 - 2*x0*y0")
    shown, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "x0" in shown


def test_the_command_is_installed_by_it():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["scripts"]["backspike"] == "backspike.cli.entry:main"
