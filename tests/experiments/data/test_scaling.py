"""Numbers to brightness."""

import re

import numpy as np
import pytest

from backspike.experiments.data.scaling import KNOTS, fit_scale
from backspike.experiments.data.source import DataError, Source, Split


def table(x, test=None, **more):
    splits = [
        None if a is None else Split(np.asarray(a)[:, None, :, None], np.zeros(len(a), int))
        for a in (x, test)
    ]
    return Source(*splits, **more)


def brightness(source, scale):
    images = fit_scale("data", source, scale)(source.train.x)
    return images.pixels[:, 0, :, 0] / images.full_scale


def test_each_feature_has_a_range_of_its_own():
    x = np.array([[0, -10], [1, 0], [4, 10]])
    assert brightness(table(x), "range").tolist() == [[0, 0], [0.25, 0.5], [1, 1]]
    constant = brightness(table(np.array([[3, 1], [3, 2]])), "range")
    assert constant.tolist() == [[0, 0], [0, 1]]


def test_pixels_share_a_range():
    x = np.arange(8).reshape(2, 2, 2, 1)
    scale = fit_scale("data", Source(Split(x, np.zeros(2))), "range")
    assert np.allclose(scale(x).pixels.ravel(), np.arange(8) / 7)
    assert str(scale) == "range 0..7"


def test_percentiles_count_the_training_samples_below():
    x = np.array([[1.0], [2], [2], [50]])
    assert brightness(table(x), "percentile").ravel().tolist() == [0.125, 0.5, 0.5, 0.875]
    scale = fit_scale("data", table(x), "percentile")
    assert scale(np.array([[[[-9.0]]], [[[60]]]])).pixels.ravel().tolist() == [0, 1]


def test_many_samples_have_as_many_quantiles_as_are_kept():
    x = np.random.default_rng(0).normal(size=(5000, 1))
    scale = fit_scale("data", table(x), "percentile")
    assert len(scale.values) == KNOTS
    exact = (np.argsort(np.argsort(x[:, 0])) + 0.5) / len(x)
    assert np.abs(brightness(table(x), "percentile").ravel() - exact).max() < 1 / KNOTS


@pytest.mark.parametrize(
    ("x", "name", "shown"),
    [
        (np.array([[0, 200]], np.uint8), "white", "255"),
        (np.array([[0, 100]], np.uint8), "percentile", "percentile"),
        (np.array([[0.0, 1.0]]), "white", "1"),
        (np.array([[0.0, 1.000001]]), "percentile", "percentile"),
        (np.array([[-1, 5]]), "percentile", "percentile"),
    ],
)
def test_the_default_suits_the_numbers(x, name, shown):
    scale = fit_scale("data", table(x), None)
    assert (scale.name, str(scale)) == (name, shown)


def test_known_white_counts():
    assert str(fit_scale("data", table(np.array([[0, 3]]), white=16), None)) == "16"


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        ("16", "--scale 16: x_test must be in 0..16, not int64 in 17..17"),
        ("1", "--scale 1: x_train must be in 0..1, not float64 in 0..1.000001"),
        (
            "grey",
            "--scale must be the number that is white, above 0, range or perc",
        ),
        ("0", "--scale must be the number that is white"),
        ("nan", "--scale must be the number that is white"),
        ("inf", "--scale must be the number that is white"),
    ],
)
def test_what_cannot_be_is_explained(scale, message):
    with pytest.raises(DataError, match="^" + re.escape(f"data: {message}")):
        fit_scale("data", table(np.array([[0, 1.000001]]), np.array([[17]])), scale)
