"""Commands that are refused, and commands in processes that are stopped."""

import subprocess
import sys
import time

import pytest


class Started(subprocess.Popen):
    """A command that runs while a test goes on."""

    def __init__(self, *arguments):
        command = [sys.executable, "-P", "-m", "backspike.cli.entry", *map(str, arguments)]
        super().__init__(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for(self, file):
        """Wait until a file is there, or the command has ended, for two minutes at most."""
        deadline = time.monotonic() + 120
        while not file.exists() and self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)


@pytest.fixture
def started():
    """Starts a command; what still runs after the test is killed."""
    begun = []

    def start(*arguments):
        begun.append(Started(*arguments))
        return begun[-1]

    yield start
    for process in begun:
        with process:
            process.kill()


@pytest.fixture
def refused(backspike, tmp_path):
    """Calls a command with a folder for its results, which ends with one line and leaves none."""

    def call(command, options, message):
        done = backspike(command, *options, "--out", tmp_path / "out")
        assert done.returncode == 2
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert not (tmp_path / "out").exists()

    return call


@pytest.fixture(autouse=True)
def _empty_pictures(request):
    """Empty pictures, unless a test is marked ``draws``."""
    if "draws" not in request.keywords:
        request.getfixturevalue("empty_pictures")
