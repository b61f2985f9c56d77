"""Stimulus and record, and helpers for every engine."""

import re

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import (
    Reading,
    Record,
    Stimulus,
    all_cycles,
    read_register,
    write_register,
)
from backspike.golden.errors import UnknownNameError
from backspike.golden.network.network import Network
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


@pytest.mark.parametrize(
    ("steps", "axons", "message"),
    [
        ([0.7, 1.2], [0, 1], "steps of a stimulus must be integers, not 0.7"),
        ([0, 1], [0, 0.9], "axons of a stimulus must be integers, not 0.9"),
        ([1.0], [0], "steps of a stimulus must be integers, not 1.0"),
        (["3"], [0], "steps of a stimulus must be integers, not '3'"),
        ([float("nan")], [0], "steps of a stimulus must be integers, not nan"),
        ([True], [0], "steps of a stimulus must be integers, not True"),
        ([None], [0], "steps of a stimulus must be integers, not None"),
    ],
)
def test_nothing_is_rounded(steps, axons, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        stimulus(steps, axons)


def test_a_step_beyond_63_bits_is_refused():
    with pytest.raises(ValueError, match=r"^steps of a stimulus must be less than 2\*\*63, not"):
        Stimulus(np.array([2**63], np.uint64), np.zeros(1, int))


def test_a_stimulus_of_an_array():
    spikes = np.zeros((4, 3), bool)
    spikes[1, 2] = spikes[3, 0] = spikes[3, 1] = True
    made = Stimulus.of(spikes, first=5)
    assert (made.steps.tolist(), made.axons.tolist()) == ([1, 3, 3], [7, 5, 6])
    later = made.window(2, 4)
    assert (later.steps.tolist(), later.axons.tolist()) == ([1, 1], [5, 6])


@pytest.mark.parametrize(
    ("spikes", "message"),
    [
        (np.zeros(3), r"spikes must have shape \(steps, axons\), not \(3,\)"),
        ([[0, 0.5]], r"spikes must be 0 and 1, not 0\.5"),
        ([[0, np.nan]], "spikes must be 0 and 1, not nan"),
        ([[0, 2]], "spikes must be 0 and 1, not 2"),
        ([["a"]], "spikes must be 0 and 1, not a"),
    ],
)
def test_an_array_of_anything_else_is_refused(spikes, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Stimulus.of(spikes)


def test_spikes_are_shown_in_a_line():
    assert repr(Stimulus()) == "Stimulus(no spikes)"
    assert repr(stimulus([1, 5], [3, 2])) == "Stimulus(2 spikes, steps 1 to 5, axons 2 to 3)"
    record = Record(np.arange(5000), np.arange(5000))
    assert repr(record) == "Record(5,000 spikes, steps 0 to 4999, compartments 0 to 4999)"


def loaded(inputs=3):
    """A golden core with a program of so many inputs, in a row of 4."""
    network = Network()
    p = network.population("p", 2, threshold=1)
    if inputs:
        network.connect("c", network.input("i", inputs), p, 2, pattern="all-to-all")
    program = compile_network(network, lanes=4)
    core = GoldenCore(program.params)
    core.load(program)
    return core, program


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((2.5,), "n_steps must be an int, not 2.5"),
        ((True,), "n_steps must be an int, not True"),
        (("5",), "n_steps must be an int, not '5'"),
        (
            (2, np.zeros((2, 3))),
            "stimulus must be a Stimulus, not a ndarray of shape (2, 3): "
            "Stimulus.of makes one of an array (steps, axons)",
        ),
        (
            (2, [(0, 1)]),
            "stimulus must be a Stimulus, not a list: "
            "Stimulus.of makes one of an array (steps, axons)",
        ),
    ],
)
def test_runs_that_make_no_sense_are_explained(arguments, message):
    core, _ = loaded()
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        core.run(*arguments)


def test_a_program_is_not_run_but_loaded():
    core, program = loaded()
    with pytest.raises(TypeError, match=r"^n_steps must be an int, not a Program: load\(program\)"):
        core.run(program)


def test_axons_beyond_those_of_the_program_are_refused():
    core, _ = loaded(3)
    core.run(1, stimulus([0], [2]))
    with pytest.raises(ValueError, match=r"^input axon must be between 0 and 2, not 3$"):
        core.run(1, stimulus([0], [3]))
    with pytest.raises(ValueError, match=r"^step of an input spike must be left out, not 0: the"):
        core.run(0, stimulus([0], [2]))


def test_a_memory_that_is_not_there_is_named():
    core, _ = loaded()
    with pytest.raises(KeyError, match=r"^memory must be one of .*; 'v' is a field of .* state$"):
        core.read("v")
    with pytest.raises(ValueError, match=r"^address must be between 0 and \d+ in memory 'state'"):
        core.read("state", 4, 1000)


def test_words_are_read_between_steps():
    core, program = loaded()
    spikes = stimulus([0, 2, 4], [0, 1, 2])
    readings = {
        "state": Reading(0, 2, np.array([0, 3, 5])),
        "registers": Reading(3, 1, np.array([1, 2])),
    }
    record, words = core.watch(6, spikes, readings)
    assert words["registers"].tolist() == [[2], [3]]
    other = GoldenCore(program.params)
    other.load(program)
    expected = other.run(6, spikes)
    assert record.steps.tolist() == expected.steps.tolist()
    assert record.compartments.tolist() == expected.compartments.tolist()
    assert words["state"].shape == (3, 2)
    np.testing.assert_array_equal(words["state"][2], other.read("state", 0, 2))


def test_a_raster_of_some_compartments():
    record = Record(np.array([0, 0, 2]), np.array([1, 4, 5]))
    expected = np.zeros((3, 2), bool)
    expected[0, 0] = expected[2, 1] = True
    np.testing.assert_array_equal(record.raster(3, 4, 2), expected)
    assert not record.raster(3, 2, 2).any()


def test_a_register_is_written_by_its_name():
    core = GoldenCore(CORE_PRESETS["tiny"])
    write_register(core, "rows", 3)
    assert read_register(core, "rows") == 3


def test_a_punishment_is_a_negative_reward():
    core, _ = loaded()
    write_register(core, "reward", -5)
    core.run(1)
    assert read_register(core, "reward") == -5


def test_cycles_of_all_phases():
    assert all_cycles({"cycles_a": 3, "cycles_b": 4, "spikes": 9}) == 7


@pytest.mark.parametrize("value", [None, 5, "golden", GoldenCore, {}])
def test_what_is_no_engine_is_named(value):
    for call in (lambda: read_register(value, "learn"), lambda: write_register(value, "learn", 1)):
        with pytest.raises(TypeError, match=r"^engine must be one such as GoldenCore\(params\), n"):
            call()


@pytest.mark.parametrize("name", [None, 5, [], {}, np.zeros(3)])
def test_names_of_another_kind_are_refused_with_those_there_are(name):
    core, program = loaded()
    for what, call in (
        ("register", lambda: read_register(core, name)),
        ("memory", lambda: core.read(name)),
        ("connection", lambda: program.placements[name]),
    ):
        with pytest.raises(UnknownNameError, match=f"^{what} must be one of "):
            call()


@pytest.mark.parametrize("value", ["x", 2.5, [], True])
def test_addresses_of_another_kind_are_refused(value):
    core, _ = loaded()
    with pytest.raises(TypeError, match=r"^first address must be an int, not "):
        core.read("state", value)
    with pytest.raises(TypeError, match=r"^count of words must be an int, not "):
        core.read("state", 0, value)


@pytest.mark.parametrize(
    ("steps", "axons", "shapes"),
    [
        ([1, 2], [0], r"\(2,\) and \(1,\)"),
        ([0], [0, 1], r"\(1,\) and \(2,\)"),
        ([[1]], [[0]], r"\(1, 1\) and \(1, 1\)"),
    ],
)
def test_a_stimulus_has_as_many_steps_as_axons(steps, axons, shapes):
    message = f"^steps and axons must have one equal dimension, not {shapes}$"
    with pytest.raises(ValueError, match=message):
        Stimulus(steps, axons)
