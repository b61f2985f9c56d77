"""Weights of a network in an ``.npz`` with the arrays W1, W2, ..."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from backspike.golden.array_file import ArrayFileError, ArrayHeader, read_arrays
from backspike.golden.errors import UserError
from backspike.golden.nbp.arguments import Shapes
from backspike.golden.nbp.variants import VARIANTS

__all__ = ["load_weights"]

_LOW, _HIGH = VARIANTS["circuit"].low, VARIANTS["circuit"].high
_ALLOWED = f"weights must be even integers in {_LOW}..{_HIGH}"


def load_weights(what: str, path: Path, shapes: Shapes | None = None) -> list[np.ndarray]:
    """W1, W2, ... for layers of these shapes, or of those that they have themselves, int16.

    Parameters
    ----------
    what : str
        The user's words for the file, such as ``--init weights.npz``.

    Raises
    ------
    UserError
        If the file cannot be read, or an array in it is missing or unusable.
    """

    def check(headers: Mapping[str, ArrayHeader]) -> None:
        _check(what, headers, shapes)

    try:
        found = read_arrays(path, check)
    except FileNotFoundError:
        raise UserError(f"{what}: no such file") from None
    except ArrayFileError as error:
        raise UserError(f"{what} is not a readable .npz of weights: {error}") from None
    return [_checked(what, name, found[name]) for name in sorted(found, key=_number)]


def _number(name: str) -> int:
    """The number in a name such as W12; -1 in any other."""
    return int(name[1:]) if name[:1] == "W" and name[1:].isascii() and name[1:].isdigit() else -1


def _check(what: str, headers: Mapping[str, ArrayHeader], shapes: Shapes | None) -> None:
    """Raise unless the arrays are those of the layers."""
    if shapes is None:
        _check_names(what, headers)
        return
    wanted = {f"W{number}": shape.weights for number, shape in enumerate(shapes, 1)}
    for name in headers:
        if name not in wanted:
            raise UserError(f"{what} holds {name}, the network has only {', '.join(wanted)}")
    for name, shape in wanted.items():
        if name not in headers:
            raise UserError(f"{what} has no array {name}, of shape {shape}")
        if headers[name].shape != shape:
            found = headers[name].shape
            raise UserError(f"{what}: {name} has shape {found}, the network needs {shape}")


def _check_names(what: str, headers: Mapping[str, ArrayHeader]) -> None:
    """Raise unless the arrays are matrices W1, W2, ...."""
    names = [f"W{number}" for number in range(1, len(headers) + 1)]
    shapes = [headers[name].shape for name in names if name in headers]
    if not names or len(shapes) < len(names) or not all(len(s) == 2 and 0 not in s for s in shapes):
        raise UserError(
            f"{what} holds {', '.join(headers) or 'nothing'}: weights are matrices W1, W2, ..."
        )


def _checked(what: str, name: str, array: np.ndarray) -> np.ndarray:
    if array.dtype.kind not in "iu":
        raise UserError(f"{what}: {name}[0, 0] is {array[0, 0]!s}, {array.dtype}: {_ALLOWED}")
    bad = np.argwhere((array < _LOW) | (array > _HIGH) | (array % 2 != 0))
    if len(bad):
        row, column = bad[0]
        raise UserError(f"{what}: {name}[{row}, {column}] is {array[row, column]}: {_ALLOWED}")
    return np.ascontiguousarray(array, np.int16)
