"""State dicts: arrays by names such as ``0.weight``, and words for the layers between them."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from backspike.golden.conversion.layers import (
    AvgPool2d,
    BatchNorm,
    Conv2d,
    Dense,
    Flatten,
    Layer,
    ReLU,
)
from backspike.golden.errors import UserError

__all__ = ["WORDS", "layers_of_state"]

Arrays = dict[str, Any]

#: Layers by their words, with the options that each takes.
WORDS: dict[str, tuple[type[Layer], tuple[str, ...]]] = {
    "dense": (Dense, ()),
    "conv": (Conv2d, ("stride", "padding", "dilation", "groups")),
    "batchnorm": (BatchNorm, ("epsilon",)),
    "avgpool": (AvgPool2d, ("kernel_size", "stride", "padding")),
    "flatten": (Flatten, ()),
    "relu": (ReLU, ()),
}
#: Fields of layers by the last part of torch's names.
_WEIGHTS = {"weight": "weight", "bias": "bias"}
_STATISTICS = {
    "running_mean": "mean",
    "running_var": "variance",
    "weight": "scale",
    "bias": "shift",
}
_IGNORED = "num_batches_tracked"
_SCIKIT_LEARN = re.compile(r"(coefs|intercepts)_?\.?(\d+)")
_KERNELS = 4


def layers_of_state(state: Mapping[str, Any], words: str | None = None) -> list[Layer]:
    """Layers of a state dict, in the order of its names.

    Parameters
    ----------
    state : mapping of str to array
        ``NAME.weight``, ``NAME.bias``, and of batch norms ``NAME.running_mean`` and
        ``NAME.running_var``; or ``coefs_0`` (in, out) and ``intercepts_0``, as scikit-learn has.
    words : str, optional
        The layers: see :func:`backspike.convert`.

    Raises
    ------
    UserError
        If a name is of no such kind, or words are not those of the arrays.
    """
    groups = _groups(state)
    if words is None:
        return _guessed([_weighted(name, arrays) for name, arrays in groups.items()])
    waiting = list(groups.items())
    layers: list[Layer] = []
    for number, word in enumerate(words.split(","), 1):
        name, options = _parsed(number, word)
        kind = WORDS[name][0]
        if kind not in (Dense, Conv2d, BatchNorm):
            layers.append(kind(**options))
            continue
        if not waiting:
            raise UserError(
                f"layers: {name} (number {number}) has no arrays left: the weights are of "
                f"{len(groups)} layers, {', '.join(groups)}"
            )
        layers.append(_filled(kind, name, *waiting.pop(0), options))
    if waiting:
        names = ", ".join(name for name, _ in waiting)
        raise UserError(f"layers: {words!r} has no layer for the weights of {names}")
    return layers


def _groups(state: Mapping[str, Any]) -> dict[str, Arrays]:
    """Arrays of each layer with weights, by the names of their fields."""
    groups: dict[str, Arrays] = {}
    for name, value in state.items():
        if found := _SCIKIT_LEARN.fullmatch(str(name)):
            field = "weight" if found[1] == "coefs" else "bias"
            value = np.asarray(value).T
            groups.setdefault(found[2], {})[field] = value
            continue
        layer, _, field = str(name).rpartition(".")
        if field == _IGNORED:
            continue
        if field not in _STATISTICS:
            raise UserError(
                f"weights: {name!r} is no name of an array: NAME.weight, NAME.bias, "
                "NAME.running_mean and NAME.running_var, or coefs_N and intercepts_N, are"
            )
        groups.setdefault(layer, {})[field] = value
    if not groups:
        raise UserError("weights: there are none")
    return groups


def _weighted(name: str, arrays: Arrays) -> Layer:
    """A layer by what its arrays are."""
    if {"running_mean", "running_var"} & arrays.keys():
        return _filled(BatchNorm, "batchnorm", name, arrays, {})
    if "weight" in arrays and np.ndim(arrays["weight"]) == 1:
        raise UserError(
            f"weights: {name} looks like a batch norm, and lacks its statistics, running_mean and "
            "running_var"
        )
    kind = Conv2d if np.ndim(arrays.get("weight", 0)) == _KERNELS else Dense
    return _filled(kind, kind.__name__, name, arrays, {})


def _filled(
    kind: type[Layer], word: str, name: str, arrays: Arrays, options: dict[str, Any]
) -> Layer:
    """A layer with its arrays."""
    fields = _STATISTICS if kind is BatchNorm else _WEIGHTS
    wanted = ("running_mean", "running_var") if kind is BatchNorm else ("weight",)
    for field in wanted:
        if field not in arrays:
            raise UserError(f"weights: {word} needs {name}.{field}, and it is missing")
    if spare := arrays.keys() - fields.keys():
        raise UserError(f"weights: {name}.{min(spare)} is of a batchnorm, not of {word}")
    return kind(**{fields[field]: value for field, value in arrays.items()}, **options)


def _guessed(weighted: list[Layer]) -> list[Layer]:
    """Layers with a ReLU after each but the last, batch norms before it."""
    layers: list[Layer] = []
    for number, layer in enumerate(weighted):
        if number and not isinstance(layer, BatchNorm):
            layers.append(ReLU())
            if isinstance(layer, Dense) and isinstance(weighted[number - 1], Conv2d | BatchNorm):
                layers.append(Flatten())
        layers.append(layer)
    return layers


def _parsed(number: int, word: str) -> tuple[str, dict[str, Any]]:
    """Name and options of a word such as ``conv stride=2`` or ``avgpool 2``."""
    name, *parts = word.split() or [""]
    if name not in WORDS:
        raise UserError(f"layers: number {number} must be one of {', '.join(WORDS)}, not {name!r}")
    known = WORDS[name][1]
    options: dict[str, Any] = {}
    for part in parts:
        key, equals, text = part.rpartition("=")
        key = key if equals else "kernel_size"
        if key not in known:
            listed = ", ".join(known) or "none"
            raise UserError(f"layers: {name} has no option {part!r}: {listed}")
        if key == "padding" and text in ("same", "valid"):
            options[key] = text
            continue
        try:
            options[key] = float(text) if key == "epsilon" else int(text)
        except ValueError:
            raise UserError(f"layers: {key} of {name} must be a number, not {text!r}") from None
    if name == "avgpool" and "kernel_size" not in options:
        raise UserError("layers: avgpool needs a size, such as avgpool 2")
    return name, options
