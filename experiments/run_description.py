"""Files in which a run says what it is, run.json and metrics.json, read without trust."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from backspike.experiments.circuits import TEMPORAL
from backspike.experiments.files import json_object
from backspike.experiments.option import checked_value, options_of
from backspike.experiments.settings import DATA, TrainSettings
from backspike.golden.errors import UserError

__all__ = ["OVER_TIME", "Description", "checked_settings", "read_description", "read_object"]

OVER_TIME = "has learned over time"
"""Words for a run whose network is not one of layers of images."""

_SOURCE = tuple(name for name in DATA if name != "data_dir")
#: Options that say what a run has learned. What there is no more is refused where it is used.
_DESCRIBED = {
    name: replace(options_of(TrainSettings)[name], choices=())
    for name in (*_SOURCE, "circuit", "rule")
}


class Description(NamedTuple):
    """Data, circuit and layers of a run."""

    source: dict[str, Any]
    """Arguments of :func:`load_data`, without ``data_dir``."""
    circuit: str
    rule: str | None
    layers: tuple[int, ...]


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a run.

    Raises
    ------
    UserError
        If it cannot be read, or is none.
    """
    read = json_object(path)
    if read is None:
        raise UserError(f"RUN {path.parent}: its {path.name} is not that of a run")
    return read


def read_description(path: Path, values: Mapping[str, Any], layers: object) -> Description:
    """The description among the values of a file.

    Raises
    ------
    UserError
        If one is missing, or is not what it can be, or the run has learned over time.
    """
    options = _options(path, values)
    if options["circuit"] == TEMPORAL:
        raise UserError(f"RUN {path.parent} {OVER_TIME}: this command is for images")
    circuit, rule = options.pop("circuit"), options.pop("rule")
    return Description(options, circuit, rule, _layers(path, layers))


def checked_settings(path: Path) -> dict[str, Any]:
    """The content of ``run.json``: ``settings``, ``layers`` and two commands.

    Raises
    ------
    UserError
        If it cannot be read, or one of these is not what it can be; of the settings, those that
        tell data and circuit are checked.
    """
    read = read_object(path)
    if not isinstance(read.get("settings"), dict):
        raise _wrong(path, "settings", "an object with the options", read.get("settings"))
    _options(path, read["settings"])
    if "layers" in read:
        _layers(path, read["layers"])
    for name in ("command", "go_on"):
        if not isinstance(read.get(name, ""), str):
            raise _wrong(path, name, "a text", read[name])
    return read


def _options(path: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Data, circuit and rule among the values of a file."""
    return {
        name: checked_value(f"RUN {path}: {name}", known, values.get(name))
        for name, known in _DESCRIBED.items()
    }


def _layers(path: Path, layers: object) -> tuple[int, ...]:
    """Sizes of the layers that a file tells."""
    sizes = layers if isinstance(layers, list) else []
    if len(sizes) < 2 or not all(type(size) is int and size > 0 for size in sizes):
        raise _wrong(path, "layers", "a list of two sizes or more, from 1 on", layers)
    return tuple(sizes)


def _wrong(path: Path, name: str, expected: str, value: object) -> UserError:
    return UserError(f"RUN {path}: {name} must be {expected}, not {json.dumps(value):.60}")
