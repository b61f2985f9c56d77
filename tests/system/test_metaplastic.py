"""nBP with metaplasticity in the RTL: every weight and every tag of small networks."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.metaplastic_learner import (
    MetaplasticCircuitLearner,
    MetaplasticLearner,
    metaplastic_program,
)
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.metaplasticity import Metaplasticity
from backspike.sim.engines.verilator import VerilatorEngine

HOW = LearningOptions(margin=512, window=16384, dead_zone=64)


@pytest.mark.parametrize("seed", [1, 5])
def test_the_rtl_has_every_weight_and_tag(folded_case, seed):
    layers, lanes, weights, x, y = folded_case(seed)
    pace = Metaplasticity()
    state = EquationsState(
        [*weights, *map(np.zeros_like, weights)], [], [random_states(lanes, seed)]
    )
    before = [array.copy() for array in state.weights]
    program = metaplastic_program(state, pace, HOW, seed=seed)
    engine = VerilatorEngine(program.params)
    learner = MetaplasticCircuitLearner(MetaplasticLearner(state, pace, HOW), program, engine)
    for n, part in enumerate(np.array_split(np.arange(len(y)), 2)):
        rivals = np.random.default_rng(seed).random(layers[-1]) < 0.5 if n else None
        learner.begin(TrainingPhase(n, rivals))
        learner.learn(x[part], y[part])
        assert not learner.mismatches()
    assert all((w != b).any() for w, b in zip(learner.weights(), before, strict=True))
    assert np.array_equal(engine.read("random"), state.random[0])
    engine.close()
