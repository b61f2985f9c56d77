"""Numbers and state of a network that learns over time."""

import numpy as np
import pytest

from backspike.golden.temporal.state import Constants, new_state


@pytest.mark.parametrize("seed", range(6))
def test_state_is_that_of_the_program(temporal_case, seed):
    case = temporal_case(seed)
    equations, program = case.equations(), case.program
    state = new_state(program, equations.weights, case.options, equations.random)
    lanes, registers = program.params.lanes, program.registers
    first = registers["x_first"] * lanes
    for k, layer in enumerate(state.hidden, 1):
        assert (layer.place + first, layer.v.size) == program.populations[f"h{k}"]
    place, size = program.inputs["in_x"]
    assert state.x_place + first == program.params.compartments + place
    assert state.traces.size == registers["x_rows"] * lanes >= state.x_place + size
    assert len(state.recurrent) == len(state.hidden)
    for matrix, weights in zip(state.forward, equations.weights.forward, strict=True):
        assert matrix.weights is weights
    tagged = [matrix.tags.size > 0 for matrix in state.forward]
    assert tagged == [case.options.eligibility == "tag"] * len(state.hidden) + [False]
    assert all(matrix.spent == 0 for matrix in state.forward)


def test_constants_are_those_of_the_profiles(temporal_case):
    case = temporal_case(3)
    constants = Constants.of(case.program, case.options, len(case.weights.forward))
    words = case.program.memories["profiles"]
    row = case.program.populations["h1"][0] // case.program.params.lanes
    word = int(words[int(case.program.memories["rows"][row]) & 15])
    assert word & 0x1FFF == constants.decay_u
    assert word >> 13 & 0x1FFF == constants.decay_v
    assert (word >> 26 & 0x1FFFF) * 64 == constants.threshold
    assert constants.steps == 2 * len(case.weights.forward) + 1


def test_weights_stay_shared(temporal_case):
    case = temporal_case(1)
    equations = case.equations()
    equations.learn(case.samples)
    assert (equations.weights.forward[0] != case.weights.forward[0]).any()
    assert equations.weights.forward[0].dtype == np.int16
