"""A user's own data: an ``.npz`` with ``x_train``, ``y_train``, ``x_test`` and ``y_test``.

Inputs are ``(n, n_in)`` features or ``(n, height, width)`` images, binary (0 and 1, of any type) or
grey (uint8 up to 255, or floats from 0 to 1). Labels are integers ``(n,)`` from 0; the largest one
of ``y_train`` gives the number of classes.
"""

import zipfile
import zlib
from pathlib import Path

import numpy as np

from backspike.experiments.data.source import DataError, Source

__all__ = ["load_npz"]

_KEYS = ("x_train", "y_train", "x_test", "y_test")
_MAX_CLASSES = 1024


def load_npz(path: Path) -> Source:
    """Read and check ``path``.

    Raises
    ------
    DataError
        If it is no such file, a key is missing, or an array is not as the module says.
    """
    arrays = _read(path)
    for split in ("train", "test"):
        _check_split(path, split, arrays[f"x_{split}"], arrays[f"y_{split}"])
    x_train, y_train, x_test, y_test = (arrays[key] for key in _KEYS)
    if x_train.shape[1:] != x_test.shape[1:]:
        raise DataError(
            f"{path}: a sample of x_test must have shape {x_train.shape[1:]} as in x_train, "
            f"not {x_test.shape[1:]}"
        )
    n_classes = _check_labels(path, "y_train", y_train, _MAX_CLASSES)
    _check_labels(path, "y_test", y_test, n_classes)
    if _is_binary(x_train) and _is_binary(x_test):
        x_train, x_test = x_train.astype(np.uint8), x_test.astype(np.uint8)
        return Source(x_train, y_train, x_test, y_test, full_scale=1, is_binary=True)
    full_scale = 255 if x_train.dtype == np.uint8 else 1
    for key, x in (("x_train", x_train), ("x_test", x_test)):
        _check_grey(path, key, x, full_scale)
    return Source(x_train, y_train, x_test, y_test, full_scale=full_scale)


def _read(path: Path) -> dict[str, np.ndarray]:
    """The four arrays."""
    try:
        with path.open("rb") as stream:
            archive = np.load(stream, allow_pickle=False)
            if isinstance(archive, np.ndarray):
                raise DataError(f"{path}: not an .npz file but a single array")
            for key in _KEYS:
                if key not in archive:
                    present = ", ".join(archive.files) or "nothing"
                    raise DataError(f"{path}: no {key} in it, only {present}")
            return {key: archive[key] for key in _KEYS}
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"{path}: no such file") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path}: not a readable .npz file ({reason})") from None


def _check_split(path: Path, split: str, x: np.ndarray, y: np.ndarray) -> None:
    """Shapes, counts and kinds of one split."""
    if x.ndim not in (2, 3) or not x.size:
        raise DataError(
            f"{path}: x_{split} must have shape (n, n_in) or (n, height, width), not {x.shape}"
        )
    if x.dtype.kind not in "buif":
        raise DataError(f"{path}: x_{split} must hold numbers, not {x.dtype}")
    if np.isnan(x).any():
        raise DataError(f"{path}: x_{split} holds NaN, first in sample {_first_nan(x)}")
    if y.ndim != 1 or y.dtype.kind not in "ui":
        raise DataError(f"{path}: y_{split} must be integers (n,), not {y.dtype} {y.shape}")
    if len(x) != len(y):
        raise DataError(f"{path}: {len(y)} labels in y_{split} for {len(x)} samples in x_{split}")


def _first_nan(x: np.ndarray) -> int:
    return int(np.argmax(np.isnan(x).reshape(len(x), -1).any(axis=1)))


def _check_labels(path: Path, key: str, y: np.ndarray, end: int) -> int:
    """The largest label plus one, after a check that all are in ``0..end-1``."""
    for label in (y.min(), y.max()):
        if not 0 <= label < end:
            raise DataError(f"{path}: {key} must be in 0..{end - 1}, not {label}")
    return int(y.max()) + 1


def _is_binary(x: np.ndarray) -> bool:
    return bool(((x == 0) | (x == 1)).all())


def _check_grey(path: Path, key: str, x: np.ndarray, full_scale: int) -> None:
    """Raise unless ``x`` is uint8, or floats from 0 to 1, whichever ``full_scale`` asks for."""
    if full_scale == 255:
        fits, wanted = x.dtype == np.uint8, "uint8, 0..255, as x_train is"
    else:
        fits, wanted = bool(x.min() >= 0 and x.max() <= 1), "floats in 0..1"
    if not fits:
        raise DataError(
            f"{path}: {key} is not binary, so it must be {wanted}, "
            f"not {x.dtype} in {x.min():g}..{x.max():g}"
        )
