"""Ways to learn, by name."""

import pytest

from backspike.experiments.presets import PRESETS, recommended
from backspike.golden.nbp.learning import PAPER


@pytest.mark.parametrize(("epochs", "halving"), [(1, 1), (10, 2), (75, 15)])
def test_the_rate_is_halved_five_times(epochs, halving):
    assert recommended(epochs).halving == halving
    assert recommended(epochs).rate_in(0) == 256


def test_the_paper_is_faithful_whatever_its_length():
    assert PRESETS["paper"](3) == PRESETS["paper"](99) == PAPER
