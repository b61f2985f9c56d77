"""Prototypes as learners: on a core they learn what the equations do."""

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.prototype_learner import (
    PrototypeCircuitLearner,
    PrototypeLearner,
    prototype_program,
)
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState

DIGITS = load_dataset("digits")
OPTIONS = PrototypeOptions(per_class=5)


def fresh():
    return PrototypeState.fresh(DIGITS.n_in, 10, OPTIONS, lanes=8, seed=2)


def test_the_circuit_goes_on_from_any_state():
    state = fresh()
    PrototypeLearner(state, OPTIONS).learn(DIGITS.x_train[:100], DIGITS.y_train[:100])
    program = prototype_program(state, OPTIONS, seed=9)
    learner = PrototypeCircuitLearner(state, OPTIONS, program, GoldenCore(program.params))
    before = [w.copy() for w in learner.weights()]
    learner.learn(DIGITS.x_train[100:200], DIGITS.y_train[100:200])
    assert not learner.mismatches()
    assert learner.counters()["synapses_changed"]
    assert all((a != b).any() for a, b in zip(before, learner.weights(), strict=True))
    state.bias[0, 0] += 1
    assert learner.mismatches() == 1


def test_hits_are_those_before_it_learned():
    learner, x, y = PrototypeLearner(fresh(), OPTIONS), DIGITS.x_train[:400], DIGITS.y_train[:400]
    assert learner.learn(x, y) == 0
    assert learner.learn(x, y) > 300
