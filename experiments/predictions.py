"""Classes of samples in a file, by what a run has learned."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.csv_data import labels, numbers, read_csv
from backspike.experiments.data.image_folder import (
    IMAGE_SUFFIXES,
    class_folders,
    image_files,
    stacked,
)
from backspike.experiments.data.npz_data import read_npz
from backspike.experiments.data.preparation import Preparation
from backspike.experiments.data.source import DataError
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.units import HALF_THETA

__all__ = ["Prediction", "Samples", "as_csv", "class_numbers", "load_samples", "predict"]

_LABELS = ("label", "class", "target", "species")


class Samples(NamedTuple):
    """Samples of a file."""

    names: tuple[str, ...]
    """Of the samples: numbers from 0, or names of files."""
    x: np.ndarray
    """Inputs, as the file has them."""
    y: np.ndarray | None
    """Labels, if the file has any."""


class Prediction(NamedTuple):
    """The class of a sample."""

    name: str
    membrane: str
    """The class with the largest sum."""
    spikes: str
    """The first class whose neuron spikes; empty if none does."""
    lead: int
    """The largest sum less the second largest, in units of which a threshold is 1,024."""


def load_samples(path: Path, preparation: Preparation) -> Samples:
    """Read samples for a run: ``.npz`` with ``x`` (or ``x_test``), ``.csv``, images.

    Labels are read where they are: ``y`` (or ``y_test``), a column for labels, folders of images.

    Raises
    ------
    DataError
        If the file cannot be read, or does not hold what the run has learned.
    """
    suffix = path.suffix.lower()
    if suffix == ".npz":
        return _from_npz(path)
    if suffix == ".csv":
        return _from_csv(path, preparation)
    if path.is_dir() or suffix in IMAGE_SUFFIXES:
        return _from_images(path)
    raise DataError(f"FILE {path} must be .npz, .csv, an image or a folder of images")


def _from_images(path: Path) -> Samples:
    folders = class_folders(path) if path.is_dir() else []
    if folders and not any(file.suffix.lower() in IMAGE_SUFFIXES for file in path.iterdir()):
        files = [file for folder in folders for file in image_files(folder)]
    else:
        files = image_files(path) if path.is_dir() else [path]
    if not files:
        raise DataError(f"{path}: no images in it")
    names = tuple(str(file.relative_to(path)) if path.is_dir() else file.name for file in files)
    y = np.array([file.parent.name for file in files]) if folders else None
    return Samples(names, stacked(files), y)


def _from_npz(path: Path) -> Samples:
    arrays = read_npz(path)
    for x, y in (("x", "y"), ("x_test", "y_test")):
        if x in arrays:
            count = len(arrays[x]) if arrays[x].ndim else 0
            return Samples(tuple(map(str, range(count))), arrays[x], arrays.get(y))
    raise DataError(f"{path}: no x (nor x_test) in it, only {', '.join(arrays) or 'nothing'}")


def _from_csv(path: Path, preparation: Preparation) -> Samples:
    table, wanted = read_csv(path), preparation.columns
    label = table.column(*_LABELS)
    if wanted and table.names:
        for name in wanted:
            if name not in table.names:
                raise DataError(f"{path}: no column {name!r}, which the run has learned from")
        columns = [table.names.index(name) for name in wanted]
    else:
        count, width = preparation.shape[1] * preparation.shape[0], len(table.rows[0])
        if label is None and width == count + 1:
            label = width - 1
        columns = [n for n in range(width) if n != label]
    names = tuple(str(n) for n in range(len(table.rows)))
    y = None if label is None else labels(path, table, label)
    return Samples(names, numbers(path, table, columns), y)


def predict(
    weights: list[np.ndarray],
    preparation: Preparation,
    what: str,
    samples: Samples,
    shapes: Shapes | None = None,
) -> tuple[list[Prediction], np.ndarray]:
    """The class of every sample, and its spikes, uint8 ``(n, n_in)``.

    ``shapes`` are those of the layers of weights; without them, all are matrices.

    Raises
    ------
    DataError
        If the samples are not of the kind that was learned.
    """
    spikes = preparation.inputs(what, samples.x)
    sums = forward(weights, spikes, shapes)[-1]
    fired = sums > HALF_THETA
    ranked = np.sort(sums, axis=1)
    names = preparation.class_names
    return [
        Prediction(
            samples.names[n],
            names[sums[n].argmax()],
            names[fired[n].argmax()] if fired[n].any() else "",
            int(ranked[n, -1] - ranked[n, -2]),
        )
        for n in range(len(sums))
    ], spikes


def class_numbers(what: str, y: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """Labels as numbers of classes, by their names or else as they are.

    Raises
    ------
    DataError
        If one is neither.
    """
    numbers_of = {name: n for n, name in enumerate(names)}
    found = []
    for label in y.tolist():
        number = numbers_of.get(str(label), label)
        if not isinstance(number, int) or not 0 <= number < len(names):
            raise DataError(f"{what}: {label!r} is no class of the run ({', '.join(names[:9])})")
        found.append(number)
    return np.array(found, np.int64)


def as_csv(predictions: Sequence[Prediction]) -> str:
    """A line per sample."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("sample", "class", "spikes", "lead"))
    writer.writerows(predictions)
    return text.getvalue()
