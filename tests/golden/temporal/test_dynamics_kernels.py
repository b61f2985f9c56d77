"""Time steps of learning over time, beside numbers by hand."""

import numpy as np
import pytest

from backspike.golden.core.random_bank import xorshift
from backspike.golden.temporal.dynamics_kernels import (
    begin_epoch,
    begin_sample,
    time_step,
    update_traces,
)
from backspike.golden.temporal.state import Constants, new_state


@pytest.fixture
def net(temporal_case):
    """A network of one hidden layer, with its constants."""
    case = temporal_case(4)
    equations = case.equations()
    equations.weights.forward[0][:] = 0
    equations.weights.forward[1][:] = 0
    state = new_state(case.program, equations.weights, case.options, equations.random)
    c = Constants.of(case.program, case.options, 2)
    c = c._replace(
        decay_u=4096, decay_v=1024, decay_o=2048, threshold=100 * 64, box_low=50 * 64,
        box_high=150 * 64, hi=120 * 64, lo=30 * 64, dead_zone=10, adaptation=0, in_exponent=0,
    )  # fmt: skip
    return c, state, np.zeros(case.weights.layers[0], np.bool_)


def test_voltages_leak_and_fire(net):
    c, state, x = net
    layer = state.hidden[0]
    state.forward[0].weights[0, :3] = 80, 101, 160
    x[0] = True
    begin_sample(state)
    begin_epoch(state)
    time_step(c, state, 0, 0, x, -1)
    assert state.fired.sum() == 1
    time_step(c, state, 1, 1, x, -1)
    assert layer.v[:3].tolist() == [80 * 64, 0, 0]
    assert layer.fired[:3].tolist() == [False, True, True]
    assert layer.boxed[:3].tolist() == [True, True, False]
    time_step(c, state, 2, 2, x, -1)
    assert layer.v[:3].tolist() == [80 * 48, 0, 0]
    assert layer.boxed[:3].tolist() == [True, True, False]
    begin_epoch(state)
    assert not layer.boxed.any()


def test_errors_of_the_outputs_and_back(net):
    c, state, x = net
    outputs, layer = state.outputs, state.hidden[0]
    back = state.forward[1].weights
    begin_sample(state)
    begin_epoch(state)
    layer.boxed[:] = True
    layer.boxed[1] = False
    outputs.sums[:2] = 119, 31
    back[0, :2], back[1, :2], back[2, :2] = (30, 10), (90, 0), (0, 60)
    time_step(c, state, 2, 2, x, 0)
    assert (outputs.hi[0], outputs.lo[0], outputs.hi[1], outputs.lo[1]) == (0, 1, 0, 1)
    time_step(c, state, 3, 3, x, 0)
    assert outputs.plus[:2].tolist() == [True, False]
    assert outputs.minus[:2].tolist() == [False, True]
    assert layer.errors[:3].tolist() == [20, 90, -60]
    time_step(c, state, 4, 4, x, 0)
    assert layer.plus[:3].tolist() == [True, False, False]
    assert layer.minus[:3].tolist() == [False, False, True]
    assert not layer.errors.any()


def test_no_error_is_asked_for_without_a_label(net):
    c, state, x = net
    begin_sample(state)
    begin_epoch(state)
    state.outputs.sums[:] = 200
    for step in (2, 3):
        time_step(c, state, step, step, x, -1)
    assert state.outputs.hi.all()
    assert not state.outputs.plus.any()
    assert not state.outputs.minus.any()


def test_traces_are_rounded_by_the_generators(net):
    c, state, _ = net
    c = c._replace(trace_decay=40_000, impulse=50)
    before = state.random.copy()
    state.traces[0], state.traces[1], state.fired[1] = 101, 100, True
    update_traces(c, state)
    rows = state.traces.size // c.lanes
    for lane in range(c.lanes):
        drawn = before[lane]
        for row in range(rows):
            drawn = xorshift(np.uint32(drawn))
            if row * c.lanes + lane == 0:
                assert state.traces[0] == (101 * 40_000 + (int(drawn) >> 16)) >> 16
        assert state.random[lane] == drawn
    assert 61 + 50 <= state.traces[1] <= 62 + 50
    assert state.seen[1]
    assert not state.seen[0]
