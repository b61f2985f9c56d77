"""Labels of a figure that keep apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from backspike.sim.figures import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LINE_POINTS", "End", "label_ends", "spread"]

LINE_POINTS = 11.0
"""Height of a line of text, with the space to the next one."""


class End(NamedTuple):
    """The end of a curve, in data units, and the text beside it."""

    x: float
    y: float
    text: str
    hue: str


def spread(heights: Sequence[float], gap: float) -> np.ndarray:
    """The heights that are closest to these, and at least ``gap`` apart, in the same order."""
    order = np.argsort(heights, kind="stable")
    pools: list[list[float]] = []
    for rank, n in enumerate(order):
        pools.append([heights[n] - rank * gap])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    means = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    apart = np.empty(len(order))
    apart[order] = means + gap * np.arange(len(order))
    return apart


def label_ends(axes: "Axes", ends: Sequence[End]) -> None:
    """Write the texts to the right of the ends of curves, so that none covers another.

    The limits of the axes must be settled before.
    """
    texts = [
        axes.annotate(
            end.text,
            (end.x, end.y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
            color=colour(end.hue),
            annotation_clip=False,
        )
        for end in ends
    ]
    figure = axes.figure.get_figure(root=True)
    figure.draw_without_rendering()  # lays out, with room for the texts
    points = figure.dpi / 72
    heights = axes.transData.transform([(end.x, end.y) for end in ends])[:, 1] / points
    apart = spread(heights.tolist(), LINE_POINTS)
    for text, moved in zip(texts, apart - heights, strict=True):
        text.set_position((7, moved))
