"""Places of synapses: read and set, and nothing else touched."""

import numpy as np
import pytest

from backspike.golden.compiler.synapse_places import Placement, SinglePlacement
from backspike.golden.errors import UserError


@pytest.mark.parametrize("rotated", [False, True])
def test_gather_undoes_scatter_and_nothing_else_is_touched(rotated):
    rng = np.random.default_rng(1)
    dense = rng.integers(-99, 99, (40, 4)).astype(np.int16)
    before = dense.copy()
    place = Placement(np.array([4, 10, 31]), 10, rotated)
    weights = rng.integers(-99, 99, (3, 10))
    place.scatter(dense, weights)
    np.testing.assert_array_equal(place.gather(dense), weights)
    kept = np.setdiff1d(np.arange(40), (place.words[:, None] + np.arange(3)).reshape(-1))
    np.testing.assert_array_equal(dense[kept], before[kept])
    lane = 1 if rotated else 0  # of target 0 of source 1
    assert dense[10, lane] == weights[1, 0]


def test_a_span_covers_all_words_of_its_lists():
    place = Placement(np.array([4, 10, 31]), 10)
    assert place.span(4) == (4, 30)
    dense = np.arange(160).reshape(40, 4)
    first, count = place.span(4)
    part = dense[first : first + count]
    np.testing.assert_array_equal(place.gather(part, first), place.gather(dense))


@pytest.mark.parametrize("memory", ["sparse", "dense"])
def test_single_synapses_go_back_to_where_they_came_from(memory):
    place = SinglePlacement(memory, (2, 3), np.array([9, 4, 6, 13]), np.array([0, 1, 5, 1]))
    values = np.arange(100, 120).reshape((20,) if memory == "sparse" else (5, 4))
    assert place.gather(values).tolist() == [[109, 113, 0], [0, 0, 106]]
    first, count = place.span(4)
    assert (first, count) == ((4, 10) if memory == "sparse" else (1, 3))
    assert place.gather(values[first : first + count], first).tolist() == [
        [109, 113, 0],
        [0, 0, 106],
    ]
    place.scatter(values, np.array([[1, 2, 0], [0, 0, 3]]))
    assert values.reshape(-1)[[9, 4, 6, 13]].tolist() == [1, 2, 3, 2]
    assert np.delete(values.reshape(-1), [9, 4, 6, 13]).min() >= 100


def test_a_weight_that_is_not_stored_stays_0():
    place = SinglePlacement("sparse", (2, 3), np.array([9]), np.array([0]))
    with pytest.raises(UserError, match=r"^weight \(1, 2\) must stay 0: fixed synapses"):
        place.scatter(np.zeros(20), np.array([[1, 0, 0], [0, 0, 3]]))


def test_places_are_shown_in_a_line():
    assert repr(Placement(np.zeros(400), 10)) == "Placement(400 dense lists of 10 weights)"
    place = SinglePlacement("sparse", (2, 3), np.zeros(4), np.zeros(4))
    assert repr(place) == "SinglePlacement(2x3 weights, 4 in sparse)"
