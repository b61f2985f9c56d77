"""Labels that keep apart."""

import itertools

import pytest

from backspike.sim.figures import new_figure, style
from backspike.sim.labels import End, label_ends, spread


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
