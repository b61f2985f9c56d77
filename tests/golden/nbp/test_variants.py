"""Forms of the equations, by name."""

import numpy as np
import pytest

from backspike.golden.nbp.training import train
from backspike.golden.nbp.variants import VARIANTS, variant_rule


def test_they_differ_and_are_found_by_name():
    assert len(set(VARIANTS.values())) == len(VARIANTS)
    assert all(variant_rule(name) is rule for name, rule in VARIANTS.items())
    with pytest.raises(ValueError, match=r"^variant must be one of 'circuit', .* not 'new'$"):
        variant_rule("new")


def test_the_rehearsal_has_a_rail_of_its_own(small_task):
    (first, last), x, y = small_task
    first[0, 0] = -256
    train([first, last], x, y)
    with pytest.raises(ValueError, match=r"^W1 must be in -254..254, not -256$"):
        train([first, last], x, y, variant="rehearsal")


def test_the_delta_rule_learns_whatever_the_sums():
    """The target's sum is 0, where the surrogate has no slope; the other's is beyond theta."""
    start = np.array([[0, 254]] * 5, np.int16)
    x, y = np.ones((1, 5), np.uint8), np.array([0])
    for variant, step in (("circuit", 0), ("delta", 2)):
        weights = start.copy()
        train([weights], x, y, variant=variant)
        assert (weights - start).tolist() == [[step, -step]] * 5
