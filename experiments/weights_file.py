"""Weights of a network in an ``.npz`` with the arrays W1, W2, ..."""

import zipfile
import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from backspike.golden.errors import UserError
from backspike.golden.nbp.variants import VARIANTS

__all__ = ["READ_ERRORS", "load_weights"]

#: Errors of numpy for a file that is no ``.npz``, or is cut short.
READ_ERRORS = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
_LOW, _HIGH = VARIANTS["circuit"].low, VARIANTS["circuit"].high


def load_weights(what: str, path: Path, layers: Sequence[int]) -> list[np.ndarray]:
    """W1, W2, ... for a network of these layers, int16.

    Parameters
    ----------
    what : str
        The user's words for the file, such as ``--init weights.npz``.

    Raises
    ------
    UserError
        If the file cannot be read, or an array in it is missing or unusable.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except FileNotFoundError:
        raise UserError(f"{what}: no such file") from None
    except (*READ_ERRORS, AttributeError, TypeError):  # the last two: a single array, not an .npz
        raise UserError(f"{what} is not a readable .npz of weights") from None
    wanted = {f"W{number}": shape for number, shape in enumerate(pairwise(layers), 1)}
    for name in found:
        if name not in wanted:
            raise UserError(f"{what} holds {name}, the network has only {', '.join(wanted)}")
    return [_checked(what, name, found.get(name), shape) for name, shape in wanted.items()]


def _checked(what: str, name: str, array: np.ndarray | None, shape: tuple[int, int]) -> np.ndarray:
    if array is None:
        raise UserError(f"{what} has no array {name}, of shape {shape}")
    if array.shape != shape:
        raise UserError(f"{what}: {name} has shape {array.shape}, the network needs {shape}")
    allowed = f"weights must be even integers in {_LOW}..{_HIGH}"
    if array.dtype.kind not in "iu":
        raise UserError(f"{what}: {name}[0, 0] is {array[0, 0]!s}, {array.dtype}: {allowed}")
    bad = np.argwhere((array < _LOW) | (array > _HIGH) | (array % 2 != 0))
    if len(bad):
        row, column = bad[0]
        raise UserError(f"{what}: {name}[{row}, {column}] is {array[row, column]}: {allowed}")
    return np.ascontiguousarray(array, np.int16)
