import pytest

from backspike.golden.prototypes.options import (
    NEW,
    PrototypeOptions,
    PrototypeState,
    usual_per_class,
)


@pytest.mark.parametrize(
    ("field", "wrong"), [("per_class", 129), ("rate", 0), ("first", 1), ("turn", 9)]
)
def test_what_is_out_of_range_is_refused(field, wrong):
    with pytest.raises(ValueError, match=field):
        PrototypeOptions(**{field: wrong})


def test_nobody_has_won_at_first():
    options = PrototypeOptions(per_class=3)
    state = PrototypeState.fresh(5, 4, options, lanes=8, seed=1)
    assert state.weights.shape == (5, 12)
    assert state.bias.shape == (1, 12)
    assert (state.bias == NEW).all()
    assert not state.weights.any()
    assert state.random.size == 8


@pytest.mark.parametrize(
    ("samples", "neurons"), [(3, 1), (100, 2), (144, 3), (500, 10), (2000, 40), (6000, 40)]
)
def test_few_samples_have_few_neurons(samples, neurons):
    assert usual_per_class(samples) == neurons
