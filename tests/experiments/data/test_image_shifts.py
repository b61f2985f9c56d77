"""Shifted images against numpy's roll, and against the images that they come from."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.data.image_shifts import ShiftedImages, wider_encoder
from backspike.experiments.data.source import DataError


def dataset(images):
    n, *shape = images.shape
    y = np.zeros(n, np.int64)
    flat = images.reshape(n, -1)
    return Dataset(
        name="test",
        x_train=flat,
        y_train=y,
        x_test=flat,
        y_test=y,
        n_classes=1,
        image_shape=tuple(shape),
    )


@pytest.mark.parametrize(
    ("encoder", "pixels", "wider"),
    [
        ("crop:4,threshold:0.5", 1, "crop:3,threshold:0.5"),
        ("crop:2,thermometer:3", 2, "thermometer:3"),
        ("crop:1,threshold:0", 4, "threshold:0"),
        ("threshold:0.5", 1, "threshold:0.5"),
        ("crop:2", 2, None),
        (None, 1, None),
    ],
)
def test_a_wider_encoder_crops_less(encoder, pixels, wider):
    assert wider_encoder(encoder, pixels) == wider


@pytest.mark.parametrize("cropped", [0, 1, 2])
def test_every_image_is_moved_by_some_offset(cropped):
    rng = np.random.default_rng(cropped)
    images = rng.integers(0, 2, (40, 9, 8, 2), np.uint8)
    keep = slice(cropped, -cropped or None)
    moved = ShiftedImages(dataset(images[:, keep, keep]), dataset(images), 2, seed=3)
    part = np.array([5, 0, 39, 5])
    first = moved(0, part).reshape(4, 9 - 2 * cropped, 8 - 2 * cropped, 2)
    assert np.array_equal(first[0], first[3])  # once per sample and epoch
    room = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    offsets = set()
    for epoch in range(4):
        for n, x in zip(part, moved(epoch, part), strict=True):
            x = x.reshape(first.shape[1:])
            fits = [
                (down, right)
                for down in range(-2, 3)
                for right in range(-2, 3)
                if np.array_equal(
                    np.roll(room[n], (-down, -right), (0, 1))[2:-2, 2:-2][keep, keep], x
                )
            ]
            assert len(fits) == 1
            offsets |= set(fits)
    assert len(offsets) > 3


def test_what_is_no_image_is_refused():
    images = dataset(np.zeros((3, 4, 4, 1), np.uint8))
    flat = replace(images, name="flat", image_shape=None)
    with pytest.raises(DataError, match="flat: the inputs are no images"):
        ShiftedImages(flat, images, 1, 0)
    fewer = dataset(np.zeros((2, 4, 4, 1), np.uint8))
    with pytest.raises(DataError, match="not the images of test"):
        ShiftedImages(images, fewer, 1, 0)
