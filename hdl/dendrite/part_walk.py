"""Walk over the rows in use, part by part, that feeds the pipeline of the dendrite phase."""

from amaranth import Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams

__all__ = ["PartWalk", "part_layout", "parts_of_row"]


def parts_of_row(p: CoreParams) -> int:
    """Cycles that a row of compartments takes."""
    return p.lanes // p.dendrite_lanes


def part_layout(p: CoreParams) -> data.StructLayout:
    """One cycle's work: a row of input axons, or a part of a row of compartments."""
    return data.StructLayout({
        "valid": 1,
        "first": 1,  # of the phase
        "input": 1,  # a row of input axons
        "row": range(p.rows),
        "part": range(max(2, parts_of_row(p))),
        "last": 1,  # part of its row
    })


class PartWalk(wiring.Component):
    """Names the rows from the highest down: those of input axons, then those of compartments.

    Timing: a part per cycle, from the cycle after ``start`` on.

    Members
    -------
    start : In(1)
        Begin.
    input_rows, rows : In(16)
        Rows in use, in the cycle of ``start``.
    walking : Out(1)
        High from the cycle after ``start`` to the one after the last part.
    o : Out(part_layout(params))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "start": In(1),
            "input_rows": In(16),
            "rows": In(16),
            "walking": Out(1),
            "o": Out(part_layout(params)),
        })

    def elaborate(self, platform):
        m = Module()
        p, walking = self.params, self.walking
        inputs_left, rows_left = Signal(16), Signal(16)
        part, first = Signal.like(self.o.part), Signal()
        on_inputs = inputs_left != 0
        last_part = on_inputs | (part == parts_of_row(p) - 1)
        m.d.comb += [
            self.o.valid.eq(walking & (on_inputs | (rows_left != 0))),
            self.o.first.eq(first),
            self.o.input.eq(on_inputs),
            self.o.row.eq(Mux(on_inputs, p.compartment_rows + inputs_left, rows_left) - 1),
            self.o.part.eq(part),
            self.o.last.eq(last_part),
        ]
        with m.If(self.start):
            m.d.sync += [
                walking.eq(1),
                inputs_left.eq(self.input_rows),
                rows_left.eq(self.rows),
                part.eq(0),
                first.eq(1),
            ]
        with m.Elif(walking):
            with m.If(on_inputs):
                m.d.sync += [inputs_left.eq(inputs_left - 1), first.eq(0)]
            with m.Elif(rows_left == 0):
                m.d.sync += walking.eq(0)
            with m.Elif(last_part):
                m.d.sync += [rows_left.eq(rows_left - 1), part.eq(0), first.eq(0)]
            with m.Else():
                m.d.sync += part.eq(part + 1)
        contract, starts, item = Contract(m, self, platform), self.start, self.o
        contract.needs("a walk begins when there is none", ~walking, where=starts)
        within = (self.rows <= p.compartment_rows) & (self.input_rows <= p.input_rows)
        contract.needs("it has no more rows than there are", within, where=starts)
        of_inputs = (item.row >= p.compartment_rows) & (item.row < p.rows)
        is_row = Mux(item.input, of_inputs, item.row < p.compartment_rows)
        contract.holds("there is such a row", is_row, where=item.valid)
        contract.holds("the row has such a part", item.part < parts_of_row(p), where=item.valid)
        on_way = contract.past("on_way", item.valid & ~item.last)
        same = item.row == contract.past("row", item.row)
        contract.holds("the parts of a row follow each other", item.valid & same, where=on_way)
        contract.reached(
            "compartments follow input axons", item.valid & item.input & (rows_left != 0)
        )
        return m
