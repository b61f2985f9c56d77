"""The picture of one sample in time."""

import numpy as np

from backspike.experiments.temporal.pictures import plot_sample


def test_spikes_are_counted_by_steps_of_data():
    x = np.eye(3, 4, dtype=np.uint8)
    rasters = {
        "h1": np.zeros((20, 5), bool),
        "c1": np.ones((20, 5), bool),
        "e1+": np.zeros((20, 5), bool),
        "d-": np.zeros((20, 2), bool),
    }
    rasters["h1"][[1, 2, 6], [0, 0, 1]] = True  # twice within a step of data
    rasters["e1+"][19, 4] = True  # in a step that is no data's
    picture = plot_sample(x, rasters, 5, "A sample")
    told = "A sample: in 3 steps of data, spikes: 3 of x, 2 of h1, 0 of e1+, 0 of d-"
    assert told in picture.svg()
