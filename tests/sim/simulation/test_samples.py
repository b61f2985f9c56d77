"""Samples of probes."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.sim.simulation.probes import Probe, Source
from backspike.sim.simulation.samples import Samples


def source(memory, first, count):
    return Source(memory, first, count, lambda words: words.astype(np.int64), count)


SOURCES = {
    "a": source("state", 2, 3),
    "b": source("state", 8, 2),
    "c": source("dense", 0, 4),
    "none": source("dense", 0, 0),
}


def samples(**every):
    return Samples({name: (Probe(name, n), None) for name, n in every.items()}, SOURCES)


@pytest.mark.parametrize("bounds", [[0, 24], [0, 1, 2, 11, 12, 13, 24]])
def test_values_are_of_the_steps_that_are_due(bounds):
    memory = {"state": np.arange(10), "dense": np.arange(4)}
    made = samples(a=3, b=2, c=12, none=6)
    for begin, end in pairwise(bounds):
        readings = made.readings(begin, end - begin)
        words = {  # step s adds 100 * s to all words
            name: np.array([
                memory[name][r.first : r.first + r.count] + 100 * (begin + step) for step in r.after
            ])
            for name, r in readings.items()
        }
        made.take(begin, end - begin, words)
    times, arrays = made.times(), made.arrays()
    assert times["a"].tolist() == list(range(2, 24, 3))
    assert times["b"].tolist() == list(range(1, 24, 2))
    assert times["c"].tolist() == [11, 23]
    np.testing.assert_array_equal(arrays["a"], 100 * times["a"][:, None] + [2, 3, 4])
    np.testing.assert_array_equal(arrays["b"], 100 * times["b"][:, None] + [8, 9])
    np.testing.assert_array_equal(arrays["c"], 100 * times["c"][:, None] + np.arange(4))
    assert arrays["none"].shape == (4, 0)


def test_a_memory_is_read_once_for_all_probes_of_it():
    made = samples(a=2, b=2, c=1)
    readings = made.readings(0, 4)
    assert {name: (r.first, r.count) for name, r in readings.items()} == {
        "state": (2, 8),
        "dense": (0, 4),
    }
    assert readings["state"].after.tolist() == [1, 3]
    assert made.words_per_step == 8 / 2 + 4


def test_without_a_time_that_is_due_there_are_no_values():
    made = samples(a=10)
    assert made.readings(0, 9) == {}
    made.take(0, 9, {})
    assert made.arrays()["a"].shape == (0, 3)


def test_of_neurons_that_are_chosen_only_those_are_kept():
    made = Samples({"a": (Probe("a"), np.array([2, 0]))}, SOURCES)
    made.take(0, 1, {"state": np.array([[2, 3, 4]])})
    assert made.arrays()["a"].tolist() == [[4, 2]]
