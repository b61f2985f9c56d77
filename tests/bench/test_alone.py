"""Benchmarks as commands of their own."""

import runpy
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from backspike.bench.alone import alone


def test_the_folder_of_the_data_is_handed_on():
    seen = []
    command = alone(seen.append, "A speed.\n\nMore of it.")
    assert "A speed." in CliRunner().invoke(command, ["--help"]).output
    assert not seen
    assert CliRunner().invoke(command, ["here"]).exit_code == 0
    assert CliRunner().invoke(command, []).exit_code == 0
    assert seen == [Path("here"), None]
    assert CliRunner().invoke(command, ["here", "--there"]).exit_code == 2


MODULES = sorted(
    path.stem
    for path in Path(import_module("backspike.bench.alone").__file__).parent.glob("*.py")
    if "__main__" in path.read_text()
)


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
def test_every_benchmark_has_help_and_starts_nothing(name, capsys, monkeypatch):
    """As ``python -m`` runs it, in this process: to import all that it needs takes seconds."""
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit, match=r"^0$"):
        runpy.run_module(f"backspike.bench.{name}", run_name="__main__", alter_sys=True)
    assert capsys.readouterr().out.startswith("Usage:")
