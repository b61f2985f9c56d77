"""The walk over the rows with traces: those of axons, then those of compartments."""

from amaranth import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams

__all__ = ["RowWalk"]


class RowWalk(wiring.Component):
    """Names one row after the other, none behind the last one that the core has.

    Timing: the first row is valid one cycle after ``start``, the next one a cycle after ``next``.

    Members
    -------
    start : In(1)
        Begin a walk.
    x_first, x_rows, y_first, y_rows : In(16)
        First row and number of rows of x and of y.
    next : In(1)
        The row is done.
    valid : Out(1)
        There is a row.
    on_x : Out(1)
        It is one of x.
    row : Out(16)
        Its number.
    last : Out(1)
        It is the last one.
    """

    start: In(1)
    x_first: In(16)
    x_rows: In(16)
    y_first: In(16)
    y_rows: In(16)
    next: In(1)
    valid: Out(1)
    on_x: Out(1)
    row: Out(16)
    last: Out(1)

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__()

    def elaborate(self, platform):
        m = Module()
        p = self.params
        x_left, y_left, ends = Signal(16), Signal(16), Signal()
        m.d.comb += [
            self.on_x.eq(x_left != 0),
            self.valid.eq(self.on_x | (y_left != 0)),
            ends.eq(
                Mux(
                    self.on_x,
                    (x_left == 1) | (self.row == p.rows - 1),
                    (y_left == 1) | (self.row == p.compartment_rows - 1),
                )
            ),
            self.last.eq(ends & ~(self.on_x & (y_left != 0))),
        ]
        with m.If(self.start):
            m.d.sync += [
                x_left.eq(self.x_rows),
                y_left.eq(self.y_rows),
                self.row.eq(Mux(self.x_rows == 0, self.y_first, self.x_first)),
            ]
        with m.Elif(self.next & self.on_x):
            m.d.sync += [
                x_left.eq(Mux(ends, 0, x_left - 1)),
                self.row.eq(Mux(ends, self.y_first, self.row + 1)),
            ]
        with m.Elif(self.next & self.valid):
            m.d.sync += [y_left.eq(Mux(ends, 0, y_left - 1)), self.row.eq(self.row + 1)]
        contract, starts = Contract(m, self, platform), self.start
        contract.needs("a walk begins when there is none", ~self.valid, where=starts)
        contract.needs("its rows of x begin where some are", self.x_first < p.rows, where=starts)
        y_within = self.y_first < p.compartment_rows
        contract.needs("its rows of y begin where some are", y_within, where=starts)
        steady = self.y_first == contract.past("y_first", self.y_first)
        contract.needs("they begin where they did", steady, where=self.valid)
        rows = Mux(self.on_x, p.rows, p.compartment_rows)
        contract.holds("there is such a row", self.row < rows, where=self.valid)
        ended = contract.past("ended", self.valid & self.next & self.last & ~starts)
        contract.holds("no row comes after the last one", ~self.valid, where=ended)
        contract.reached("a walk of y follows one of x", self.next & self.on_x & (y_left != 0))
        return m
