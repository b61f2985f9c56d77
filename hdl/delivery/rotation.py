"""Rotation of dense words: lane ``n`` is in bank ``n + rotate``, modulo the lanes.

Words of neighbouring sources have neighbouring rotations, so the weights of one lane in ``lanes``
such words are in different banks, and are read at once as a column. A core without ``columns``
rotates nothing.
"""

from collections.abc import Sequence

from amaranth import Const, Value
from amaranth.lib import data

from backspike.hdl.lib.arith import rotated
from backspike.hdl.params import CoreParams

__all__ = ["bank_offsets", "to_banks", "to_lanes"]


def bank_offsets(p: CoreParams, word: data.View) -> list[Value]:
    """Rows from the address of a word to the row that each bank reads. Combinational."""
    if p.lanes == 1 or not p.columns:
        return [Const(0)] * p.lanes
    return [word.stride * (bank - word.rotate)[: p.lane_bits] for bank in range(p.lanes)]


def to_lanes(p: CoreParams, word: data.View, banks: Sequence[Value]) -> list[Value]:
    """Values by lane of a word, from those by bank. Combinational."""
    return rotated(banks, word.rotate) if p.columns else list(banks)


def to_banks(p: CoreParams, word: data.View, lanes: Sequence[Value]) -> list[Value]:
    """Values by bank, from those by lane of a word. Combinational."""
    return rotated(lanes, -word.rotate) if p.columns else list(lanes)
