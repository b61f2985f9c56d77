"""The benchmark of convolutions learns, by the equations and on a core."""

import pytest
from click.testing import CliRunner

from backspike.bench.convolutions import main

ARGUMENTS = ["--dataset", "digits", "--kernels", "16x3x3/2", "--lanes", "8"]


def test_digits_are_learned_on_a_core_as_by_the_equations():
    short = [*ARGUMENTS, "--epochs", "4", "--samples", "300"]
    result = CliRunner().invoke(main, [*short, "--engine", "golden"])
    assert result.exit_code == 0, result.output
    alone = CliRunner().invoke(main, short)
    assert "0 weights differ" in result.output
    read = [line.split("test membrane ")[1][:6] for line in alone.output.splitlines()]
    assert [line.split("membrane ")[1][:6] for line in result.output.splitlines()[-4:]] == read
    assert float(read[-1]) > 0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["--kernels", "5x5"], "kernels must be FILTERSxROWSxCOLUMNS"),
        (["--rates", "a"], "numbers separated by commas, not 'a'"),
        (["--lanes", "16", "--kernels", "8x3x3"], "must be a multiple of the lanes, 16, not 8"),
        (["--margin", "100"], "margin must be a multiple of 128, not 100"),
    ],
)
def test_bad_arguments_are_explained(changes, message):
    result = CliRunner().invoke(main, [*ARGUMENTS, *changes, "--epochs", "1"])
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.replace("│", "").split())
