"""The hybrid circuit on the golden core: who wins, what it learns in each phase, and what stays."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.examples.hybrid import Hybrid, Sizes
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.hybrid_circuit import hybrid_circuit
from backspike.golden.nbp.training import train


@pytest.fixture
def hybrid():
    data = load_dataset("digits")
    few = {"x_train": data.x_train[:60], "y_train": data.y_train[:60]}
    sizes = Sizes(hidden=24, winners=3, seed=2)
    return Hybrid(replace(data, **few), sizes, lambda program: GoldenCore(program.params))


def test_the_race_has_few_winners_and_the_code_is_theirs(hybrid):
    hybrid.learn("first", 1)
    codes = hybrid.codes(hybrid.data.x_train, hybrid.data.y_train)
    assert codes.shape == (60, 24)
    assert 0.5 <= codes.sum(axis=1).mean() <= 6
    assert codes.any(axis=0).sum() > 6, "not always the same"


def test_each_phase_changes_its_own_layer(hybrid):
    def weights():
        return hybrid.weights("W1"), hybrid.weights("W2")

    before = weights()
    hybrid.learn("first", 1)
    after = weights()
    assert (after[0] != before[0]).any()
    assert np.array_equal(after[1], before[1])
    hybrid.learn("last", 1)
    last = weights()
    assert np.array_equal(last[0], after[0])
    assert (last[1] != after[1]).any()
    hybrid.codes(hybrid.data.x_train, hybrid.data.y_train)
    assert all(np.array_equal(a, b) for a, b in zip(weights(), last, strict=True))


def test_the_last_layer_follows_the_equations_of_one_layer(hybrid):
    hybrid.learn("first", 1)
    x, y = hybrid.data.x_train, hybrid.data.y_train
    expected, codes = [hybrid.weights("W2")], hybrid.codes(x, y)
    hybrid.learn_samples("last", x, y)
    before = expected[0].copy()
    train(expected, codes, y)
    assert (expected[0] != before).any()
    assert np.array_equal(hybrid.weights("W2"), expected[0])


def test_weights_must_be_of_two_layers():
    with pytest.raises(ValueError, match=r"^weights must be W1 and W2, not 1 arrays"):
        hybrid_circuit([np.zeros((4, 2), np.int16)], 1)
    with pytest.raises(ValueError, match=r"^winners must be between 1 and 3, not 4$"):
        hybrid_circuit([np.zeros((4, 3), np.int16), np.zeros((3, 2), np.int16)], 4)
