"""Options of learning beyond the paper's, and parts of training."""

import numpy as np
import pytest

from backspike.golden.nbp.learning import PAPER, LearningOptions, TrainingPhase, random_states


def test_errors_have_windows_on_both_sides():
    assert (PAPER.weak, PAPER.strong, PAPER.lift) == ((0, 512), (512, 1024), 0)
    wide = LearningOptions(margin=256, window=4096)
    assert (wide.weak, wide.strong) == ((512 + 256 - 4096, 768), (256, 256 + 4096))
    assert wide.lift == 4096 - 768
    assert LearningOptions(margin=1024).lift == 512, "the other side's threshold is negative"


def test_a_rate_falls_by_half_and_never_to_nothing():
    assert PAPER.rate_in(5) == 0, "every step is taken"
    assert LearningOptions(rate=100).rate_in(50) == 100
    layers = LearningOptions(rate=(60, 100), halving=2)
    assert [layers.rate_in(2, layer) for layer in range(3)] == [30, 50, 50]
    assert layers.rates_in(0) == (60, 100)
    halved = LearningOptions(rate=100, halving=2)
    assert [halved.rate_in(epoch) for epoch in (0, 1, 2, 4, 100)] == [100, 71, 50, 25, 1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"margin": 100}, "margin must be a multiple of 128, not 100"),
        ({"margin": 2176}, "margin must be between 0 and 2048, not 2176"),
        ({"window": 500}, r"window must be one of \(512, .*, 16384\), not 500"),
        ({"dead_zone": 4097}, "dead zone must be between 0 and 4096, not 4097"),
        ({"rate": 0}, "rate must be between 1 and 256, not 0"),
        ({"rate": ()}, r"rate must hold at least one, not \(\)"),
        ({"rate": (5, 300)}, "rate must be between 1 and 256, not 300"),
        ({"halving": 3}, "halving must be 0 without a rate, not 3"),
    ],
)
def test_bad_options_are_explained(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        LearningOptions(**options)


def test_rivals_fit_the_outputs():
    assert TrainingPhase().rivals_of(3).tolist() == [True] * 3
    rivals = np.array([True, False, True])
    assert TrainingPhase(rivals=rivals).rivals_of(3).tolist() == rivals.tolist()
    for bad in (rivals[:2], rivals.astype(int)):
        with pytest.raises(ValueError, match=r"^rivals must be a bool array of shape \(3,\)$"):
            TrainingPhase(rivals=bad).rivals_of(3)


def test_every_lane_has_a_generator_of_its_own():
    states = random_states(8, 3)
    assert states.dtype == np.uint32
    assert len(set(states.tolist())) == 8
    assert states.all()
    assert (states == random_states(8, 3)).all()
    assert (states != random_states(8, 4)).any()
