"""The data that a command asks for."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.data.datasets import DEFAULT_ENCODERS, IN_FOLDERS, Dataset, load_dataset
from backspike.experiments.data.image_shifts import ShiftedImages, wider_encoder
from backspike.golden.errors import UserError

__all__ = ["first_samples", "load_data", "shortened", "training_samples"]


def load_data(
    dataset: str, data_dir: Path | None = None, encoder: str | None = None, **more: Any
) -> Dataset:
    """As :func:`load_dataset`, but a ``--data-dir`` that would not be looked into is an error."""
    if data_dir is not None and dataset not in IN_FOLDERS:
        known = ", ".join(IN_FOLDERS)
        raise UserError(
            f"--data-dir {data_dir} is for {known}: {dataset} is not read from a folder"
        )
    return load_dataset(dataset, data_dir=data_dir, encoder=encoder, progress=True, **more)


def training_samples(
    data: Dataset, shifts: int, seed: int, **source: Any
) -> Callable[[int, np.ndarray], np.ndarray]:
    """Inputs of an epoch's samples: as they are in ``data`` or, with ``shifts``, moved.

    ``source`` are the arguments of :func:`load_data` that ``data`` has been loaded with; it may be
    the first samples of that.
    """
    if not shifts:
        return lambda epoch, part: data.x_train[part]
    encoder = source.get("encoder") or DEFAULT_ENCODERS.get(source["dataset"])
    wide = load_data(**source | {"encoder": wider_encoder(encoder, shifts)})
    wide = replace(wide, x_train=wide.x_train[: len(data.x_train)])
    return ShiftedImages(data, wide, shifts, seed)


def first_samples(count: int | None, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first samples of a split, or all."""
    if count is not None and count > len(y):
        raise UserError(f"--samples must be between 1 and {len(y)}, not {count}")
    return x[:count], y[:count]


def shortened(data: Dataset, count: int | None) -> Dataset:
    """The data with the first samples of the training split, or all."""
    x, y = first_samples(count, data.x_train, data.y_train)
    return replace(data, x_train=x, y_train=y)
