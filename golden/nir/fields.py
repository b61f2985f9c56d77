"""Fields of nodes as files have them: scalars, bytes, nothing at all; in one form, or refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np

__all__ = ["REQUIRED", "Field", "numbers", "padding", "parse_fields", "sizes", "whole"]

#: Default of a field that has none.
REQUIRED = object()


@dataclass(frozen=True)
class Field:
    """A field of a primitive: the function that reads it, and its value where it is missing.

    ``read`` raises ValueError with the end of a sentence that begins with the field's name.
    """

    read: Callable[[Any], Any]
    default: Any = REQUIRED


def _told(value: Any) -> str:
    """The beginning of a value, in one line."""
    return " ".join(repr(value).split())[:40]


def numbers(value: Any) -> np.ndarray:
    """Finite numbers, float64, of any shape."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise ValueError
        array = array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"must be numbers, not {_told(value)}") from None
    if not array.size:
        raise ValueError("must have a number, and is empty")
    if not np.isfinite(array).all():
        kind = "NaN" if np.isnan(array).any() else "an infinite number"
        count = int((~np.isfinite(array)).sum())
        raise ValueError(f"must be finite, and has {kind} ({count} of {array.size} numbers)")
    return array


def whole(value: Any) -> tuple[int, ...]:
    """One or several whole numbers."""
    array = numbers(value).reshape(-1)
    if (array % 1).any() or (np.abs(array) > 1 << 20).any():
        raise ValueError(f"must be whole, not {_told(value)}")
    return tuple(int(number) for number in array)


def sizes(value: Any) -> tuple[int, ...] | None:
    """A shape; None where it is left open."""
    if value is None or isinstance(value, h5py.Empty) or np.size(value) == 0:
        return None
    try:
        shape = whole(value)
    except ValueError:
        raise ValueError(f"must be sizes, not {_told(value)}") from None
    if min(shape) < 1:
        raise ValueError(f"must be sizes of 1 or more, not {shape}")
    return shape


def padding(value: Any) -> str | tuple[int, ...]:
    """``same``, ``valid``, or one or two whole numbers."""
    word = value.decode("utf8", "replace") if isinstance(value, bytes) else value
    if isinstance(word, str):
        if word not in ("same", "valid"):
            raise ValueError(f"must be 'same', 'valid' or whole numbers, not {word!r}")
        return word
    return whole(value)


def parse_fields(raw: dict[str, Any], fields: dict[str, Field]) -> tuple[dict[str, Any], list[str]]:
    """Fields of a node that could be read, and a reason for each that could not."""
    found: dict[str, Any] = {}
    reasons = []
    for name, field in fields.items():
        value = raw.get(name)
        missing = value is None or isinstance(value, h5py.Empty)
        if missing and field.default is REQUIRED:
            reasons.append(f"{name} is missing")
            continue
        try:
            found[name] = field.read(field.default if missing else value)
        except ValueError as error:
            reasons.append(f"{name} {error}")
    return found, reasons
