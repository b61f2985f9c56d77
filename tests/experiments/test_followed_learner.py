"""A circuit with its equations beside it: what differs is counted."""

import numpy as np

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.prototype_learner import PrototypeCircuitLearner, prototype_program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState

DIGITS = load_dataset("digits")


def test_every_array_of_the_equations_is_compared():
    options = PrototypeOptions(per_class=2)
    state = PrototypeState.fresh(DIGITS.n_in, DIGITS.n_classes, options, lanes=8, seed=1)
    program = prototype_program(state, options, seed=1)
    learner = PrototypeCircuitLearner(state, options, program, GoldenCore(program.params))
    assert not any(learner.counters().values())
    learner.begin(TrainingPhase(1))
    learner.learn(DIGITS.x_train[:5], DIGITS.y_train[:5])
    assert learner.mismatches() == 0
    assert learner.counters()["synapses_changed"] > 0
    assert learner.seconds_check > 0
    state.weights[3, :2] += 1
    state.bias[0, 0] += 1
    assert learner.mismatches() == 3
    assert learner.program() is None
    kept = learner.arrays()
    assert np.array_equal(kept.weights[1], state.bias)
    assert np.array_equal(kept.random[0], state.random)
