"""Input weights of neurons as one picture."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from backspike.experiments.weight_pictures import draw_fields, plot_weights
from backspike.golden.nbp.layer_shapes import LayerShape


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


def test_kernels_are_small_images():
    shape = LayerShape.convolution((8, 8, 2), (3, 5), 40)
    w1 = np.zeros(shape.weights, np.int16)
    w1[:, 2] = 5
    picture = plot_weights(w1, shape, (8, 8, 2))
    sheet = np.ma.filled(picture.figure.axes[0].images[0].get_array(), np.nan)
    assert sheet.shape == (3 * 4, 16 * 6)
    assert np.all(sheet[:3, 12:17] == 10)
    assert picture.words.startswith("Kernels of 40 filters, 3x5x2 each: from 0 to 5, on average 0 ")


def test_neurons_are_told_by_their_inputs():
    shape = LayerShape.dense(32, 70)
    words = plot_weights(np.full((32, 70), 2, np.int16), shape, (4, 4, 2)).words
    assert words.startswith("Input weights of the first 64 of 70 neurons from 32 inputs: from 2")


def test_weights_of_colours_are_drawn_in_them():
    shape = LayerShape.convolution((4, 4, 6), (2, 2), 3)
    w1 = np.zeros(shape.weights, np.int16)
    w1.reshape(2, 2, 3, 2, 3)[0, 1, :, :, 1] = [[20, 20], [-10, 0], [0, 0]]
    picture = plot_weights(w1, shape, (4, 4, 6), channels=3)
    sheet = picture.figure.axes[0].images[0].get_array()
    assert sheet.shape == (3, 8 * 3, 4)
    assert sheet[0, 4].tolist() == [1.0, 0.375, 0.5, 1.0]
    assert sheet[1, 4].tolist() == [0.5, 0.5, 0.5, 1.0]
    assert sheet[0, 2, 3] == sheet[0, 9, 3] == 0, "there is nothing between kernels and behind them"
