"""Data in time that packages ship, by name.

``pip install "backspike[timeseries]"`` brings the packages.
"""

import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from backspike.experiments.data.mnist_family import load_mnist_family
from backspike.experiments.data.source import DataError
from backspike.experiments.series.series import Series, series_of

__all__ = ["BUNDLED", "load_bundled"]

Loader = Callable[[Path | None], tuple[Series, Series]]


def _aeon(function: str) -> Loader:
    """Loader of a set of ``aeon``, whose samples are (channels, steps)."""

    def load(data_dir: Path | None) -> tuple[Series, Series]:
        loader = getattr(_package("aeon.datasets"), function)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of sets that aeon will drop
            (x, y), (x_test, y_test) = (loader(split=split) for split in ("train", "test"))
        return tuple(  # type: ignore[return-value]
            series_of([np.asarray(sample).T for sample in samples], labels)
            for samples, labels in ((x, y), (x_test, y_test))
        )

    return load


def _mnist1d(data_dir: Path | None) -> tuple[Series, Series]:
    """The set that ``mnist1d`` makes with its own seed."""
    module = _package("mnist1d.data")
    made = module.make_dataset(module.get_dataset_args())
    return series_of(made["x"], made["y"]), series_of(made["x_test"], made["y_test"])


def _rows_of(name: str) -> Loader:
    """Loader of images row by row, from the top, white being 1."""

    def load(data_dir: Path | None) -> tuple[Series, Series]:
        source = load_mnist_family(name, data_dir, progress=True)
        assert source.test is not None
        return tuple(  # type: ignore[return-value]
            series_of(split.x.reshape(-1, 28, 28) / 255, split.y.astype(np.int64))
            for split in (source.train, source.test)
        )

    return load


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        package = name.partition(".")[0]
        raise DataError(
            f'{package} is not installed: pip install "backspike[timeseries]"'
        ) from None


#: Loaders by name. Of speech (12 channels, 7 to 29 steps, 9 speakers), of movements (6, 100, 4), of
#: a hand with a gun or without (1, 150, 2), of power (1, 24, 2), of leaves (1, 427, 6), of devices
#: (1, 1460, 10), of made digits (1, 40, 10), and of images row by row (28, 28, 10).
BUNDLED: dict[str, Loader] = {
    "japanese-vowels": _aeon("load_japanese_vowels"),
    "basic-motions": _aeon("load_basic_motions"),
    "gunpoint": _aeon("load_gunpoint"),
    "italy-power-demand": _aeon("load_italy_power_demand"),
    "osu-leaf": _aeon("load_osuleaf"),
    "acsf1": _aeon("load_acsf1"),
    "mnist1d": _mnist1d,
    "mnist-rows": _rows_of("mnist"),
    "fashion-mnist-rows": _rows_of("fashion-mnist"),
}


def load_bundled(name: str, data_dir: Path | None) -> tuple[Series, Series]:
    """Training and test samples of a bundled set.

    Raises
    ------
    DataError
        If its package is not installed, or it cannot be read.
    """
    return BUNDLED[name](data_dir)
