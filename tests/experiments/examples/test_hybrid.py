"""A first layer by STDP without labels, a last one by nBP."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.examples.hybrid import EXAMPLE, Hybrid, Sizes

SIZES = Sizes(hidden=16, winners=2)


@pytest.fixture
def digits():
    """A few digits."""
    data = load_dataset("digits")
    few = {name: getattr(data, name)[:60] for name in ("x_train", "y_train", "x_test", "y_test")}
    return replace(data, **few)


def test_each_phase_learns_one_layer(digits, golden):
    run = Hybrid(digits, SIZES, golden)
    for phase, changed in (("first", [True, False]), ("last", [False, True])):
        before = run.weights("W1"), run.weights("W2")
        run.learn(phase, 1)
        after = run.weights("W1"), run.weights("W2")
        assert [bool((a != b).any()) for a, b in zip(after, before, strict=True)] == changed


def test_codes_are_read_without_learning(digits, golden):
    run = Hybrid(digits, SIZES, golden)
    before = run.weights("W1"), run.weights("W2")
    codes = run.codes(digits.x_test, digits.y_test)
    assert codes.shape == (60, 16)
    assert np.isin(codes, (0, 1)).all()
    assert codes.any()
    assert (codes == run.codes(digits.x_test, digits.y_test)).all()
    after = run.weights("W1"), run.weights("W2")
    assert all((a == b).all() for a, b in zip(after, before, strict=True))


def test_it_beats_a_first_layer_at_random(learned):
    facts = learned(EXAMPLE)
    assert facts["accuracy, first layer by STDP"] >= 0.75
    assert facts["accuracy, first layer left at random"] < 0.65
