"""Input weights of neurons as one picture."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from backspike.experiments.weight_pictures import draw_fields


@pytest.mark.parametrize(
    ("hidden", "shape", "size"),
    [(3, (4, 4, 2), (5, 8 * 5)), (40, (4, 4, 2), (3 * 5, 16 * 5)), (3, None, (33, 8 * 2))],
)
def test_every_neuron_has_its_place(hidden, shape, size):
    axes = Figure().subplots()
    w1 = np.zeros((32, hidden), np.int16)
    w1[:, 2] = 5
    draw_fields(axes, w1, shape)
    (sheet,) = (np.ma.filled(image.get_array(), np.nan) for image in axes.images)
    assert sheet.shape == size
    height, width, levels = shape or (32, 1, 1)
    assert np.all(sheet[:height, 2 * (width + 1) : 3 * (width + 1) - 1] == 5 * levels)
    assert np.nansum(sheet) == 5 * 32
