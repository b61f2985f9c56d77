"""Files in which a run says what it is, run.json and metrics.json, read without trust."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from backspike.experiments.circuits import TEMPORAL
from backspike.experiments.files import json_object
from backspike.experiments.kernels_text import layer_shapes, read_kernels
from backspike.experiments.option import checked_value, options_of
from backspike.experiments.settings import DATA, TrainSettings
from backspike.golden.errors import UserError
from backspike.golden.nbp.layer_shapes import LayerShape, neurons_of
from backspike.golden.nbp.learning import PAPER, LearningOptions

__all__ = [
    "OVER_TIME",
    "Description",
    "RunResult",
    "checked_settings",
    "learning_in",
    "read_description",
    "read_object",
]

OVER_TIME = "has learned over time"
"""Words for a run whose network is not one of layers of images."""

_SOURCE = tuple(name for name in DATA if name != "data_dir")
#: Options that say what a run has learned. What there is no more is refused where it is used.
_DESCRIBED = {
    name: replace(options_of(TrainSettings)[name], choices=())
    for name in (*_SOURCE, "circuit", "rule", "kernels")
}


class Description(NamedTuple):
    """Data, circuit and network of a run."""

    source: dict[str, Any]
    """Arguments of :func:`load_data`, without ``data_dir``."""
    circuit: str
    rule: str | None
    shapes: tuple[LayerShape, ...]
    """Of its layers of weights."""


class RunResult(NamedTuple):
    """A run's data, circuit, rule, if any, and weights, for other commands."""

    source: dict[str, Any]
    """Arguments of :func:`load_data`, without ``data_dir``."""
    circuit: str
    rule: str | None
    shapes: tuple[LayerShape, ...]
    """Of the layers of weights."""
    weights: list[np.ndarray]
    learning: LearningOptions
    """Ways in which it learned, so that a circuit may show them."""

    @property
    def layers(self) -> tuple[int, ...]:
        """Sizes of the layers of neurons, the input first."""
        return neurons_of(self.shapes)


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


def read_description(
    path: Path, values: Mapping[str, Any], layers: object, image: object = None
) -> Description:
    """The description among the values of a file, which tells the layers, and the image that its
    inputs are, apart from them.

    Raises
    ------
    UserError
        If one is missing, or is not what it can be, or the run has learned over time.
    """
    options = _options(path, values)
    if options["circuit"] == TEMPORAL:
        raise UserError(f"RUN {path.parent} {OVER_TIME}: this command is for images")
    circuit, rule, kernels = (options.pop(name) for name in ("circuit", "rule", "kernels"))
    return Description(options, circuit, rule, _shapes(path, kernels, layers, image))


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


def learning_in(values: object) -> LearningOptions:
    """Options in a file; the paper's, if it has none that are of use."""
    known = {f.name for f in fields(LearningOptions)}
    try:
        read = {k: v for k, v in dict(values).items() if k in known}  # type: ignore[call-overload]
        if isinstance(read.get("rate"), list):
            read["rate"] = tuple(read["rate"])
        return LearningOptions(**read)
    except (TypeError, ValueError):
        return PAPER


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


def _shapes(
    path: Path, kernels: str | None, layers: object, image: object
) -> tuple[LayerShape, ...]:
    """Shapes of the layers of weights, from what a file tells."""
    sizes, sides = _layers(path, layers), _image(path, image)
    try:
        behind = sizes[len(read_kernels(kernels)) + 1 :]
        shapes = layer_shapes(sides, kernels, (sizes[0], *behind))
    except UserError as error:
        raise UserError(f"RUN {path}: {error}") from None
    if neurons_of(shapes) != sizes:
        raise _wrong(path, "layers", f"{list(neurons_of(shapes))} with kernels {kernels!r}", layers)
    return shapes


def _image(path: Path, image: object) -> tuple[int, int, int] | None:
    """Height, width and channels of an image that a file tells; None if there is none."""
    if image is None:
        return None
    sides = image if isinstance(image, list) else []
    if len(sides) != 3 or not all(type(side) is int and side > 0 for side in sides):
        raise _wrong(path, "image", "height, width and channels, from 1 on", image)
    return sides[0], sides[1], sides[2]


def _wrong(path: Path, name: str, expected: str, value: object) -> UserError:
    return UserError(f"RUN {path}: {name} must be {expected}, not {json.dumps(value):.60}")
