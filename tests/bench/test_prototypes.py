"""The comparison of constants of prototypes, on digits."""

from click.testing import CliRunner

from backspike.bench import prototypes
from backspike.bench.continual import learned
from backspike.bench.prototypes import CHANGES
from backspike.experiments.continual_lessons import split_lessons
from backspike.experiments.continual_strategies import PrototypeStrategy
from backspike.experiments.data.datasets import load_dataset
from backspike.golden.prototypes.options import PrototypeOptions

DIGITS = load_dataset("digits")


def test_neurons_that_compete_are_better_than_one():
    lessons = split_lessons(DIGITS, 2)
    five, one = (
        learned(
            lessons,
            PrototypeStrategy(DIGITS.n_in, DIGITS.n_classes, PrototypeOptions(per_class=n), 16, 1),
            "prototypes",
            1,
        ).final
        for n in (5, 1)
    )
    assert five > one + 0.03


def test_every_change_has_a_row(monkeypatch):
    monkeypatch.setattr(prototypes, "CHANGES", CHANGES[:2])
    done = CliRunner().invoke(
        prototypes.main, ["--seeds", "2", "--per-class", "3", "--samples", "900"]
    )
    assert done.exit_code == 0, done.output
    table = done.output[done.output.index("2 seeds") :]
    assert "nothing" in table
    assert "per_class 1" in table
