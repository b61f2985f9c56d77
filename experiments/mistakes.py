"""Mistakes on a test split: the confusion matrix, and the samples taken for another class."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import matplotlib
import numpy as np
from matplotlib import pyplot as plt

from backspike.experiments.data.datasets import Dataset
from backspike.golden.nbp.equations import forward

__all__ = ["Mistake", "confusion_of", "mistakes_of", "plot_confusion", "plot_mistakes"]

matplotlib.use("Agg")
matplotlib.rcParams["text.parse_math"] = False  # names of files and classes are no formulas

_SHOWN = 24  # mistakes in a picture
_LARGEST = 40  # classes whose counts are written into the cells
_INK, _BLUES, _GREYS = "#1d2733", "Blues", "Greys"


class Mistake(NamedTuple):
    """A test sample that was taken for another class."""

    sample: int
    """Its number in the test split, from 0."""
    wanted: str
    """Its class."""
    found: str
    """The class of the output with the largest sum."""


def confusion_of(weights: list[np.ndarray], data: Dataset) -> np.ndarray:
    """Test samples by class, downwards, and class that the membrane read-out finds, across."""
    counts = np.zeros((data.n_classes, data.n_classes), int)
    np.add.at(counts, (data.y_test, _found(weights, data)), 1)
    return counts


def mistakes_of(weights: list[np.ndarray], data: Dataset) -> list[Mistake]:
    """All mistakes of the membrane read-out, in the order of the samples."""
    found, names = _found(weights, data), data.class_names
    return [
        Mistake(int(n), names[data.y_test[n]], names[found[n]])
        for n in np.flatnonzero(found != data.y_test)
    ]


def _found(weights: list[np.ndarray], data: Dataset) -> np.ndarray:
    return forward(weights, data.x_test)[-1].argmax(axis=1)


def plot_confusion(counts: np.ndarray, names: Sequence[str], path: Path) -> None:
    """The confusion matrix: shares of a class as colours, counts as numbers."""
    n = len(names)
    size = min(12.0, 2.2 + 0.42 * n)
    figure, axes = plt.subplots(figsize=(size + 1, size), layout="constrained")
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    picture = axes.imshow(shares, cmap=_BLUES, vmin=0, vmax=1)
    if n <= _LARGEST:
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if shares[row, column] > 0.5 else _INK
            if count:
                axes.text(
                    column, row, str(count), ha="center", va="center", color=colour, fontsize=8
                )
        labels = [_plain(name) for name in names]
        axes.set_xticks(range(n), labels, rotation=90 if max(map(len, labels)) > 2 else 0)
        axes.set_yticks(range(n), labels)
    axes.set(xlabel="found class", ylabel="class of the sample")
    figure.colorbar(picture, label="share of the class's samples", shrink=0.8)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def plot_mistakes(mistakes: Sequence[Mistake], data: Dataset, path: Path) -> None:
    """The first mistakes as images, each with its class and the one that was found."""
    shown = mistakes[:_SHOWN]
    columns = min(8, len(shown))
    rows = -(-len(shown) // columns)
    figure, grid = plt.subplots(
        rows, columns, figsize=(1.25 * columns, 1.55 * rows), layout="constrained", squeeze=False
    )
    for axes in grid.flat:
        axes.axis("off")
    for axes, mistake in zip(grid.flat, shown, strict=False):
        image = data.x_test[mistake.sample].reshape(data.image_shape or (1, -1, 1)).sum(axis=-1)
        axes.imshow(image, cmap=_GREYS)
        title = f"{_plain(mistake.wanted)} as {_plain(mistake.found)}"
        axes.set_title(title, fontsize=8, color=_INK)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def _plain(name: str) -> str:
    """A name, shortened if it is long."""
    return name if len(name) <= 14 else f"{name[:13]}…"
