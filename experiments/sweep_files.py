"""Files of a sweep, read without trust."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backspike.experiments.files import json_object
from backspike.experiments.option import Option, checked_value, options_of
from backspike.experiments.settings import TrainSettings
from backspike.golden.errors import UserError
from backspike.golden.nbp.equations import Accuracy

__all__ = ["checked_options", "read_curves", "read_object"]

_TRAIN = options_of(TrainSettings)
#: Options of which a sweep takes one value.
_SINGLE = {
    name: _TRAIN[name]
    for name in (
        "dataset", "data_dir", "encoder", "labels", "scale", "inputs", "validation", "preset",
        "epochs", "samples", "lift",
    )
} | {"jobs": Option(int, low=1), "scheduler": Option()}  # fmt: skip
#: One of several values of an option. Of those in a grid, None stands for the preset's.
_GRID = {
    name: replace(_TRAIN[name], default=None if name == "rate" else 0)
    for name in ("margin", "window", "dead_zone", "rate", "halving", "shifts")
}
_LISTED = _GRID | {
    "kernels": _TRAIN["kernels"],
    "hidden": replace(_TRAIN["hidden"], default=()),
    "seeds": _TRAIN["seed"],
}


def checked_options(file: Path, read: Mapping[str, Any]) -> dict[str, Any]:
    """The options of ``backspike sweep`` that a file has, lists as tuples.

    Raises
    ------
    UserError
        If one is not what it can be; names file, option and value.
    """
    found = {
        name: checked_value(f"{file}: {name}", known, read[name])
        for name, known in _SINGLE.items()
        if name in read
    }
    for name in _LISTED.keys() & read.keys():
        values = read[name]
        if isinstance(values, list):
            what, known = f"{file}: {name}", _LISTED[name]
            found[name] = tuple(checked_value(what, known, value) for value in values)
        elif values is None and name in _GRID:
            found[name] = None
        else:
            raise UserError(f"{file}: {name} must be a list, not {values!r:.60}")
    return found


def read_curves(file: Path) -> dict[str, list[float]]:
    """Curves in the file of a run, with a number for each epoch.

    Raises
    ------
    UserError
        If it cannot be read, or lacks one.
    """
    curves = read_object(file).get("curves")
    try:
        lengths = {
            len([float(value) for value in curves[name]])  # type: ignore[index]
            for name in ("train_exact", *Accuracy._fields)
        }
    except (KeyError, TypeError, ValueError):
        lengths = set()
    if len(lengths) != 1 or lengths == {0}:
        raise _damaged(file)
    return curves  # type: ignore[return-value]


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises
    ------
    UserError
        If it cannot be read, or is none.
    """
    read = json_object(file)
    if read is None:
        raise _damaged(file)
    return read


def _damaged(file: Path) -> UserError:
    return UserError(f"{file} is damaged: delete it to run this again")
