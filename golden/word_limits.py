"""Limits of the fields of memory words, beyond those of their widths, on cores of any size.

A word that is out of them would make a core read what it does not have. They are checked where a
host writes words, so that neither the golden core nor the RTL ever holds one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from amaranth.lib import data

from backspike.golden.errors import UserError
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import (
    Gate,
    ListKind,
    Reset,
    SignMode,
    Visit,
    axon_layout,
    list_layout,
    row_layout,
    widest_stride,
)
from backspike.hdl.packing import unpack_array, unpack_lanes
from backspike.hdl.params import CoreParams

__all__ = ["check_fields", "check_image", "check_plastic", "check_rows"]

Columns = Mapping[str, np.ndarray]
#: A field, or a sum of some; its value in each word; the greatest that it may be.
Limit = tuple[str, np.ndarray, int]


def check_fields(p: CoreParams, name: str, words: np.ndarray, first: int) -> None:
    """Check host words, uint64, for a memory from address ``first`` on.

    Raises
    ------
    UserError
        If a field has a value that the core cannot hold; the message names memory, address, field,
        value and range.
    """
    if not len(words):
        return
    if name == "delays":
        lanes = unpack_lanes(p.with_(lanes=p.dense_group), words, p.slot_bits, is_signed=False)
        limits: Iterator[Limit] = iter([("delay", lanes.max(axis=1), p.max_delay)])
    elif name in _LIMITS:
        layout = MEMORIES[name].layout(p)
        assert isinstance(layout, data.StructLayout)
        limits = _LIMITS[name](p, unpack_array(layout, words))
    else:
        return
    for field, values, most in limits:
        if (values > most).any():
            at = int(np.argmax(values > most))
            raise UserError(
                f"{field} of word {first + at} of memory {name!r} must be at most {most}, "
                f"not {values[at]}"
            )


def check_image(
    p: CoreParams, memories: Mapping[str, np.ndarray], registers: Mapping[str, int]
) -> None:
    """Check what memories and registers of a program say together.

    Raises
    ------
    UserError
        As :func:`check_rows` and :func:`check_plastic`.
    """
    in_use = registers.get("rows", 0), registers.get("input_rows", 0)
    check_rows(p, memories.get("rows", []), *in_use)
    if p.learning and {"axons", "lists"} <= set(memories):
        check_plastic(p, memories["axons"], memories["lists"])


def check_rows(
    p: CoreParams, words: Sequence[int] | np.ndarray, in_use: int, input_rows: int = 0
) -> None:
    """Check host words of the memory ``rows``, uint64, that a core updates from the last one down;
    those that are left out are 0.

    Raises
    ------
    UserError
        If a row in use takes sums that one above it has cleared, watches one that is not above it,
        or one that watches, or has a gate that is not in use: then it depends on cycles, or on
        earlier programs, what a core does.
    """
    rows = np.zeros(in_use, np.uint64)
    rows[: len(words)] = words[:in_use]
    c = unpack_array(row_layout(p), rows)
    watch = c.get("watch", np.zeros(in_use, np.int64)) > 0
    _check_gates(p, c, in_use, input_rows)
    cleared: dict[int, int] = {}
    for row in range(in_use - 1, -1, -1):
        of = int(c["sums"][row])
        if watch[row] and not row < of < in_use:
            raise UserError(
                f"row {row} must watch one of the rows in use above it, {row + 1} to {in_use - 1}, "
                f"not {of}"
            )
        if watch[row] and watch[of]:
            raise UserError(f"row {row} must watch a row that watches none, not {of}")
        if not watch[row] and of in cleared:
            raise UserError(f"row {row} takes sums {of}, which row {cleared[of]} must keep for it")
        if not c["keep"][row]:
            cleared[of] = row


def _check_gates(p: CoreParams, c: Columns, in_use: int, input_rows: int) -> None:
    """Raise unless the gates of rows are rows in use."""
    if "gate" in c:
        place = c["gate"] - p.compartment_rows
        used = np.where(place < 0, c["gate"] < in_use, place < input_rows)
        (wrong,) = np.nonzero(np.isin(c["gating"], [Gate.OPEN.value, Gate.CLOSED.value]) & ~used)
        if wrong.size:
            raise UserError(
                f"gate of row {wrong[0]} must be a row in use, not {c['gate'][wrong[0]]}"
            )


def check_plastic(p: CoreParams, axons: np.ndarray, lists: np.ndarray) -> None:
    """Check host words of the memories ``axons`` and ``lists``, uint64, each within its limits.

    Raises
    ------
    UserError
        If a word of weights learns twice at the end of an epoch, for two axons or in two lists, and
        it is not dense, or the core has no ``columns``: then nothing locks it meanwhile.
    """
    a, fields = unpack_array(axon_layout(p), axons), unpack_array(list_layout(p), lists)
    first, count = a["list"][a["plastic"] > 0], a["plastic"][a["plastic"] > 0]
    places = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    visited = np.repeat(first, count) + places
    visited = visited[visited < len(lists)]  # those behind are 0: a list without synapses
    for kind, lanes in ((ListKind.DENSE, p.lanes), (ListKind.SPARSE, 1)):
        if kind is ListKind.DENSE and p.columns:
            continue
        chosen = visited[(fields["kind"][visited] == kind.value) & (fields["count"][visited] > 0)]
        begin = fields["address"][chosen]
        end = begin + -(-fields["count"][chosen] // lanes)
        order = np.argsort(begin, kind="stable")
        twice = np.flatnonzero(begin[order][1:] < np.maximum.accumulate(end[order])[:-1])
        if twice.size:
            raise UserError(
                f"word {begin[order][twice[0] + 1]} of memory {kind.name.lower()!r} learns for "
                f"two axons or in two lists: it must for one"
            )


def _axons(p: CoreParams, c: Columns) -> Iterator[Limit]:
    delivered = np.where(c["lists"] > 0, c["list"] + c["silent"] + c["lists"], 0)
    yield "list + silent + lists", delivered, p.lists
    yield "list + plastic", np.where(c["plastic"] > 0, c["list"] + c["plastic"], 0), p.lists


def _lists(p: CoreParams, c: Columns) -> Iterator[Limit]:
    dense, sparse, column = (
        c["kind"] == kind.value for kind in (ListKind.DENSE, ListKind.SPARSE, ListKind.COLUMN)
    )
    column &= p.columns
    synapses, some = dense | sparse, c["count"] > 0
    words = -(-c["count"] // p.lanes)
    yield "row + rows of targets", (c["row"] + words) * (dense | column), p.compartment_rows
    yield "address + words", (c["address"] + words) * (dense & some), p.dense_words
    yield "address + synapses", (c["address"] + c["count"]) * (sparse & some), p.sparse_words
    yield "delay", c["delay"] * (dense | column), p.max_delay
    yield "rule", c["rule"], p.rules - 1  # of any kind: an axon may count it among the plastic
    yield "sign", c["sign"] * synapses, max(mode.value for mode in SignMode)
    yield "lsb", c["lsb"] * synapses, 8
    if p.columns:
        yield "post + rows of targets", (c["post"] + words) * dense, p.compartment_rows
        stride = np.where(c["post"] > 0, c["post"], widest_stride(p))
        last = c["address"] + (c["count"] - 1) * stride
        yield "address + words of a column", last * (column & some), p.dense_words - 1


def _sparse(p: CoreParams, c: Columns) -> Iterator[Limit]:
    yield "target", c["target"], p.compartments - 1
    yield "delay", c["delay"], p.max_delay


def _rows(p: CoreParams, c: Columns) -> Iterator[Limit]:
    yield "sums", c["sums"], p.compartment_rows - 1
    if "gate" in c:
        yield "gating", c["gating"], max(gate.value for gate in Gate)
        yield "gate", c["gate"], p.rows - 1


def _profiles(p: CoreParams, c: Columns) -> Iterator[Limit]:
    for field, most in (("decay_u", 4096), ("decay_v", 4096), ("vmin", 23)):
        if field in c:
            yield field, c[field], most
    if "reset" in c:
        yield "reset", c["reset"], max(reset.value for reset in Reset)


def _rules(p: CoreParams, c: Columns) -> Iterator[Limit]:
    yield "start + count", c["start"] + c["count"], p.microcode_words
    for side in ("pre", "post"):
        yield side, c[side], max(visit.value for visit in Visit)


_LIMITS: dict[str, Callable[[CoreParams, Columns], Iterator[Limit]]] = {
    "axons": _axons,
    "lists": _lists,
    "sparse": _sparse,
    "rows": _rows,
    "profiles": _profiles,
    "rules": _rules,
}
