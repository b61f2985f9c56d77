"""Mistakes on a test split."""

from dataclasses import replace

import numpy as np
import pytest

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.data.preparation import Preparation
from backspike.experiments.mistakes import (
    Mistake,
    brightness,
    confusion_of,
    confusions,
    mistakes_of,
    plot_confusion,
    plot_mistakes,
    short,
)

WEIGHTS = [np.eye(4, dtype=np.int16)[:, :3] * 200]


@pytest.fixture
def data():
    x = np.eye(4, dtype=np.uint8)[[0, 1, 2, 2, 1]]
    y = np.array([0, 1, 2, 1, 1])
    return Dataset(
        name="d", x_train=x, y_train=y, x_test=x, y_test=y, n_classes=3, image_shape=(2, 2, 1)
    )


def test_each_mistake_is_counted_and_named(data):
    assert confusion_of(WEIGHTS, data).tolist() == [[1, 0, 0], [0, 2, 1], [0, 0, 1]]
    assert mistakes_of(WEIGHTS, data) == [Mistake(3, "1", "2")]


def test_a_sample_is_drawn_as_bright_as_it_is(data):
    levels = replace(data, image_shape=(1, 2, 2))
    assert brightness(np.array([1, 0, 1, 1]), levels).tolist() == [[0.5, 1.0]]
    assert brightness(np.array([1, 0]), replace(data, image_shape=None)).tolist() == [[1.0, 0.0]]


def test_a_sample_of_three_channels_is_drawn_in_colour(data):
    coloured = replace(
        data,
        image_shape=(1, 1, 6),
        preparation=Preparation((1, 1, 3), False, None, "thermometer:2", ("a", "b", "c")),
    )
    assert brightness(np.array([1, 1, 0, 0, 1, 0]), coloured).tolist() == [[[1.0, 0.0, 0.5]]]


def test_pictures_show_names_as_text(data, tmp_path):
    names = ["$a^{", "b$\\frac", "a name that is far too long for a picture"]
    confusion = plot_confusion(confusion_of(WEIGHTS, data), names)
    mistakes = plot_mistakes([Mistake(3, names[0], names[1])] * 30, data)
    for name, picture in {"c": confusion, "m": mistakes}.items():
        picture.save(tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
        assert "$a^{" in picture.svg()


def test_words_of_the_pictures_have_the_numbers(data):
    confusion = plot_confusion(confusion_of(WEIGHTS, data), data.class_names)
    assert confusion.words == (
        "Confusion matrix of 3 classes: 4 of 5 test samples are found; 1 of 1 taken for 2"
    )
    assert "sample 3: 1 as 2" in plot_mistakes(mistakes_of(WEIGHTS, data), data).words


def test_the_most_frequent_confusions_come_first():
    counts = np.array([[9, 1, 0], [3, 9, 1], [0, 3, 9]])
    assert confusions(counts) == [(3, 1, 0), (3, 2, 1), (1, 0, 1), (1, 1, 2)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("short", "short"),
        ("fourteen signs", "fourteen signs"),
        ("fourteen signs and", "fourteen sign…"),
        ("\x00\x1b", "\ufffd\ufffd"),
    ],
)
def test_names_fit_into_a_picture(name, shown):
    assert short(name) == shown
