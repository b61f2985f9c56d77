"""Generators of input spikes."""

from itertools import pairwise

import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.sim.simulation.generators import from_rates, poisson, regular

GENERATORS = {
    "poisson": poisson(0.3, seed=5),
    "poisson of each": poisson([0.0, 0.5, 1.0], seed=5),
    "poisson by step": poisson(np.linspace(0, 1, 1500).reshape(500, 3)),
    "even": from_rates([0.1, 0.33, 1]),
    "even by step": from_rates(np.linspace(0, 1, 1500).reshape(500, 3)),
    "random": from_rates([0.1, 0.33, 1], seed=2),
    "regular": regular([3, 7, 1], phase=[0, 5, 100]),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_pieces_are_those_of_a_whole(name):
    generator = GENERATORS[name]
    generator.check("in", 3, 500)
    whole = generator.spikes("in", 3, 0, 500)
    assert whole.shape == (500, 3)
    assert whole.dtype == bool
    assert whole.any()
    bounds = [0, 1, 255, 256, 257, 400, 500]
    pieces = [generator.spikes("in", 3, a, b - a) for a, b in pairwise(bounds)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_poisson_spikes_have_their_rate_and_their_seed():
    spikes = poisson([0.0, 0.2, 1.0], seed=1).spikes("in", 3, 0, 20_000)
    assert spikes[:, 0].sum() == 0
    assert spikes[:, 1].mean() == pytest.approx(0.2, abs=0.01)
    assert spikes[:, 2].all()
    again = poisson([0.0, 0.2, 1.0], seed=1).spikes("in", 3, 0, 20_000)
    np.testing.assert_array_equal(spikes, again)
    for other in (poisson(0.2, seed=2).spikes("in", 3, 0, 99), poisson(0.2).spikes("b", 3, 0, 99)):
        assert (other != poisson(0.2).spikes("in", 3, 0, 99)).any()


def test_even_spikes_are_as_far_apart_as_they_can_be():
    spikes = from_rates([0.1, 0.25, 0.4]).spikes("in", 3, 0, 40)
    assert np.flatnonzero(spikes[:, 0]).tolist() == [9, 19, 29, 39]
    assert np.flatnonzero(spikes[:, 1]).tolist() == list(range(3, 40, 4))
    assert set(np.diff(np.flatnonzero(spikes[:, 2])).tolist()) == {2, 3}
    assert spikes.sum(axis=0).tolist() == [4, 10, 16]


def test_regular_spikes_have_a_period_and_a_phase():
    spikes = regular(4, phase=2).spikes("in", 2, 0, 11)
    assert np.flatnonzero(spikes[:, 0]).tolist() == [2, 6, 10]
    np.testing.assert_array_equal(spikes[:, 0], spikes[:, 1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: poisson(1.5), r"rate must be between 0 and 1 spike per step, not 1\.5"),
        (lambda: poisson([0.1, -1]), "rate must be between 0 and 1 spike per step, not -1"),
        (lambda: poisson(float("nan")), "rate must be between 0 and 1 spike per step, not nan"),
        (lambda: poisson("fast"), "rate must be numbers, not 'fast'"),
        (lambda: poisson(0.1, seed=0.5), r"seed must be an int, not 0\.5"),
        (lambda: regular(0), "period must be at least 1, not 0"),
        (lambda: regular(2.5), r"period must be integers, not 2\.5"),
        (lambda: regular(2, phase=-1), "phase must be at least 0, not -1"),
    ],
)
def test_what_makes_no_sense_is_refused(make, message):
    with pytest.raises((UserError, TypeError), match=f"^{message}$"):
        make()


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        (poisson([0.1, 0.2]), "rates of input 'in' must be one number, 3, or of shape"),
        (from_rates(np.zeros((9, 3))), r".* \(10 or more steps, 3\), not \(9, 3\)"),
        (regular([1, 2]), r"period of input 'in' must be one number or 3, not of shape \(2,\)"),
    ],
)
def test_rates_that_do_not_suit_an_input_are_refused(generator, message):
    with pytest.raises(UserError, match=f"^{message}"):
        generator.check("in", 3, 10)


@pytest.mark.parametrize("value", [None, "x", [None], [[1], [1, 2]], {}, True])
def test_rates_of_another_kind_are_refused(value):
    for make in (poisson, from_rates):
        with pytest.raises((TypeError, ValueError), match=r"^rate must be (numbers|a regular)"):
            make(value)
