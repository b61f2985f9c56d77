"""Every example learns what it says, on the golden core; the command lists and runs them."""

import os

import pytest

from backspike.experiments.examples import EXAMPLES
from backspike.golden.core.golden_core import GoldenCore


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_learns_what_it_says(name):
    outcome = EXAMPLES[name].run(lambda program: GoldenCore(program.params))
    assert outcome.learned, dict(outcome.facts)
    assert outcome.figure.axes


def test_they_are_listed_with_their_rules(backspike):
    done = backspike("example")
    assert done.returncode == 0
    for example in EXAMPLES.values():
        assert example.name in done.stdout
        assert all(rule in done.stdout for rule in example.rules)


def test_one_is_run_and_drawn(backspike, tmp_path):
    done = backspike("example", "pair-stdp", "--out", tmp_path / "made" / "picture.png")
    assert done.returncode == 2, "the folder is not there"
    assert not (tmp_path / "made").exists()
    done = backspike("example", "pair-stdp", "--out", tmp_path / "picture.png")
    assert done.returncode == 0, done.stderr
    assert "learned" in done.stdout
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert os.listdir(tmp_path) == ["picture.png"]


def test_an_unknown_one_is_refused(backspike):
    done = backspike("example", "nothing")
    assert done.returncode == 2
    assert "'nothing' is not one of 'pair-stdp'" in done.stderr
