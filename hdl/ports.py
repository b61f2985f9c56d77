"""Groups of wires between the parts of a core that are no streams."""

from typing import Literal

from amaranth import Shape, signed, unsigned
from amaranth.hdl import ShapeLike
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    REWARD_BITS,
    TAG_BITS,
    rewards_layout,
    x_trace_layout,
    y_trace_layout,
)
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import (
    activity_layout,
    delivered_weight,
    row_spikes_layout,
    word_layout,
)

__all__ = [
    "DeliveredWord",
    "LearnedWord",
    "Phase",
    "RewardPort",
    "RewardValues",
    "RowReader",
    "SpikeRows",
    "SumPort",
    "WriteBack",
    "activity_reader",
    "spikes_reader",
    "sweep_depth",
    "trace_reader",
]


class RowReader(wiring.Signature):
    """A read port, seen by the reader.

    Members
    -------
    en : Out(1)
        Read; without, ``data`` stays.
    row : Out(range(rows))
    data : In(shape)
        Content of the row of the last cycle with ``en``.
    """

    def __init__(self, rows: int, shape: ShapeLike) -> None:
        self.rows, self.shape = rows, shape
        super().__init__({"en": Out(1), "row": Out(range(rows)), "data": In(shape)})


def activity_reader(p: CoreParams) -> RowReader:
    """Reader of :class:`backspike.hdl.dendrite.activity.Activity`: the first active row from
    ``row`` on."""
    return RowReader(p.rows, activity_layout(p))


def spikes_reader(p: CoreParams) -> RowReader:
    """Reader of the spikes of one row."""
    return RowReader(p.rows, p.lanes)


def trace_reader(p: CoreParams, side: Literal["x", "y"]) -> RowReader:
    """Reader of a row of words of ``x_traces`` or ``y_traces``, one per lane."""
    rows, layout = {
        "x": (p.rows, x_trace_layout(p)),
        "y": (p.compartment_rows, y_trace_layout(p)),
    }[side]
    return RowReader(rows, data.ArrayLayout(unsigned(Shape.cast(layout).width), p.lanes))


def sweep_depth(p: CoreParams) -> int:
    """Words of the deepest memory of dynamic state."""
    return max(
        p.delay_slots * p.compartment_rows,
        p.compartments // p.dendrite_lanes,
        p.rows * (p.history if p.has_history else 1),
    )


class Phase(wiring.Signature):
    """A phase of a time step, seen by the sequencer.

    Members
    -------
    start : Out(1)
        Begin.
    busy : In(1)
        High from the cycle after ``start`` until nothing of it is left.
    """

    def __init__(self) -> None:
        super().__init__({"start": Out(1), "busy": In(1)})


class SumPort(wiring.Signature):
    """Reader of accumulators, seen by the dendrite.

    Members
    -------
    en, row : Out
        Read the sums of a row in the slot that is due.
    sums : In(signed(acc_width)).array(lanes)
        The sums read last, a cycle after ``en``.
    clear, clear_row : Out
        The sums of a row are taken for the last time: zero them.
    """

    def __init__(self, p: CoreParams) -> None:
        row = Out(range(p.compartment_rows))
        super().__init__({
            "en": Out(1),
            "row": row,
            "sums": In(signed(p.acc_width)).array(p.lanes),
            "clear": Out(1),
            "clear_row": row,
        })


class SpikeRows(wiring.Signature):
    """Spikes of a step, row by row from the highest down, seen by the dendrite.

    Members
    -------
    valid : Out(1)
        There is a row.
    first : Out(1)
        It is the first of its step.
    spikes : Out(row_spikes_layout(params))
    """

    def __init__(self, p: CoreParams) -> None:
        super().__init__({"valid": Out(1), "first": Out(1), "spikes": Out(row_spikes_layout(p))})


class DeliveredWord(wiring.Signature):
    """A word of weights to add to accumulators, seen by what delivers it.

    Members
    -------
    valid : Out(1)
    word : Out(word_layout(params))
    weights : Out(delivered_weight(params)).array(lanes)
        Of each lane in ``word.mask``.
    delays : Out(slot_bits).array(lanes)
        Likewise, in a core with ``delays``: they count instead of the word's.
    """

    def __init__(self, p: CoreParams) -> None:
        super().__init__({
            "valid": Out(1),
            "word": Out(word_layout(p)),
            "weights": Out(delivered_weight(p)).array(p.lanes),
            **when(p.delays, {"delays": Out(p.slot_bits).array(p.lanes)}),
        })


class LearnedWord(wiring.Signature):
    """A word of synapses to learn, seen by what reads it.

    Members
    -------
    word : Out(stream.Signature(word_layout(params)))
    weights : Out(signed(9)).array(lanes)
        Of each lane in ``word.p.mask``.
    tags, delays : Out
        Likewise, in cores that have them.
    """

    def __init__(self, p: CoreParams) -> None:
        super().__init__({
            "word": Out(stream.Signature(word_layout(p))),
            "weights": Out(signed(9)).array(p.lanes),
            **when(p.has_tags, {"tags": Out(signed(TAG_BITS)).array(p.lanes)}),
            **when(p.delays, {"delays": Out(p.slot_bits).array(p.lanes)}),
        })


class WriteBack(wiring.Signature):
    """Learned synapses of a word, seen by what learns.

    Members
    -------
    en : Out(1)
        Write the lanes of ``word.mask``.
    word : Out(word_layout(params))
        The word, as it was read.
    weights : Out(signed(9)).array(lanes)
        By lane of the targets.
    tags, delays : Out(signed(9)).array(lanes), Out(slot_bits).array(lanes)
        Likewise, in cores that have them.
    """

    def __init__(self, params: CoreParams) -> None:
        self.params = p = params
        shapes = {"weights": signed(9)}
        if p.has_tags:
            shapes["tags"] = signed(TAG_BITS)
        if p.delays:
            shapes["delays"] = unsigned(p.slot_bits)
        lanes = {name: Out(shape).array(p.lanes) for name, shape in shapes.items()}
        super().__init__({"en": Out(1), "word": Out(word_layout(p)), **lanes})


class RewardPort(wiring.Signature):
    """Impulses for reward traces, seen by the walker.

    Members
    -------
    r1, r0 : Out(1)
        There is an impulse, for r1 or r0.
    channel : Out(range(reinforcements))
        Of which channel.
    impulse : Out(signed(REWARD_BITS))
    """

    def __init__(self, p: CoreParams) -> None:
        super().__init__({
            "r1": Out(1),
            "r0": Out(1),
            "channel": Out(range(p.reinforcements)),
            "impulse": Out(signed(REWARD_BITS)),
        })


class RewardValues(wiring.Signature):
    """Reward traces of every channel, seen by what keeps them.

    Members
    -------
    r1, r0 : Out(rewards_layout(params))
    """

    def __init__(self, p: CoreParams) -> None:
        super().__init__(dict.fromkeys(("r1", "r0"), Out(rewards_layout(p))))
