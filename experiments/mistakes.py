"""Mistakes on a test split: the confusion matrix, and the samples taken for another class."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.pictures import COLOURS, draw_cells
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.equations import forward
from backspike.sim.figures import Picture, new_figure, style

__all__ = [
    "SHOWN",
    "Mistake",
    "brightness",
    "confusion_of",
    "confusions",
    "count_confusions",
    "mistakes_of",
    "plot_confusion",
    "plot_mistakes",
    "short",
]

SHOWN = 24
"""Mistakes in a picture."""
_COLUMNS = 6
_LARGEST = 40  # classes whose counts are written into the cells
_LONGEST, _LINE = 14, 6  # letters of a name in a picture, and of two names in one line
_INKS = "Greys"


class Mistake(NamedTuple):
    """A test sample that was taken for another class."""

    sample: int
    """Its number in the test split, from 0."""
    wanted: str
    """Its class."""
    found: str
    """The class of the output with the largest sum."""


def confusion_of(
    weights: list[np.ndarray], data: Dataset, shapes: Shapes | None = None
) -> np.ndarray:
    """Test samples by class, downwards, and class that the membrane read-out finds, across."""
    return count_confusions(data.y_test, _found(weights, data, shapes), data.n_classes)


def count_confusions(classes: np.ndarray, found: np.ndarray, n_classes: int) -> np.ndarray:
    """Samples by class, downwards, and class that was found, across."""
    counts = np.zeros((n_classes, n_classes), int)
    np.add.at(counts, (classes, found), 1)
    return counts


def mistakes_of(
    weights: list[np.ndarray], data: Dataset, shapes: Shapes | None = None
) -> list[Mistake]:
    """All mistakes of the membrane read-out, in the order of the samples."""
    found, names = _found(weights, data, shapes), data.class_names
    return [
        Mistake(int(n), names[data.y_test[n]], names[found[n]])
        for n in np.flatnonzero(found != data.y_test)
    ]


def _found(weights: list[np.ndarray], data: Dataset, shapes: Shapes | None) -> np.ndarray:
    return forward(weights, data.x_test, shapes)[-1].argmax(axis=1)


def plot_confusion(counts: np.ndarray, names: Sequence[str]) -> Picture:
    """The confusion matrix: shares of a class as shades, counts as numbers."""
    n = len(names)
    labels = [short(name) for name in names]
    size = min(9.0, 1.2 + 0.32 * max(n, 6) + 0.06 * max(map(len, labels)))
    with style():
        figure = new_figure(size, size)
        axes = figure.subplots()
        shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
        texts = {
            (row, column): str(count) for (row, column), count in np.ndenumerate(counts) if count
        }
        draw_cells(axes, shares, texts if n <= _LARGEST else {})
        if n <= _LARGEST:
            axes.set_xticks(range(n), labels, rotation=90 if max(map(len, labels)) > 2 else 0)
            axes.set_yticks(range(n), labels)
        axes.set(xlabel="taken for", ylabel="class of the sample")
    right, total = int(np.trace(counts)), int(counts.sum())
    words = f"Confusion matrix of {n} classes: {right} of {total} test samples are found"
    often = [
        f"{count} of {names[a]} taken for {names[b]}" for count, a, b in confusions(counts)[:5]
    ]
    return Picture(figure, "; ".join([words, *often]))


def confusions(counts: np.ndarray) -> list[tuple[int, int, int]]:
    """Times, class and the class that it was taken for, the most frequent first."""
    wrong = counts * ~np.eye(len(counts), dtype=bool)
    found = [(int(wrong[a, b]), int(a), int(b)) for a, b in np.argwhere(wrong)]
    return sorted(found, key=lambda one: (-one[0], one[1:]))


def plot_mistakes(mistakes: Sequence[Mistake], data: Dataset) -> Picture:
    """The first mistakes as images, each with its class and the one that was found."""
    shown = mistakes[:SHOWN]
    columns = min(_COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    with style():
        figure = new_figure(0.9 * max(4, columns), 1.2 * rows)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in grid.flat:
            axes.axis("off")
        for axes, mistake in zip(grid.flat, shown, strict=False):
            image = brightness(data.x_test[mistake.sample], data)
            axes.imshow(image, cmap=_INKS, interpolation="none")
            wanted, found = short(mistake.wanted), short(mistake.found)
            long = len(wanted + found) > _LINE
            label = f"{wanted}{chr(10) if long else ' '}as {found}"
            axes.set_title(label, fontsize=7 if long else 9, loc="center")
    told = "; ".join(f"sample {m.sample}: {m.wanted} as {m.found}" for m in shown)
    return Picture(figure, f"Test samples that are taken for another class: {told}")


def brightness(x: np.ndarray, data: Dataset) -> np.ndarray:
    """A sample as it is drawn, from 0 to 1: ``(height, width)`` or, in red, green and blue,
    ``(height, width, 3)``."""
    height, width, _ = data.image_shape or (1, len(x), 1)
    colours = [COLOURS] if data.channels == COLOURS else []
    return x.reshape(height, width, *colours, -1).mean(axis=-1)


def short(name: str) -> str:
    """A name that fits into a picture: its printable part, shortened if it is long."""
    plain = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
