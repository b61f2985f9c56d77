"""Commands that are refused."""

import pytest

from backspike.sim.figures import Picture


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
def empty_pictures(request, monkeypatch):
    """Runs draw empty pictures, which saves half of their time, unless a test is marked ``draws``."""
    if "draws" not in request.keywords:
        empty = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
        monkeypatch.setattr(Picture, "_drawn", empty)
