"""The equations as a learner: all variants, in parts as at once."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import train
from backspike.golden.nbp.variants import VARIANTS

LAYERS = (30, 9, 7, 4)


def samples():
    x = np.random.default_rng(1).integers(2, size=(120, 30), dtype=np.uint8)
    return x, np.argmax(x[:, :4], axis=1)


@pytest.mark.parametrize("variant", VARIANTS)
def test_parts_come_to_the_same_as_the_whole(variant):
    x, y = samples()
    weights = init_weights(LAYERS, 2, 64)
    learner = EquationsLearner(EquationsState.fresh(weights, variant=variant), variant=variant)
    hits = sum(learner.learn(x[n : n + 50], y[n : n + 50]) for n in (0, 50, 100))
    assert hits == train(weights, x, y, variant=variant)
    for got, wanted in zip(learner.weights(), weights, strict=True):
        assert np.array_equal(got, wanted)
    assert bool(learner.arrays().backward) == (variant == "paper")


def test_a_rate_draws_from_the_generators_of_a_core():
    x, y = samples()
    how, weights = LearningOptions(rate=100, halving=1), init_weights(LAYERS, 2, 64)
    state = EquationsState.fresh(weights, rate=100, lanes=8, seed=5)
    learner = EquationsLearner(state, how)
    learner.begin(TrainingPhase(2))
    learner.learn(x, y)
    random = random_states(8, 5)
    train(weights, x, y, learning=how, phase=TrainingPhase(2), random=random)
    assert np.array_equal(state.random[0], random)
    assert all(np.array_equal(a, b) for a, b in zip(state.weights, weights, strict=True))


def test_a_fresh_state_is_a_copy():
    weights = init_weights(LAYERS, 2)
    state = EquationsState.fresh(weights)
    assert not any(a is b for a, b in zip(state.weights, weights, strict=True))
    assert (state.backward, state.random) == ([], [])
    learner = EquationsLearner(state)
    assert (learner.mismatches(), learner.counters(), learner.program()) == (0, {}, None)
