"""Changes of weights and tags of learning over time, beside numbers by hand."""

import numpy as np
import pytest

from backspike.golden.temporal.learning_kernels import learn
from backspike.golden.temporal.state import Constants, new_state


def prepared(temporal_case, seed, **changes):
    """A network of one hidden layer without spikes, traces and errors; all weights are 10."""
    case = temporal_case(seed)
    equations = case.equations()
    for matrix in equations.weights.named().values():
        matrix[:] = 10
    state = new_state(case.program, equations.weights, case.options, equations.random)
    constants = Constants.of(case.program, case.options, len(equations.weights.forward))
    return constants._replace(**changes), state


def test_weights_of_traced_sources_move_with_the_sign_of_the_error(temporal_case):
    c, state = prepared(temporal_case, 4)
    first = state.forward[0]
    state.traces[state.x_place + 1] = 100
    state.traces[state.x_place + 2] = 3
    state.hidden[0].plus[0] = state.hidden[0].minus[1] = True
    learn(c, state, False)
    moved = first.weights.astype(int) - 10
    step = first.coefficient * 100 / 128
    assert abs(moved[1, 0] - step) < 2
    assert abs(moved[1, 1] + step) < 2
    assert moved[2, 0] - first.coefficient * 3 / 128 < 2
    moved[1:3, :2] = 0
    assert not moved.any()


def test_rounding_is_right_on_average_and_even(temporal_case):
    c, state = prepared(temporal_case, 4)
    first = state.forward[0]._replace(coefficient=1)
    state = state._replace(forward=(first, *state.forward[1:]))
    state.traces[state.x_place : state.x_place + first.weights.shape[0]] = 32
    state.hidden[0].plus[:] = True
    for _ in range(200):
        learn(c, state, False)
    assert set(np.unique(first.weights % 2)) == {0}
    assert abs(first.weights.mean() - (10 + 200 * 32 / 128)) < 2


def test_weights_stay_within_their_rails(temporal_case):
    c, state = prepared(temporal_case, 4)
    state = state._replace(forward=(state.forward[0]._replace(coefficient=9), state.forward[1]))
    state.forward[0].weights[0], state.forward[0].weights[1] = 252, -254
    state.traces[state.x_place : state.x_place + 2] = 127
    layer = state.hidden[0]
    for flags, end, row in ((layer.plus, 254, 0), (layer.minus, -256, 1)):
        flags[:] = True
        for _ in range(80):
            learn(c, state, False)
        flags[:] = False
        assert (state.forward[0].weights[row] == end).all()


def test_outputs_learn_from_hidden_traces_alone(temporal_case):
    c, state = prepared(temporal_case, 4, out_impulse=0)
    forward = state.forward[0], state.forward[1]._replace(coefficient=64)
    state = state._replace(forward=forward)
    state.traces[state.hidden[0].place] = 64
    state.outputs.plus[1] = state.outputs.minus[0] = True
    learn(c, state, False)
    moved = state.forward[1].weights.astype(int) - 10
    assert moved[0, :2].tolist() == [-32, 32]
    moved[0, :2] = 0
    assert not moved.any()


@pytest.mark.parametrize("forget", [False, True])
def test_tags_are_marked_leak_and_teach(temporal_case, forget):
    c, state = prepared(temporal_case, 8, leak=32)
    matrix, layer = state.forward[0]._replace(rate=64), state.hidden[0]
    state = state._replace(forward=(matrix, *state.forward[1:]))
    matrix.tags[0, 0] = matrix.tags[0, 1] = 80
    state.traces[state.x_place] = 64
    layer.boxed[1] = True
    layer.plus[0] = layer.minus[1] = True
    learn(c, state, forget)
    marked = 80 - 20 + 64 / 8
    if forget:
        assert not matrix.tags.any()
    else:
        assert matrix.tags[0, :2].tolist() == [60, marked]
    assert abs(matrix.weights[0, 0] - (10 + 60 / 2)) < 2
    assert abs(matrix.weights[0, 1] - (10 - marked / 2)) < 2


def test_a_recurrent_source_is_counted_up_to_the_step_before(temporal_case):
    c, state = prepared(temporal_case, 1)
    among = state.recurrent[0]._replace(coefficient=128, spent=128 * 20)
    state = state._replace(recurrent=(among,))
    layer = state.hidden[0]
    state.traces[layer.place] = 20
    state.seen[layer.place] = True
    layer.plus[:] = True
    learn(c, state, False)
    assert abs(int(among.weights[0, 0]) - 10) < 2
    state.traces[layer.place] = 60
    learn(c, state, False)
    assert abs(int(among.weights[0, 0]) - 50) < 3
