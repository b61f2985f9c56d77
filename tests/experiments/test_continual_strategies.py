"""Strategies of continual learning: each learns digits, a few classes at a time."""

import numpy as np
import pytest

from backspike.experiments.continual import REMEDIES, learn_lessons, result_of
from backspike.experiments.continual_lessons import split_lessons
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.continual_strategies import strategy_of
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.metaplastic_learner import MetaplasticCircuitLearner
from backspike.experiments.prototype_learner import PrototypeCircuitLearner
from backspike.experiments.runs import Checkpoint
from backspike.golden.core.golden_core import GoldenCore

DIGITS = load_dataset("digits")
SETTINGS = ContinualSettings(per_class=5, hidden=(12,), circuit="folded", lanes=8)
_CIRCUITS = {"prototypes": PrototypeCircuitLearner, "metaplastic": MetaplasticCircuitLearner}


def strategy(name):
    return strategy_of(name, SETTINGS, (DIGITS.n_in, 12, 10))


@pytest.mark.parametrize("classes", [2, 5])
def test_prototypes_are_kept(classes):
    lessons, prototypes = split_lessons(DIGITS, classes), strategy("prototypes")
    fresh, state = prototypes.fresh(), Checkpoint([], [])
    learn_lessons(
        prototypes.learner(fresh, None), lessons, state, remedy="prototypes", epochs=1, kept=1,
        seed=1, accuracy=prototypes.accuracy, write=lambda state: None, progress=lambda n: None,
    )  # fmt: skip
    result = result_of(state, "prototypes", np.zeros(len(lessons)))
    assert result.final > 0.9
    assert result.forgotten < 0.08
    assert not np.triu(result.accuracy, 1).any()  # of classes to come, nothing is known


@pytest.mark.parametrize("name", REMEDIES)
def test_a_circuit_learns_what_the_equations_do(name):
    chosen = strategy(name)
    alone = chosen.learner(chosen.fresh(), None)
    circuit = chosen.learner(chosen.fresh(), GoldenCore)
    assert isinstance(circuit, _CIRCUITS.get(name, CircuitLearner))
    x, y = DIGITS.x_train[:60], DIGITS.y_train[:60]
    for learner in (alone, circuit):
        learner.learn(x, y)
    assert not circuit.mismatches()
    for found, expected in zip(circuit.weights(), alone.weights(), strict=True):
        assert np.array_equal(found, expected)
    assert chosen.accuracy(alone.weights(), x, y) == chosen.accuracy(circuit.weights(), x, y) > 0.1
