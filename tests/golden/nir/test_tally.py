"""Counts of a population, from spikes and voltages that are made up."""

import numpy as np
import pytest

from backspike.golden.nir.reference import Activity
from backspike.golden.nir.tally import Tally, Votes, never_fires
from backspike.golden.nir.to_network import read_nir


def activity(spikes, voltages=0.0):
    spikes = np.array(spikes, bool)
    return Activity({"n0": spikes}, {"n0": np.zeros(spikes.shape) + voltages})


@pytest.fixture
def imported(chain, neurons):
    return read_nir(chain((2,), neurons("IF", (2,))), dt=1.0)


def test_spikes_rates_and_the_earliest_difference(imported):
    tally = Tally(imported, "n0")
    tally.add(0, activity([[1, 0], [0, 0], [0, 1]]), activity([[1, 0], [0, 0], [1, 1]]), 2)
    tally.add(1, activity([[0, 0], [1, 1], [0, 0]]), activity([[0, 0], [1, 0], [0, 0]]), 1)
    made = tally.result(2, 3)
    assert (made.spikes_float, made.spikes_core, made.spikes_both, made.different) == (4, 4, 3, 2)
    assert made.same == pytest.approx(10 / 12)
    assert made.same_spikes == pytest.approx(3 / 5)
    assert made.rates_float.tolist() == pytest.approx([2 / 6, 2 / 6])
    assert made.rates_core.tolist() == pytest.approx([3 / 6, 1 / 6])
    assert (made.rate_error, made.rate_error_max) == pytest.approx((1 / 6, 1 / 6))
    assert (made.first.sample, made.first.step, made.first.element) == (1, 1, (1,))
    assert made.first.fired == "float"


def test_voltages_count_where_nothing_has_differed_or_fired(imported):
    spikes = np.zeros((3, 2), bool)
    spikes[0, 0] = True
    left = np.array([[9.0, 0.25], [0.5, 0.0], [7.0, 7.0]])
    tally = Tally(imported, "n0")
    tally.add(0, activity(spikes), activity(spikes, left), 2)
    assert tally.result(1, 3).voltage_error == 0.5
    low = -(2**23 - 1) / 64  # where the core stays, and the graph goes on
    after = np.array([[low, 0.25], [low + 9, 0.0], [0.0, 0.0]])
    tally.add(1, activity(np.zeros((3, 2)), 0.125), activity(np.zeros((3, 2)), after), 3)
    assert tally.result(1, 3).voltage_error == 0.5
    assert tally.result(1, 3).limited == 1
    silent = Tally(imported, "n0")
    silent.add(0, activity(spikes), Activity({"n0": spikes}, {}), 0)
    assert silent.result(1, 3).voltage_error is None


def test_what_never_fires_is_compared_by_its_voltages(chain, neurons):
    imported = read_nir(chain((2,), neurons("LI", (2,))), dt=1.0)
    assert never_fires(imported, "n0")
    tally, votes = Tally(imported, "n0"), Votes(imported, np.array([1]))
    quiet = np.zeros((2, 2), bool)
    sides = activity(quiet, [[3.0, 0.0], [0.0, 4.0]]), activity(quiet, [[3.0, 3.0], [0.0, 0.0]])
    tally.add(0, *sides, 2)
    votes.add(*sides)
    made = tally.result(1, 2)
    assert made.read_error == 1.0
    assert made.same_spikes is None
    assert votes.result() == ("output", 1.0, 0.0, 0.0)


def test_the_first_of_equal_votes_wins_and_labels_may_be_missing(imported):
    votes = Votes(imported, None)
    votes.add(activity([[1, 1]]), activity([[0, 0]]))
    votes.add(activity([[0, 1]]), activity([[1, 1]]))
    assert votes.result() == ("output", None, None, 0.5)
