"""Spikes of inputs by name."""

import re

import numpy as np
import pytest

from backspike.sim.simulation.generators import regular
from backspike.sim.simulation.inputs import Inputs

PLACES = {"a": (0, 3), "b": (4, 2)}


def made(spikes, first=0, steps=5):
    return Inputs(spikes, PLACES, first, steps)


def test_all_forms_become_one_stimulus():
    dense = np.zeros((5, 3))
    dense[0, 2] = dense[4, 0] = 1
    inputs = made({"a": dense, "b": [(3, 1), (0, 0), (3, 1)]})
    stimulus = inputs.stimulus(inputs.events(0, 5))
    assert stimulus.steps.tolist() == [0, 0, 3, 4]
    assert stimulus.axons.tolist() == [2, 4, 5, 0]


def test_a_piece_counts_from_its_first_step():
    inputs = made({"a": np.eye(5, 3, dtype=bool), "b": [(1, 0), (4, 1)]})
    steps, neurons = inputs.events(1, 3)["a"]
    assert (steps.tolist(), neurons.tolist()) == ([0, 1], [1, 2])
    steps, neurons = inputs.events(1, 3)["b"]
    assert (steps.tolist(), neurons.tolist()) == ([0], [0])


def test_a_generator_counts_from_the_start_of_the_simulation():
    steps, neurons = made({"b": regular(10)}, first=17).events(1, 5)["b"]
    assert (steps.tolist(), neurons.tolist()) == ([2, 2], [0, 1])


def test_inputs_that_are_left_out_are_silent():
    inputs = made(None)
    assert inputs.stimulus(inputs.events(0, 5)).steps.size == 0
    assert made({"a": []}).events(0, 5)["a"][0].size == 0


def test_a_run_without_steps_has_no_events():
    with pytest.raises(ValueError, match="must be left out, not 0: the run has no steps"):
        Inputs({"a": [(0, 1)]}, {"a": (0, 3)}, 0, 0)


@pytest.mark.parametrize(
    ("spikes", "message"),
    [
        ({"c": []}, "input must be one of a, b, not 'c'"),
        ([1], "inputs must be a mapping of names of inputs to spikes, not list"),
        (
            {"a": np.zeros((3, 5))},
            "spikes of input 'a' must have shape (5, 3), (steps, neurons), not (3, 5)",
        ),
        (
            {"a": np.full((5, 3), 0.5)},
            "spikes of input 'a' must be 0 and 1, not 0.5: from_rates makes spikes of other values",
        ),
        ({"a": np.full((5, 3), np.nan)}, "spikes of input 'a' must be 0 and 1, not nan: from_"),
        ({"a": np.full((5, 3), "x")}, "spikes of input 'a' must be 0 and 1, not <U1"),
        (
            {"a": "x"},
            "spikes of input 'a' must be an array of shape (5, 3), "
            "a list of events (step, neuron), or a generator such as poisson(0.1), not str",
        ),
        (
            {"a": [[0, 1, 0]]},
            "events of input 'a' must be pairs of integers (step, neuron); "
            "dense spikes are an array of shape (5, 3)",
        ),
        ({"a": [(0.5, 1)]}, "events of input 'a' must be pairs of integers (step, neuron); "),
        ({"a": [(0, 1), (2,)]}, "events of input 'a' must be pairs of integers (step, neuron); "),
        ({"a": [(5, 1)]}, "step of an event of input 'a' must be between 0 and 4, not 5"),
        ({"a": [(0, -1)]}, "neuron of an event of input 'a' must be between 0 and 2, not -1"),
    ],
)
def test_what_does_not_fit_is_explained(spikes, message):
    with pytest.raises((ValueError, TypeError), match=f"^{re.escape(message)}"):
        made(spikes)
