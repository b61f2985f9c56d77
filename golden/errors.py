"""Errors that a user can cause, and the checks that raise them."""

import os
import sys
import warnings
from pathlib import Path

import numpy as np

__all__ = [
    "CapacityError",
    "NoEffectWarning",
    "UnknownNameError",
    "UserError",
    "check_bool",
    "check_capacity",
    "check_finite",
    "check_int",
    "check_number",
    "check_numbers",
    "check_path",
    "check_text",
    "check_type",
    "warn_no_effect",
]


class UserError(ValueError):
    """A request that cannot be carried out; the message is one line that says what, and why."""


class UnknownNameError(UserError, KeyError):
    """There is nothing of a name; the message has the names that there are."""

    __str__ = Exception.__str__  # a KeyError would quote it


class NoEffectWarning(UserWarning):
    """A part of a network can have no effect; the message names it, and says why."""


def warn_no_effect(message: str) -> None:
    """Warn by :class:`NoEffectWarning` at the line of the user that led here."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and _is_ours(frame.f_globals.get("__name__", "")):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, NoEffectWarning, stacklevel=level)


def _is_ours(module: str) -> bool:
    """True if a module is of this package, not of its user."""
    return module.partition(".")[0] == __name__.partition(".")[0]


class CapacityError(UserError):
    """A network needs more of a resource than the core has."""


def check_capacity(resource: str, need: int, limit: int, advice: str = "") -> None:
    """Raise :class:`CapacityError` if ``need`` of ``resource`` exceeds ``limit``."""
    if need > limit:
        hint = f"; {advice}" if advice else ""
        raise CapacityError(f"{resource}: the network needs {need}, the limit is {limit}{hint}")


def check_numbers(what: str, value: object) -> np.ndarray:
    """``value`` as an array of real numbers; raises TypeError or ValueError if it is none."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{what} must be a regular array, not rows of different lengths") from None
    if array.dtype.kind not in ("iufb" if array.ndim else "iuf"):
        raise TypeError(f"{what} must be numbers, not {value!r}")
    return array


def check_finite(what: str, array: np.ndarray) -> None:
    """Raise ValueError for a NaN or an infinity in an array; says which, and where it is."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = f" at [{', '.join(map(str, bad[0]))}]" if array.ndim else ""
        raise ValueError(f"{what} must be finite, not {array[tuple(bad[0])]:g}{place}")


def check_number(what: str, value: object) -> float:
    """``value``, a real number; raises TypeError if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{what} must be a number, not {value!r}")
    return value if isinstance(value, int | float) else value.item()


def check_bool(what: str, value: object) -> bool:
    """``value``, True or False; raises TypeError if it is neither."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{what} must be True or False, not {value!r}")
    return bool(value)


def check_type(what: str, value: object, expected: type) -> None:
    """Raise TypeError unless ``value`` is of a class of the project."""
    if not isinstance(value, expected):
        given = type(value).__name__
        raise TypeError(f"{what} must be a {expected.__name__}, not {value!r:.60} ({given})")


def check_text(what: str, value: object) -> str:
    """``value``, a str; raises TypeError if it is none."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {value!r:.60}")
    return value


def check_path(what: str, value: object, suffix: str = "") -> Path:
    """``value``, a str or a path, as a Path; raises TypeError or ValueError if it is none.

    With ``suffix``, its name must end so.
    """
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise TypeError(f"path of {what} must be a str or Path, not {value!r:.60}")
    path = Path(value)
    if "\0" in str(path) or not path.name:
        raise UserError(f"path of {what} must name a file, not {str(value)!r}")
    if not path.name.endswith(suffix):
        raise UserError(f"file of {what} must end in {suffix}, not {path.name!r}")
    return path


def check_int(what: str, value: object, low: int, high: int) -> None:
    """Raise TypeError or ValueError unless ``value`` is an integer from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{what} must be an int, not {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{what} must be between {low} and {high}, not {value}")
