"""Circuits on an engine: with the equations beside them, alone, and with weights that are wrong."""

import numpy as np
import pytest

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import REHEARSED, CircuitLearner, RuleLearner, rehearsal
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.initial_weights import init_weights

LAYERS = (20, 12, 5)


def samples(count, seed=1):
    x = np.random.default_rng(seed).integers(2, size=(count, 20), dtype=np.uint8)
    return x, np.argmax(x[:, :5], axis=1)


def folded(weights, learner_of=EquationsLearner):
    """The folded circuit's learner and its engine."""
    circuit = CIRCUITS["folded"].learn(weights, 4)
    core = GoldenCore(circuit.program.params)
    return CircuitLearner(circuit, core, learner_of(EquationsState.fresh(weights))), core


@pytest.mark.parametrize(
    ("name", "layers"),
    [("paper", (20, 12, 5)), ("folded", (20, 12, 5)), ("folded", (20, 9, 12, 5))],
)
def test_circuit_alone_learns_as_with_the_equations_beside_it(name, layers):
    variant = CIRCUITS[name].variant
    weights = init_weights(layers, 3, 64)
    circuit = CIRCUITS[name].learn(weights, 4)
    params = circuit.program.params
    equations = EquationsLearner(EquationsState.fresh(weights, variant=variant), variant=variant)
    beside = CircuitLearner(circuit, GoldenCore(params), equations)
    alone = RuleLearner(circuit, GoldenCore(params), [])
    rng = np.random.default_rng(1)
    hits = []
    for _ in range(30):
        x = rng.integers(2, size=(10, 20), dtype=np.uint8)
        y = np.argmax(x[:, :5], axis=1)
        hits.append(beside.learn(x, y))
        assert alone.learn(x, y) == hits[-1]
    assert sum(hits) > 0
    assert beside.mismatches() == 0
    assert all(
        np.array_equal(*pair) for pair in zip(beside.weights(), alone.weights(), strict=True)
    )
    assert not np.array_equal(alone.weights()[0], weights[0])


def test_a_weight_that_differs_is_counted():
    weights = init_weights(LAYERS, 3)
    assert folded(weights)[0].mismatches() == 0
    learner, core = folded(weights)
    words = core.read("dense")
    place = np.flatnonzero(words)[0]
    core.write("dense", words[place : place + 1] ^ 2, int(place))
    assert learner.mismatches() == 1


def test_the_program_has_the_weights_as_they_are_now():
    learner, _ = folded(init_weights(LAYERS, 3, 64))
    learner.learn(*samples(200))
    again = GoldenCore(learner.program().params)
    again.load(learner.program())
    circuit = CIRCUITS["folded"].learn(init_weights(LAYERS, 3, 64), 4)
    got = circuit.read(again.read("dense"))
    for name, w in zip(("W1", "W2"), learner.weights(), strict=True):
        assert np.array_equal(got[name], w)


def test_counters_begin_with_the_learner():
    learner, _ = folded(init_weights(LAYERS, 3))
    assert not any(learner.counters().values())
    learner.learn(*samples(7))
    assert learner.counters()["steps"] == 7 * 4
    assert learner.seconds_check > 0


def test_a_rule_goes_on_from_its_own_matrices():
    circuit = CIRCUITS["paper"].learn(init_weights(LAYERS, 3), 4, rule="dw = 2*r1*x0*y0")
    first = RuleLearner(circuit, GoldenCore(circuit.program.params), [])
    first.learn(*samples(50))
    kept = first.arrays().weights
    assert len(kept) == 8
    again = RuleLearner(circuit, GoldenCore(circuit.program.params), kept)
    for one, other in zip(first.weights(), again.weights(), strict=True):
        assert np.array_equal(one, other)


def test_a_rehearsal_learns_the_first_samples():
    circuit = CIRCUITS["folded"].learn(init_weights(LAYERS, 3), 4)
    core = GoldenCore(circuit.program.params)
    rehearsal(circuit, *samples(2 * REHEARSED))(core)
    assert core.counters()["steps"] == REHEARSED * circuit.steps
