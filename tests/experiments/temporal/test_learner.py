"""Learning over time as a learner, alone and on an engine."""

import numpy as np
import pytest

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.temporal.learner import TemporalLearner, weights_of
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.temporal.options import TemporalOptions


def learner_of(case, engine=None):
    matrices = [matrix.copy() for matrix in case.weights.named().values()]
    random = case.program.memories["random"].astype(np.uint32)
    state = EquationsState(matrices, [], [random])
    return TemporalLearner(case.program, case.options, state, case.weights.layers, engine)


@pytest.mark.parametrize("seed", [1, 2])
def test_an_engine_learns_as_the_equations(temporal_case, seed):
    case = temporal_case(seed)
    fields = vars(case.options) | {"rate": 40, "halving": 1}
    case.options = TemporalOptions(**fields)
    on_core, alone = learner_of(case, GoldenCore(case.program.params)), learner_of(case)
    for epoch in range(3):
        for learner in (on_core, alone):
            learner.begin(TrainingPhase(epoch))
        assert on_core.learn(case.samples, case.samples.y) == alone.learn(
            case.samples, case.samples.y
        )
    assert on_core.mismatches() == 0
    for a, b in zip(on_core.weights(), alone.weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert on_core.counters()["steps"] > 0
    assert alone.counters() == {}
    on_core.equations.weights.forward[0][0, 0] ^= 2
    assert on_core.mismatches() == 1


def test_a_checkpoint_is_gone_on_with(temporal_case):
    case = temporal_case(1)
    straight, begun = learner_of(case), learner_of(case)
    half = len(case.samples.y) // 2
    straight.learn(case.samples, case.samples.y)
    begun.learn(case.samples.of(slice(half)), case.samples.y[:half])
    core = GoldenCore(case.program.params)
    resumed = TemporalLearner(case.program, case.options, begun.arrays(), case.weights.layers, core)
    resumed.learn(case.samples.of(slice(half, None)), case.samples.y[half:])
    for a, b in zip(resumed.weights(), straight.weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_of_a_list(temporal_case):
    case = temporal_case(3)
    weights = weights_of(list(case.weights.named().values()), case.weights.layers)
    assert [w.shape for w in weights.forward] == [w.shape for w in case.weights.forward]
    assert len(weights.recurrent) == len(case.weights.recurrent)


def test_spikes_of_a_sample(temporal_case):
    case = temporal_case(0)
    spikes = learner_of(case).spikes(case.samples, case.samples.y)
    steps = 2 * len(case.weights.forward) + 1
    assert spikes["h1"].shape == (steps * case.samples.lengths[0], case.weights.layers[1])
    assert set(spikes) == set(case.program.populations)
