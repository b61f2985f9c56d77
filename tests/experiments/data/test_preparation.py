"""The way from inputs to spikes, kept and used again."""

import re

import numpy as np
import pytest

from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.data.preparation import Preparation, as_images
from backspike.experiments.data.source import DataError


def dataset(tmp_path, x, **options):
    path = tmp_path / "data.npz"
    np.savez(path, x=x, y=np.arange(len(x)) % 2)
    return load_dataset(str(path), **options)


@pytest.mark.parametrize(
    ("shape", "folded"),
    [
        ((5, 3), (5, 1, 3, 1)),
        ((5, 8, 8), (5, 8, 8, 1)),
        ((5, 1, 8, 9), (5, 8, 9, 1)),
        ((5, 8, 9, 1), (5, 8, 9, 1)),
        ((5, 3, 8, 9), (5, 8, 9, 3)),
        ((5, 8, 9, 3), (5, 8, 9, 3)),
    ],
)
def test_images_are_told_by_their_shape(shape, folded):
    x = np.arange(np.prod(shape)).reshape(shape)
    images = as_images("x", x, None)
    assert images.shape == folded
    if shape[1] in (1, 3) and len(shape) == 4:
        assert np.array_equal(images[2, 4, 5], x[2, :, 4, 5])


@pytest.mark.parametrize("shape", [(20, 10, 3), (20, 3, 10), (20, 5, 10, 10), (20, 2, 2, 2, 2)])
def test_a_series_is_never_flattened_unasked(shape):
    x = np.zeros(shape)
    with pytest.raises(DataError, match="--inputs features"):
        as_images("x", x, None)
    assert as_images("x", x, "features").shape == (20, 1, x[0].size, 1)


def test_three_dimensions_are_images_if_said_so():
    assert as_images("x", np.zeros((20, 10, 3)), "images").shape == (20, 10, 3, 1)
    with pytest.raises(DataError, match=r"for --inputs images$"):
        as_images("x", np.zeros((20, 10)), "images")


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((30, 4), {}),
        ((30, 6, 6), {}),
        ((30, 1, 5, 6), {"scale": "range"}),
        ((30, 6, 6), {"scale": "percentile"}),
    ],
)
def test_what_was_fitted_is_kept(tmp_path, shape, options):
    x = np.random.default_rng(0).normal(size=shape)
    data = dataset(tmp_path, x, **options)
    np.savez(tmp_path / "kept.npz", **data.preparation.arrays())
    kept = Preparation.from_arrays(np.load(tmp_path / "kept.npz"))
    assert str(kept) == str(data.preparation)
    assert kept.class_names == ("0", "1")
    spikes = kept.inputs("new", x)
    train = np.array([n for n in range(30) if n % 10 not in (4, 5)])
    assert np.array_equal(spikes[train], data.x_train)


def test_binary_inputs_stay(tmp_path):
    x = np.random.default_rng(0).integers(2, size=(30, 5))
    kept = Preparation.from_arrays(dataset(tmp_path, x).preparation.arrays())
    assert kept.scale is kept.encoder is None
    assert np.array_equal(kept.inputs("new", x), x)
    with pytest.raises(DataError, match=r"^new: inputs must be 0 or 1, as in training$"):
        kept.inputs("new", 2 * x)


def test_images_in_black_and_white_need_one_input_a_pixel(tmp_path):
    x = (np.random.default_rng(0).integers(2, size=(30, 5, 5)) * 255).astype(np.uint8)
    assert dataset(tmp_path, x).preparation.encoder == "threshold:0.5"


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((3, 5)), "new: a sample must have 4 features, not the shape (5,)"),
        (np.full((3, 4), np.nan), "new holds NaN, first in sample 0"),
        (np.zeros((0, 4)), "new is empty: it has shape (0, 4)"),
    ],
)
def test_other_samples_are_refused(tmp_path, x, message):
    data = dataset(tmp_path, np.random.default_rng(0).normal(size=(30, 4)))
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        data.preparation.inputs("new", x)


def test_other_images_are_refused(tmp_path):
    data = dataset(tmp_path, np.random.default_rng(0).normal(size=(30, 4, 4)))
    assert data.preparation.inputs("new", np.zeros((2, 16))).shape == (2, 64)
    for shape in ((2, 5, 5), (2, 17), (2, 2, 8)):
        with pytest.raises(DataError, match=r"^new: a sample must have 4x4 pixels, not the shape"):
            data.preparation.inputs("new", np.zeros(shape))
