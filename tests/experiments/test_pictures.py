"""Pictures: each is drawn, for every shape of what it shows."""

import numpy as np
import pytest

from backspike.experiments.continual import LessonsResult
from backspike.experiments.pictures import plot_curves, plot_lessons, plot_raster, plot_weights


def drawn(path):
    return path.read_bytes().startswith(b"\x89PNG")


def test_curves(tmp_path):
    names = ("train_exact", "test_exact", "test_spikes", "test_membrane")
    plot_curves([{"epoch": n + 1} | dict.fromkeys(names, n / 3) for n in range(3)],
                tmp_path / "a.png", "title")  # fmt: skip
    assert drawn(tmp_path / "a.png")


@pytest.mark.parametrize(("hidden", "shape"), [(3, (4, 4, 2)), (70, (4, 4, 2)), (3, None)])
def test_weights(hidden, shape, tmp_path):
    plot_weights(np.zeros((32, hidden), np.int16), shape, tmp_path / "a.png")
    assert drawn(tmp_path / "a.png")


def test_a_raster(tmp_path):
    rasters = {
        "x": np.eye(6, 20, dtype=bool),
        "h": np.ones((6, 3), bool),
        "g": np.ones((6, 1), bool),
    }
    plot_raster(rasters, tmp_path / "a.png", "title", labels=("a", "b"), first_step=1)
    assert drawn(tmp_path / "a.png")


def test_lessons(tmp_path):
    results = {name: LessonsResult(np.eye(3), 0) for name in ("none", "gate")}
    plot_lessons(results, ["0", "1", "2"], "title", tmp_path / "a.png")
    assert drawn(tmp_path / "a.png")
