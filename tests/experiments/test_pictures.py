"""Pictures: each is drawn, for every shape of what it shows, and says what it shows."""

import numpy as np
import pytest

from backspike.experiments.continual import LessonsResult
from backspike.experiments.pictures import (
    CURVES,
    draw_cells,
    plot_curves,
    plot_lessons,
)
from backspike.sim.figures import new_figure


def history(*rows):
    return [{"epoch": n + 1} | dict(zip(CURVES, row, strict=True)) for n, row in enumerate(rows)]


def test_curves_of_one_epoch_are_bars_from_0_to_1():
    picture = plot_curves(history((0.9, 0.8, 0.7, 0.6)), "title", chance=0.1)
    (axes,) = picture.figure.axes
    assert [bar.get_width() for bar in axes.patches] == [0.9, 0.8, 0.7, 0.6]
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlim()[1] >= 1
    assert "membrane 0.900, spikes 0.800" in picture.words
    assert picture.words.endswith("a guess is right in 0.100")


@pytest.mark.parametrize(
    ("rows", "low", "chance"),
    [
        ([(0.2, 0.15, 0.1, 0.09), (0.9, 0.9, 0.9, 0.9)], 0.0, True),
        ([(0.96, 0.95, 0.94, 0.93), (0.97, 0.96, 0.96, 0.96)], 0.9, False),
        ([(1.0, 1.0, 1.0, 1.0)] * 60, 1.0, False),
    ],
)
def test_curves_of_some_epochs_have_a_scale_of_their_own(rows, low, chance):
    picture = plot_curves(history(*rows), "title", chance=0.1)
    (axes,) = picture.figure.axes
    assert axes.get_ylim()[0] == pytest.approx(min(low, 0.9))
    assert axes.get_ylim()[1] >= 1
    assert ("chance" in {text.get_text() for text in axes.texts}) == chance
    assert f"membrane from {rows[0][0]:.3f} to {rows[-1][0]:.3f}" in picture.words


def test_cells_are_as_full_as_their_share():
    axes = new_figure(2, 2).subplots()
    draw_cells(axes, np.array([[0, 0.25], [1, np.nan]]), {(0, 1): "25", (1, 0): "100"})
    assert [cell.get_alpha() for cell in axes.patches] == [0.25, 1]
    assert [text.get_text() for text in axes.texts] == ["25", "100"]


def test_lessons():
    results = {name: LessonsResult(np.eye(3), np.zeros(3), 0) for name in ("none", "gate")}
    picture = plot_lessons(results, ["0", "1", "2"], "title")
    assert len(picture.figure.axes) == 2
    assert "none 0.333, gate 0.333" in picture.words
