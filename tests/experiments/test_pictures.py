"""Pictures: each is drawn, for every shape of what it shows, and says what it shows."""

import itertools

import numpy as np
import pytest

from backspike.experiments.continual import LessonsResult
from backspike.experiments.pictures import (
    CURVES,
    End,
    draw_cells,
    label_ends,
    plot_curves,
    plot_lessons,
    spread,
)
from backspike.sim.figures import new_figure, style


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


def test_heights_keep_apart_and_in_order():
    apart = spread([5.0, 4.5, 0.0, 4.5], 2.0)
    assert apart.tolist() == pytest.approx([20 / 3, 8 / 3, 0, 14 / 3])
    assert spread([1.0, 9.0], 2.0).tolist() == [1, 9]


@pytest.mark.parametrize("values", [(0.911, 0.897), (0.5, 0.5, 0.5, 0.5), (0, 1, 0.99)])
def test_labels_at_the_ends_of_curves_never_overlap(values):
    with style():
        figure = new_figure(5.4, 3.4)
        axes = figure.subplots()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        label_ends(axes, [End(1, value, f"curve {value}", "blue") for value in values])
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    assert all(box.x1 <= figure.bbox.x1 for box in boxes), "none is cut off"


def test_cells_are_as_full_as_their_share():
    axes = new_figure(2, 2).subplots()
    draw_cells(axes, np.array([[0, 0.25], [1, np.nan]]), {(0, 1): "25", (1, 0): "100"})
    assert [cell.get_alpha() for cell in axes.patches] == [0.25, 1]
    assert [text.get_text() for text in axes.texts] == ["25", "100"]


def test_lessons():
    results = {name: LessonsResult(np.eye(3), 0) for name in ("none", "gate")}
    picture = plot_lessons(results, ["0", "1", "2"], "title")
    assert len(picture.figure.axes) == 2
    assert "none 0.333, gate 0.333" in picture.words
