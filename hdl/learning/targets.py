"""Table of what rules can change of a synapse: how it is stored, rounded and limited."""

from collections.abc import Callable
from typing import NamedTuple

from amaranth import Mux, Shape, Value, signed, unsigned
from amaranth.hdl import ValueLike
from amaranth.lib import data

from backspike.hdl.layouts import COEFFICIENT_BITS, FRACTION_BITS, TAG_BITS, Target
from backspike.hdl.lib.arith import saturate
from backspike.hdl.params import CoreParams

__all__ = ["EXACT", "WHOLE", "LearnedField", "learned_fields", "synapse_layout"]

#: A weight, eight products and a random fraction, with ``FRACTION_BITS``.
EXACT = signed(COEFFICIENT_BITS + 4)
#: The same in whole units.
WHOLE = signed(EXACT.width - FRACTION_BITS)


class LearnedField(NamedTuple):
    """One line of the table."""

    name: str
    """Of the field in :func:`synapse_layout`."""
    target: Target
    """Of the products that change it."""
    shape: Shape
    """As stored."""
    by_list: bool
    """Its rounding unit is that of its list, ``2**lsb``; else 1."""
    limit: Callable[[Value, ValueLike, ValueLike], Value]
    """Of a rounded value and the rails of its list; combinational."""


def _clamp(value: Value, low: ValueLike, high: ValueLike) -> Value:
    """The nearest value from ``low`` to ``high``. Combinational."""
    return Mux(value < low, low, Mux(value > high, high, value))


def learned_fields(p: CoreParams) -> list[LearnedField]:
    """Lines for what a synapse of a core has."""
    tag, delay = signed(TAG_BITS), unsigned(p.slot_bits)
    weight_line = LearnedField("weight", Target.WEIGHT, signed(9), True, _clamp)
    tag_line = LearnedField(
        "tag", Target.TAG, tag, False, lambda value, low, high: saturate(value, tag)
    )
    delay_line = LearnedField(
        "delay", Target.DELAY, delay, False, lambda value, low, high: _clamp(value, 0, p.max_delay)
    )
    return [weight_line, *[tag_line] * p.has_tags, *[delay_line] * p.delays]


def synapse_layout(p: CoreParams) -> data.StructLayout:
    """A synapse, as rules see it."""
    return data.StructLayout({field.name: field.shape for field in learned_fields(p)})
