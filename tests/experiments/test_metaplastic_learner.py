"""nBP with metaplasticity as learners: the circuit keeps to the equations."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.metaplastic_learner import (
    MetaplasticCircuitLearner,
    MetaplasticLearner,
    metaplastic_program,
)
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.metaplasticity import Metaplasticity

HOW = LearningOptions(margin=512, window=16384, dead_zone=64)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("levels", "wear"), [(8, 1), (2, 2)])
def test_the_circuit_has_every_weight_and_tag(folded_case, seed, levels, wear):
    layers, lanes, weights, x, y = folded_case(seed)
    pace = Metaplasticity(levels, wear)
    rng = np.random.default_rng(seed)
    used = [rng.integers(0, levels, w.shape).astype(np.int16) for w in weights]
    state = EquationsState([*weights, *used], [], [random_states(lanes, seed)])
    before = [array.copy() for array in state.weights]
    program = metaplastic_program(state, pace, HOW, seed=seed)
    learner = MetaplasticCircuitLearner(
        MetaplasticLearner(state, pace, HOW), program, GoldenCore(program.params)
    )
    assert not learner.mismatches()
    for n, part in enumerate(np.array_split(np.arange(len(y)), 2)):
        rivals = rng.random(layers[-1]) < 0.5 if n else None
        learner.begin(TrainingPhase(n, rivals))
        learner.learn(x[part], y[part])
        assert not learner.mismatches()
    for found, old in zip(learner.weights(), before, strict=True):
        assert (found != old).any()
    assert learner.counters()["synapses_changed"]
