"""Rasters of samples as pictures."""

import numpy as np
import pytest

from backspike.experiments.population_texts import PAPER
from backspike.experiments.raster_pictures import groups_of, plot_raster

RASTERS = {
    "x": np.eye(6, 20, dtype=bool),
    "h1": np.ones((6, 64), bool),
    "g00": np.eye(6, 1, dtype=bool),
    "g01": np.ones((6, 1), bool),
}
INPUTS = {"in_x": np.eye(6, 3, dtype=bool), "in_start": np.zeros((6, 1), bool)}


def test_inputs_come_first_and_gates_are_one_group():
    groups = groups_of(RASTERS, INPUTS, PAPER)
    assert [(group.name, group.size) for group in groups] == [
        ("in_x", 3), ("x", 20), ("h1", 64), ("gates", 2),
    ]  # fmt: skip
    assert [group.hue for group in groups] == ["ink", "blue", "blue", "soft"]


def test_every_spike_is_a_dash_and_counted_in_the_words():
    groups = groups_of(RASTERS, INPUTS, PAPER)
    picture = plot_raster(groups, "title", ("first\nstep", "second"))
    axes = picture.figure.axes[0]
    dashes = sum(len(c.get_segments()) for c in axes.collections) - 5  # and lines between steps
    assert dashes == sum(int(group.raster.sum()) for group in groups)
    assert picture.words.startswith("title: step 0: 1 of in_x, 1 of x, 64 of h1; step 1: ")
    assert picture.words.endswith("step 1: 1 of x, 64 of h1")
    assert [label.get_text() for label in axes.get_xticklabels()][:2] == [
        "0\nfirst\nstep", "1\nsecond",
    ]  # fmt: skip


def test_a_crowd_is_drawn_by_the_shares_that_spike():
    raster = np.zeros((2, 960), bool)
    raster[1, :30] = raster[1, 959] = True
    picture = plot_raster(groups_of({"h1": raster}, {}, PAPER), "title", ("first", "second"))
    dashes = picture.figure.axes[0].collections[0]
    assert len(dashes.get_segments()) == 3
    assert dashes.get_alpha() == pytest.approx([1.0, 0.6, 0.24])
    assert picture.words.endswith("step 1: 31 of h1")
