"""A user's own data in an ``.npz``.

| arrays | |
| --- | --- |
| ``x_train``, ``y_train`` | samples to learn from; or ``x``, ``y``, if no others are set aside |
| ``x_test``, ``y_test`` | optional; without them a fifth of the samples is set aside |
| ``x_val``, ``y_val`` | optional: samples to choose settings on |
| ``class_names`` | optional: texts, of the classes 0, 1, ... |
| ``feature_names`` | optional: texts |

Inputs are numbers: features ``(n, features)`` or images, ``(n, height, width)``, ``(n, 1, height,
width)``, and ``(n, channels, height, width)`` or ``(n, height, width, channels)`` of 1, 3 or 4
channels. Labels are integers or texts, ``(n,)``.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from backspike.experiments.data.source import DataError, Source, Split
from backspike.golden.array_file import ArrayFileError, ArrayHeader, read_arrays

__all__ = ["load_npz", "read_npz"]

_SPLITS = ("train", "test", "val")


def load_npz(path: Path) -> Source:
    """Read ``path``, and check that every split has labels.

    Raises
    ------
    DataError
        If it is no such file, an array is missing, or labels are of another kind than the module
        says.
    """
    arrays = read_npz(path, _check)
    if "x_train" not in arrays and "y_train" not in arrays and {"x", "y"} <= set(arrays):
        arrays |= {"x_train": arrays["x"], "y_train": arrays["y"]}
    splits = {
        name: Split(arrays[f"x_{name}"], _labels(arrays[f"y_{name}"]))
        for name in _SPLITS
        if f"x_{name}" in arrays
    }
    class_names, columns = (
        tuple(map(str, arrays.get(name, ()))) for name in ("class_names", "feature_names")
    )
    source = Source(splits["train"], class_names=class_names, columns=columns)
    return source.with_splits(splits)


def read_npz(path: Path, check: object = None) -> dict[str, np.ndarray]:
    """All arrays of an ``.npz``; ``check`` as :func:`read_arrays` has it.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        return read_arrays(path, lambda headers: check(path, headers) if callable(check) else None)
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except DataError:
        raise
    except ArrayFileError as error:
        raise DataError(f"{path}: not a readable .npz file ({error})") from None


def _check(path: Path, headers: Mapping[str, ArrayHeader]) -> None:
    """Raise unless the arrays are those that the module lists."""
    names = "xy" if {"x", "y"} & set(headers) and "x_train" not in headers else ""
    wanted = list(names) or ["x_train", "y_train"]
    for split in ("test", "val"):
        if {f"x_{split}", f"y_{split}"} & set(headers):
            wanted += [f"x_{split}", f"y_{split}"]
    for key in wanted:
        if key not in headers:
            present = ", ".join(headers) or "nothing"
            raise DataError(f"{path}: no {key} in it, only {present}")
    for key in wanted[1::2]:
        (shape, dtype), samples = headers[key], headers[f"x{key[1:]}"].shape
        if len(shape) != 1 or dtype.kind not in "buiUS":
            raise DataError(f"{path}: {key} must be integers or texts (n,), not {dtype} {shape}")
        if samples and samples[0] != shape[0]:
            raise DataError(
                f"{path}: {shape[0]} labels in {key} for {samples[0]} samples in x{key[1:]}"
            )
    for key in ("class_names", "feature_names"):
        if key in headers and (len(headers[key].shape), headers[key].dtype.kind) != (1, "U"):
            shape, dtype = headers[key]
            raise DataError(f"{path}: {key} must be texts (n,), not {dtype} {shape}")


def _labels(y: np.ndarray) -> np.ndarray:
    """Labels as integers or texts."""
    if y.dtype.kind == "S":
        return np.char.decode(y, "utf-8", "replace")
    return y.astype(np.int64) if y.dtype.kind == "b" else y
