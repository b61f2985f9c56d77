"""Words of the layouts as numbers: numpy arrays of fields to uint64, and back."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from amaranth import Shape
from amaranth.lib import data, enum

from backspike.hdl.layouts import WEIGHT_MAX, WEIGHT_MIN
from backspike.hdl.params import CoreParams

__all__ = [
    "pack_array",
    "pack_lanes",
    "pack_rows",
    "pack_weights",
    "unpack_array",
    "unpack_lanes",
    "unpack_weights",
]


def pack_array(layout: data.StructLayout, **columns: object) -> np.ndarray:
    """Encode arrays of fields into words.

    Parameters
    ----------
    **columns : array-like of int, or of the field's enumeration
        One per field (all of them), shape (n,) or scalar.

    Returns
    -------
    numpy.ndarray
        uint64, shape (n,).

    Raises
    ------
    ValueError
        If a field is missing, unknown or has a value that does not fit.
    """
    fields = _fields(layout)
    names = [field.name for field in fields]
    if set(columns) != set(names):
        raise ValueError(f"fields must be {', '.join(names)}, not {', '.join(columns)}")
    arrays = {name: np.asarray(_plain(value), dtype=np.int64) for name, value in columns.items()}
    words = np.zeros(np.broadcast_shapes(*(array.shape for array in arrays.values())), np.uint64)
    for name, offset, width, low, high in fields:
        values = arrays[name]
        if values.size and not (low <= values.min() and values.max() <= high):
            worst = int(values.min() if values.min() < low else values.max())
            raise ValueError(f"field {name!r} must be between {low} and {high}, not {worst}")
        mask = np.uint64((1 << width) - 1)
        words |= (values.astype(np.uint64) & mask) << np.uint64(offset)
    return words


def pack_rows(layout: data.StructLayout, rows: Sequence[Mapping[str, int]]) -> np.ndarray:
    """Encode words that are given one by one, uint64, shape (rows,).

    Fields that the layout lacks, such as those of features that a core is built without, are left
    out; errors are those of :func:`pack_array`.
    """
    return pack_array(layout, **{f.name: [row[f.name] for row in rows] for f in _fields(layout)})


def unpack_array(layout: data.StructLayout, words: np.ndarray) -> dict[str, np.ndarray]:
    """Decode words of ``layout``, uint64, shape (n,), into one int64 array per field."""
    columns = {}
    words = words.astype(np.uint64, copy=False)
    for name, offset, width, low, _ in _fields(layout):
        raw = words >> np.uint64(offset)
        values = (raw & np.uint64((1 << width) - 1)).astype(np.int64)
        if low < 0:
            values = np.where(values >> (width - 1), values - (1 << width), values)
        columns[name] = values
    return columns


def _plain(value: object) -> object:
    """Members of an enumeration as their numbers."""
    return value.value if isinstance(value, enum.Enum) else value


class _Field(NamedTuple):
    """A field of a layout: its lowest bit, its width, and its least and greatest value."""

    name: str
    offset: int
    width: int
    low: int
    high: int


@cache
def _fields(layout: data.StructLayout) -> tuple[_Field, ...]:
    """The fields of a layout, in order."""
    fields = []
    for name, field in layout:
        shape = Shape.cast(field.shape)
        low = -(1 << (shape.width - 1)) if shape.signed else 0
        high = low + (1 << shape.width) - 1
        fields.append(_Field(str(name), field.offset, shape.width, low, high))
    return tuple(fields)


def pack_weights(p: CoreParams, weights: np.ndarray) -> np.ndarray:
    """Encode weights, -256 to 255, shape (words, lanes), as host words of ``dense``, uint64.

    Raises
    ------
    ValueError
        If a weight does not fit what the core stores.
    """
    low = WEIGHT_MIN
    values = np.asarray(weights, np.int64).reshape(-1, p.dense_group)
    if values.size and not (low <= values.min() and values.max() <= WEIGHT_MAX):
        worst = values.min() if values.min() < low else values.max()
        raise ValueError(f"weight must be between {low} and {WEIGHT_MAX}, not {worst}")
    unit = 1 << p.weight_low
    if (bad := values[values & (unit - 1) != 0]).size:
        raise ValueError(
            f"weight must be a multiple of {unit} in a core with weight_bits={p.weight_bits}, "
            f"not {bad[0]}"
        )
    return pack_lanes(p, values >> p.weight_low, p.weight_bits)


def unpack_weights(p: CoreParams, words: np.ndarray) -> np.ndarray:
    """Decode host words of ``dense`` to weights, int16, shape (words, lanes)."""
    return unpack_lanes(p, words, p.weight_bits) << p.weight_low


def pack_lanes(p: CoreParams, values: np.ndarray, bits: int) -> np.ndarray:
    """Encode ``bits`` of each value, shape (words, lanes), as host words of groups, uint64."""
    stored = np.asarray(values, np.int64).reshape(-1, p.dense_group) & ((1 << bits) - 1)
    shifts = np.arange(p.dense_group, dtype=np.uint64) * np.uint64(bits)
    return np.bitwise_or.reduce(stored.astype(np.uint64) << shifts, axis=1)


def unpack_lanes(
    p: CoreParams, words: np.ndarray, bits: int, *, is_signed: bool = True
) -> np.ndarray:
    """Decode host words of groups to values, int16, shape (words, lanes)."""
    shifts = np.arange(p.dense_group, dtype=np.uint64) * np.uint64(bits)
    mask = np.uint64((1 << bits) - 1)
    values = (words.astype(np.uint64)[:, None] >> shifts & mask).astype(np.int64)
    if is_signed:
        sign = 1 << (bits - 1)
        values = (values ^ sign) - sign
    return values.astype(np.int16).reshape(-1, p.lanes)
