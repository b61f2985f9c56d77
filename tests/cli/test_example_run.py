"""The ``backspike example`` command."""

from types import SimpleNamespace

import pytest
from matplotlib.figure import Figure

from backspike.cli import example_run as command
from backspike.experiments.examples import Outcome


@pytest.mark.parametrize("learned", [True, False])
def test_what_an_example_measured_is_shown(backspike, learned, tmp_path, monkeypatch):
    engines = []

    def run(make):
        engines.append(make)
        return Outcome({"accuracy": 0.5, "weights": 1234}, learned, Figure())

    one = SimpleNamespace(name="pair-stdp", about="nothing", rules=("dw = x0",), run=run)
    monkeypatch.setattr(command, "EXAMPLES", {"pair-stdp": one})
    done = backspike("example", "pair-stdp", "--out", tmp_path / "a.png")
    assert done.returncode == (0 if learned else 1), done.stderr
    for text in ("pair-stdp on golden:", "nothing", "0.500", "1,234", "picture: "):
        assert text in done.stdout
    assert ("not learned" in done.stdout) != learned
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_of_an_example(backspike, tmp_path):
    done = backspike("example", "--out", tmp_path / "x.png")
    assert done.returncode == 2
    assert done.stderr == f"backspike: --out {tmp_path / 'x.png'} is for an example: name one\n"
    done = backspike("example", "--engine", "golden")
    assert (done.returncode, done.stderr) == (
        2,
        "backspike: --engine golden is for an example: name one\n",
    )
