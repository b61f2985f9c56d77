"""Commands that are refused."""

import pytest


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
