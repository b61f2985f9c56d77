"""Who fired in this learning epoch: the spikes of its steps so far, by row."""

from amaranth import Cat, Module, Mux, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import activity_layout, row_spikes_layout

__all__ = ["EpochActivity"]


class EpochActivity(wiring.Component):
    """Adds the spikes of each step to those of the epoch, and answers as an :class:`Activity` does.

    What was there before a step stays readable during it: spikes so far alternate between two
    halves of a memory, one for odd steps.

    Timing
    ------
    Takes a row per cycle, and has it a cycle later. Answers follow their question by one cycle.

    Members
    -------
    begins : In(1)
        The step under way is the first of its epoch.
    next_step : In(1)
        The step ends.
    first, valid, spikes : In
        Rows of this step, descending.
    busy : Out(1)
        A row is on its way.
    gate_en, gate_row, gate_bits : In, In, Out
        What a row fired in the earlier steps of the epoch.
    scan_*, walk_*, look_*, clear, clear_row
        See :class:`backspike.hdl.dendrite.activity.Activity`.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        row = range(params.rows)
        found = activity_layout(params)
        super().__init__({
            "begins": In(1),
            "next_step": In(1),
            "first": In(1),
            "valid": In(1),
            "spikes": In(row_spikes_layout(params)),
            "busy": Out(1),
            "gate_en": In(1),
            "gate_row": In(row),
            "gate_bits": Out(params.lanes),
            "scan_en": In(1),
            "scan_row": In(row),
            "scan": Out(found),
            "walk_en": In(1),
            "walk_row": In(row),
            "walk": Out(found),
            "look_en": In(1),
            "look_row": In(row),
            "look_bits": Out(params.lanes),
            "clear": In(1),
            "clear_row": In(row),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.activity = activity = Activity(p)
        for reader, answer in (("scan", "scan"), ("walk", "walk"), ("look", "look_bits")):
            m.d.comb += [
                getattr(activity, f"{reader}_en").eq(getattr(self, f"{reader}_en")),
                getattr(activity, f"{reader}_row").eq(getattr(self, f"{reader}_row")),
                getattr(self, answer).eq(getattr(activity, answer)),
            ]

        m.d.comb += [activity.clear.eq(self.clear), activity.clear_row.eq(self.clear_row)]

        # Each row of this step waits a cycle for what the epoch had before.
        odd = Signal()
        with m.If(self.next_step):
            m.d.sync += odd.eq(~odd)
        row_bits = len(self.spikes.row)
        m.submodules.before = before = memory.Memory(shape=p.lanes, depth=2 << row_bits, init=[])
        read, write = before.read_port(), before.write_port()
        gate = before.read_port()
        m.d.comb += [
            gate.en.eq(self.gate_en),
            gate.addr.eq(Cat(self.gate_row, ~odd)),
            self.gate_bits.eq(Mux(self.begins, 0, gate.data)),
        ]
        m.d.comb += [
            read.en.eq(self.valid),
            read.addr.eq(Cat(self.spikes.row, ~odd)),
        ]
        # What comes with it, and the row with both.
        first, spikes, valid = Signal(), Signal.like(self.spikes), Signal()
        m.d.sync += [first.eq(self.first), spikes.eq(self.spikes), valid.eq(self.valid)]
        m.d.sync += [
            activity.first.eq(first),
            activity.valid.eq(valid),
            activity.spikes.row.eq(spikes.row),
            activity.spikes.bits.eq(spikes.bits | Mux(self.begins, 0, read.data)),
        ]
        m.d.comb += [
            self.busy.eq(valid | activity.valid),
            write.en.eq(activity.valid),
            write.addr.eq(Cat(activity.spikes.row, odd)),
            write.data.eq(activity.spikes.bits),
        ]
        return m
