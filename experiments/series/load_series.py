"""Sets of data in time: bundled ones by name, a user's own by path.

A user's ``.npz`` has

| arrays | |
| --- | --- |
| ``x_train``, ``y_train`` | values ``(n, steps, channels)`` or ``(n, steps)``, labels ``(n,)``; \
or ``x``, ``y``, if no others are set aside |
| ``lengths_train`` | optional: steps of each sample; without them, steps of NaN at its end are \
no part of it |
| ``events_train`` | in the place of ``x_train``: rows (sample, step, channel), ``(events, 3)``; \
``steps`` and ``channels`` are numbers then |
| ``..._test``, ``..._val`` | optional: samples to test on, and to choose settings on |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backspike.experiments.data.labels import number_classes
from backspike.experiments.data.npz_data import read_npz
from backspike.experiments.data.source import DataError, Source, Split
from backspike.experiments.data.splitting import check_validation, with_all_splits
from backspike.experiments.series.bundled import BUNDLED, load_bundled
from backspike.experiments.series.series import Series, series_of, series_of_events
from backspike.golden.errors import check_path
from backspike.hdl.keywords import names_keywords

__all__ = ["SeriesData", "load_series"]

_SPLITS = ("train", "test", "val")


@dataclass(frozen=True, eq=False)
class SeriesData:
    """A set of samples in time.

    Attributes
    ----------
    name : str
    train, test : Series
    validation : Series or None
        Samples of the training split that were set aside to choose settings on.
    class_names : tuple of str
    """

    name: str
    train: Series
    test: Series
    validation: Series | None
    class_names: tuple[str, ...]

    @property
    def channels(self) -> int:
        """Values of a step."""
        return int(self.train.x.shape[2])

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return len(self.class_names)

    def __repr__(self) -> str:
        steps = f"{self.train.lengths.min()} to {self.train.lengths.max()} steps"
        return (
            f"SeriesData({self.name}: {len(self.train.y)} and {len(self.test.y)} samples of "
            f"{self.channels} channels, {steps}, {self.n_classes} classes)"
        )


@names_keywords
def load_series(
    name: str | Path,
    *,
    data_dir: str | Path | None = None,
    labels: str | None = None,
    validation: float | None = None,
) -> SeriesData:
    """Load data in time.

    Parameters
    ----------
    name : str or Path
        One of ``BUNDLED``, or the path of a ``.npz``: see the module.
    data_dir : str or Path, optional
        Folder of MNIST's files, for ``mnist-rows``.
    labels : str, optional
        See `backspike.experiments.data.labels`; by default each label is a class, in order.
    validation : float, optional
        Share of the training split, of each class, that is set aside to choose settings on.

    Raises
    ------
    TypeError
        If an argument is of another kind.
    DataError
        If there is no such data, or it cannot be used; one line that says why.
    """
    name = str(check_path("the data", name))
    check_validation(validation)
    folder = None if data_dir is None else check_path("data_dir", data_dir)
    if folder is not None and not name.endswith("-rows"):
        raise DataError(f"data_dir {folder} is for MNIST's files, not for {name}")
    splits = _load(name, folder)
    for split, series in splits.items():
        if series.x.shape[2] != splits["train"].x.shape[2]:
            raise DataError(
                f"{name}: the {split} split has {series.x.shape[2]} channels, the training split "
                f"{splits['train'].x.shape[2]}"
            )
    source, class_names = number_classes(name, _numbered(splits), labels or "distinct")
    source = with_all_splits(name, source, validation)
    made = {
        split: splits.get(split, splits["train"]).of(samples.x)._replace(y=samples.y)
        for split, samples in source.splits().items()
    }
    return SeriesData(name, made["train"], made["test"], made.get("val"), class_names)


def _numbered(splits: Mapping[str, Series]) -> Source:
    """The samples' numbers in the place of their values, for what looks at labels alone."""
    numbers = {name: Split(np.arange(len(s.y)), s.y) for name, s in splits.items()}
    return Source(numbers["train"]).with_splits(numbers)


def _load(name: str, data_dir: Path | None) -> dict[str, Series]:
    if name in BUNDLED:
        return dict(zip(_SPLITS, load_bundled(name, data_dir), strict=False))
    path = Path(name)
    if path.suffix.lower() == ".npz":
        return _own(path)
    known = ", ".join(BUNDLED)
    raise DataError(f"there is no data in time {name!r}; known are {known}, and by path FILE.npz")


def _own(path: Path) -> dict[str, Series]:
    """Splits of a user's file."""
    arrays = read_npz(path)
    if "y_train" not in arrays:
        alone = ("x", "y", "lengths", "events")
        arrays |= {f"{key}_train": arrays[key] for key in alone if key in arrays}
    found = {}
    for split in _SPLITS:
        if f"y_{split}" in arrays:
            found[split] = _split(path, arrays, split)
        elif split == "train" or {f"x_{split}", f"events_{split}"} & set(arrays):
            raise DataError(f"{path}: no y_{split} in it, only {', '.join(arrays) or 'nothing'}")
    return found


def _split(path: Path, arrays: Mapping[str, np.ndarray], split: str) -> Series:
    x, y = f"x_{split}", arrays[f"y_{split}"]
    if x in arrays:
        lengths = arrays.get(f"lengths_{split}")
        return series_of(arrays[x], y, lengths, what=f"{path}: {x}")
    missing = [key for key in (f"events_{split}", "steps", "channels") if key not in arrays]
    if missing:
        raise DataError(f"{path}: no {x} in it, and no {missing[0]}, only {', '.join(arrays)}")
    size = {key: arrays[key].item() for key in ("steps", "channels") if arrays[key].size == 1}
    if len(size) < 2:
        raise DataError(f"{path}: steps and channels must be one number each")
    events = arrays[f"events_{split}"]
    return series_of_events(events, y, **size, what=f"{path}: events_{split}")
