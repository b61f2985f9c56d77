"""The comparison of constants of prototypes, on digits."""

import numpy as np
from click.testing import CliRunner

from backspike.bench import prototypes
from backspike.bench.prototypes import CHANGES, held_out, learned, spread
from backspike.experiments.continual import split_lessons
from backspike.experiments.data.datasets import load_dataset
from backspike.golden.prototypes.options import PrototypeOptions

DIGITS = load_dataset("digits")


def test_held_out_samples_are_neither_learned_nor_those_of_the_test():
    data = held_out(DIGITS, 200)
    assert np.array_equal(np.concatenate([data.x_train, data.x_test]), DIGITS.x_train)
    assert len(data.y_test) == 200
    assert held_out(DIGITS, 0) is DIGITS


def test_neurons_that_compete_are_better_than_one():
    lessons = split_lessons(DIGITS, 2)
    five, one = (learned(lessons, PrototypeOptions(per_class=n), 1).final for n in (5, 1))
    assert five > one + 0.03


def test_spread_names_mean_and_ends():
    assert spread([0.5, 0.75, 0.25]) == "0.5000 (0.2500 to 0.7500)"


def test_every_change_has_a_row(monkeypatch):
    monkeypatch.setattr(prototypes, "CHANGES", CHANGES[:2])
    done = CliRunner().invoke(prototypes.main, ["--seeds", "2", "--per-class", "3"])
    assert done.exit_code == 0, done.output
    table = done.output[done.output.index("2 seeds") :]
    assert "nothing" in table
    assert "per_class 1" in table
