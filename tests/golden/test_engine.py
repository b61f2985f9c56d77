"""Stimulus and record, and helpers for every engine."""

import numpy as np
import pytest

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Record, Stimulus, all_cycles, write_register
from backspike.hdl.host_map import REGISTERS
from backspike.hdl.presets import CORE_PRESETS


def stimulus(steps, axons):
    return Stimulus(np.array(steps), np.array(axons))


def test_a_stimulus_is_empty_unless_given():
    steps, axons = Stimulus().checked(0, 16)
    assert steps.size == axons.size == 0
    assert steps.dtype == axons.dtype == np.int64


def test_spikes_come_back_as_they_are():
    steps, axons = stimulus([0, 0, 9], [15, 3, 0]).checked(10, 16)
    assert (steps.tolist(), axons.tolist()) == ([0, 0, 9], [15, 3, 0])
    assert steps.dtype == axons.dtype == np.int64


@pytest.mark.parametrize(
    ("spikes", "n_steps", "message"),
    [
        (stimulus([], []), -1, "n_steps must be at least 0, not -1"),
        (stimulus([1, 2], [0]), 9, r"steps and axons must have one equal dim.*\(2,\) and \(1,\)"),
        (stimulus([[1]], [[0]]), 9, "steps and axons must have one equal dimension, not .*"),
        (stimulus([2, 1], [0, 0]), 9, "steps of a stimulus must ascend"),
        (stimulus([9], [0]), 9, "step of an input spike must be between 0 and 8, not 9"),
        (stimulus([-1], [0]), 9, "step of an input spike must be between 0 and 8, not -1"),
        (stimulus([1], [16]), 9, "input axon must be between 0 and 15, not 16"),
        (stimulus([1], [-1]), 9, "input axon must be between 0 and 15, not -1"),
    ],
)
def test_a_stimulus_that_does_not_fit_is_explained(spikes, n_steps, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        spikes.checked(n_steps, 16)


def test_a_raster_of_some_compartments():
    record = Record(np.array([0, 0, 2]), np.array([1, 4, 5]))
    expected = np.zeros((3, 2), bool)
    expected[0, 0] = expected[2, 1] = True
    np.testing.assert_array_equal(record.raster(3, 4, 2), expected)
    assert not record.raster(3, 2, 2).any()


def test_a_register_is_written_by_its_name():
    core = GoldenCore(CORE_PRESETS["tiny"])
    write_register(core, "rows", 3)
    values = dict(zip(REGISTERS, core.read("registers").tolist(), strict=True))
    assert values["rows"] == 3


def test_cycles_of_all_phases():
    assert all_cycles({"cycles_a": 3, "cycles_b": 4, "spikes": 9}) == 7
