"""A sample in the paper's circuit as text."""

import numpy as np

from backspike.cli.paper_view import picture_lines, raster_lines
from backspike.experiments.learning_circuits import PaperCircuit

SIZES = {"x": 32, "h1": 4, "o": 3, "d+": 3, "d-": 3, "h1T": 4}


def test_each_step_is_a_line_and_each_neuron_a_sign():
    rasters = {name: np.zeros((12, size), bool) for name, size in SIZES.items()}
    rasters["x"][1, [0, 31]] = rasters["h1"][2, 2] = True
    rasters["d+"][4, 0] = rasters["d-"][4, 2] = True
    lines = raster_lines(rasters, PaperCircuit.labels)
    texts = [line.plain for line in lines]
    assert texts[0].split() == ["step", "input", "hidd", "out", "err", "erro"]
    assert texts[1].startswith("   0 input sent   ")
    assert texts[2].split() == [">", "1", "input", "x", "#......#", "....", "...", "...", "...."]
    assert texts[3].endswith(" ........ ..#. ... ... ....")
    assert texts[5].split()[:3] == ["!", "4", "error"]
    assert texts[5].endswith(" ... +.- ....")
    assert texts[12].startswith("< 11 learn W1 down")
    assert len(lines) == 13
    assert len({len(text) for text in texts[1:]}) == 1


def test_a_picture_is_in_shades():
    image = np.zeros((2, 2, 4), int)
    image[0, 1], image[1, 0, :2] = 1, 1
    assert picture_lines(image) == ["  ##", "::  "]
