"""Parts of a run, and what is read after each."""

import numpy as np

from backspike.golden.readings import Reading, parts_of_run


def test_a_run_is_cut_where_something_is_read():
    often = Reading(0, 1, np.array([1, 3, 5]))
    once = Reading(4, 2, np.array([3]))
    assert list(parts_of_run(7, {"state": often, "dense": once})) == [
        (0, 2, {"state": often}),
        (2, 4, {"state": often, "dense": once}),
        (4, 6, {"state": often}),
        (6, 7, {}),
    ]
    assert list(parts_of_run(3, {})) == [(0, 3, {})]
    assert list(parts_of_run(0, {})) == []
