"""Order in which rows of traces are read, moved and written: by step, or by epoch."""

from amaranth import Module
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract

__all__ = ["TRACED_ROW", "EpochSchedule", "StepSchedule"]

#: A row of axons (``on_x``) or of compartments in a stage of the update, if ``valid``.
TRACED_ROW = data.StructLayout({"valid": 1, "on_x": 1, "row": 16})


class StepSchedule(wiring.Component):
    """A pipeline: every row moves by one step, one row per cycle.

    Timing: a row is in ``read``, in the next cycle in ``move``, then in ``write``.

    Members
    -------
    start : In(1)
        Rows are about to come.
    current : In(TRACED_ROW)
        The row of :class:`backspike.hdl.learning.row_walk.RowWalk`.
    last : In(1)
        It is the last one.
    next : Out(1)
        It is done.
    read, move, write : Out(TRACED_ROW)
        Read its memory and its spikes; decay its traces; write them.
    draw : Out(1)
        Draw random numbers.
    busy : Out(1)
        There is a row.
    """

    start: In(1)
    current: In(TRACED_ROW)
    last: In(1)
    next: Out(1)
    read: Out(TRACED_ROW)
    move: Out(TRACED_ROW)
    write: Out(TRACED_ROW)
    draw: Out(1)
    busy: Out(1)

    def elaborate(self, platform):
        m = Module()
        m.d.comb += [
            self.next.eq(1),
            self.read.eq(self.current),
            self.draw.eq(self.current.valid),
            self.busy.eq(self.current.valid | self.move.valid | self.write.valid),
        ]
        m.d.sync += [self.move.eq(self.read), self.write.eq(self.move)]
        return m


class EpochSchedule(wiring.Component):
    """One row after the other: read, note, after the last step of an epoch its steps, write.

    Timing: 3 cycles per row and, if ``epoch_ends``, 2 more for each of ``epoch_step + 1`` steps.

    Members
    -------
    epoch_step, epoch_ends : In
        Step of the epoch, from 0; it is the last.
    note, add : Out(TRACED_ROW)
        Note its spikes; add the impulses of ``step``.
    step : Out(7)
        Step of the epoch, from 1, that the traces move through.
    others
        As in :class:`StepSchedule`.
    """

    start: In(1)
    current: In(TRACED_ROW)
    last: In(1)
    next: Out(1)
    epoch_step: In(6)
    epoch_ends: In(1)
    read: Out(TRACED_ROW)
    note: Out(TRACED_ROW)
    move: Out(TRACED_ROW)
    add: Out(TRACED_ROW)
    write: Out(TRACED_ROW)
    step: Out(7)
    draw: Out(1)
    busy: Out(1)

    def elaborate(self, platform):
        m = Module()
        for stage in (self.read, self.note, self.move, self.add, self.write):
            m.d.comb += [stage.on_x.eq(self.current.on_x), stage.row.eq(self.current.row)]
        m.d.comb += [self.next.eq(self.write.valid), self.busy.eq(1)]
        with m.FSM(name="row"):
            with m.State("IDLE"):
                m.d.comb += self.busy.eq(0)
                with m.If(self.start):
                    m.next = "READ"
            with m.State("READ"):
                m.d.comb += [self.read.valid.eq(1), self.draw.eq(1)]
                m.d.sync += self.step.eq(1)
                m.next = "NOTE"
            with m.State("NOTE"):
                m.d.comb += [self.note.valid.eq(1), self.draw.eq(self.epoch_ends)]
                m.next = "WRITE"
                with m.If(self.epoch_ends):
                    m.next = "DECAY"
            with m.State("DECAY"):
                m.d.comb += self.move.valid.eq(1)
                m.next = "ADD"
            with m.State("ADD"):
                m.d.comb += self.add.valid.eq(1)
                m.d.sync += self.step.eq(self.step + 1)
                m.next = "WRITE"
                with m.If(self.step <= self.epoch_step):
                    m.d.comb += self.draw.eq(1)
                    m.next = "DECAY"
            with m.State("WRITE"):
                m.d.comb += self.write.valid.eq(1)
                m.next = "READ"
                with m.If(self.last):
                    m.next = "IDLE"
        contract, steps = Contract(m, self, platform), self.move.valid | self.add.valid
        contract.needs("rows come while it is busy", self.busy == self.current.valid)
        steady = self.epoch_step == contract.past("epoch_step", self.epoch_step)
        goes_on = self.busy & contract.past("busy", self.busy)
        contract.needs("the epoch stays meanwhile", steady, where=goes_on)
        within = (self.step != 0) & (self.step <= self.epoch_step + 1)
        contract.holds("its steps are those of the epoch", within, where=steps)
        contract.reached("a row moves through several steps", self.add.valid & (self.step > 1))
        return m
