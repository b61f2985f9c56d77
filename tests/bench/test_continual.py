"""Strategies of continual learning side by side, on digits."""

import numpy as np
import pytest
from click.testing import CliRunner

from backspike.bench import continual
from backspike.bench.continual import held_out, spread
from backspike.experiments.data.datasets import load_dataset

DIGITS = load_dataset("digits")


def test_held_out_samples_are_neither_learned_nor_those_of_the_test():
    data = held_out(DIGITS, 200)
    assert np.array_equal(np.concatenate([data.x_train, data.x_test]), DIGITS.x_train)
    assert len(data.y_test) == 200
    assert held_out(DIGITS, 0) is DIGITS


def test_spread_names_mean_and_ends():
    assert spread([0.5, 0.75, 0.25]) == "0.5000 (0.2500 to 0.7500)"


@pytest.mark.parametrize(
    ("protocol", "named", "shown"),
    [
        ("split", [], ["none", "gate", "metaplastic", "rehearse", "prototypes"]),
        ("domain", ["none", "metaplastic"], ["none", "metaplastic"]),
    ],
)
def test_every_strategy_has_a_row(protocol, named, shown):
    options = [word for name in named for word in ("--strategy", name)]
    done = CliRunner().invoke(
        continual.main, ["--seeds", "2", "--protocol", protocol, "--held-out", "300", *options]
    )
    assert done.exit_code == 0, done.output
    finals = [line.split(":")[0] for line in done.output.splitlines() if ": 0." in line]
    assert finals == shown
    table = done.output[done.output.index(f"digits, {protocol}, 2 seeds") :]
    assert all(name in table for name in (*shown, "(all at once)"))
