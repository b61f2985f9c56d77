"""Mistakes on a test split."""

import numpy as np
import pytest

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.mistakes import (
    Mistake,
    confusion_of,
    mistakes_of,
    plot_confusion,
    plot_mistakes,
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


def test_pictures_show_names_as_text(data, tmp_path):
    names = ["$a^{", "b$\\frac", "a name that is far too long for a picture"]
    plot_confusion(confusion_of(WEIGHTS, data), names, tmp_path / "c.png")
    plot_mistakes([Mistake(3, names[0], names[1])] * 30, data, tmp_path / "m.png")
    for name in ("c.png", "m.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
