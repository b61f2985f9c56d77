"""Finds the axons to serve in this phase, one after the other, in ascending order."""

from amaranth import Array, Cat, Module, Mux, Shape, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.activity import activity_layout
from backspike.hdl.inputs import row_spikes_layout
from backspike.hdl.layouts import TRACE_BITS, Visit, x_trace_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.source import axon_layout, is_traced

__all__ = ["Scanner"]


class Scanner(wiring.Component):
    """Serves every axon that spiked or, to learn, those that ``visit`` admits.

    Timing
    ------
    One axon per cycle, one more cycle per row with axons to serve, and two cycles per row looked
    at if ``visit`` asks for more than spikes.

    Members
    -------
    start : In(1)
        Begin; the inputs below must stay from the cycle before until ``busy`` falls.
    busy : Out(1)
        High from the cycle after ``start`` until the last axon is taken.
    learn : In(1)
        Serve what learning visits, rather than what spiked.
    report : In(1)
        Offer the spikes of each row of compartments to ``reports``.
    visit, first_row, n_rows : In
        Axons to learn: see ``visit``, ``learn_first``, ``learn_rows`` in the register map.
    rows, input_rows : In
        Rows in use.
    scan_en, scan_row, scan
        Reader of :class:`backspike.hdl.activity.Activity`.
    trace_en, trace_row, traces
        Words of ``x_traces`` of a row's axons, one cycle after ``trace_en``; stay until the next.
    o : Out(stream.Signature(axon_layout(params)))
        Axons, in ascending order.
    reports : Out(stream.Signature(row_spikes_layout(params)))
        Rows of spikes, in ascending order.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        row = range(params.rows)
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            "learn": In(1),
            "report": In(1),
            "visit": In(Visit),
            "first_row": In(16),
            "n_rows": In(16),
            "rows": In(16),
            "input_rows": In(16),
            "scan_en": Out(1),
            "scan_row": Out(row),
            "scan": In(activity_layout(params)),
            "trace_en": Out(1),
            "trace_row": Out(row),
            "traces": In(Shape.cast(x_trace_layout(params)).width).array(params.lanes),
            "o": Out(stream.Signature(axon_layout(params))),
            "reports": Out(stream.Signature(row_spikes_layout(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        every_row = self.learn & (self.visit != Visit.SPIKED)
        end = Signal(17)
        m.d.sync += end.eq(
            Mux(self.learn, self.first_row + self.n_rows, p.compartment_rows + self.input_rows)
        )

        # The row being served: what is left of it, and which of its axons spiked.
        row, left, spiked = Signal(range(p.rows)), Signal(p.lanes), Signal(p.lanes)
        lane, last = Signal(range(p.lanes)), Signal()
        for n in reversed(range(p.lanes)):
            with m.If(left[n]):
                m.d.comb += lane.eq(n)
        rest = left & (left - 1)[: p.lanes]
        trace = Signal.like(self.traces[0])
        m.d.comb += [
            last.eq(rest == 0),
            self.o.p.axon.eq(Cat(lane, row) if p.lanes > 1 else row),
            self.o.p.x0.eq(spiked.bit_select(lane, 1) if p.lanes > 1 else spiked),
            trace.eq(Array(self.traces)[lane] if p.lanes > 1 else self.traces[0]),
            self.o.p.x1.eq(trace[:TRACE_BITS]),
        ]
        if len(trace) > TRACE_BITS:
            m.d.comb += self.o.p.more.eq(trace[TRACE_BITS:])

        # The next row to look at. Rows of compartments that are not in use are skipped.
        following, here, target, last_used = (Signal(17) for _ in range(4))
        m.d.sync += last_used.eq(self.rows - 1)
        first = Signal(17)
        m.d.comb += first.eq(
            Mux(self.learn, self.first_row, Mux(self.rows == 0, p.compartment_rows, 0))
        )

        # What the row looked at has to serve.
        traced, own = Signal(p.lanes), Signal(p.lanes)
        m.d.comb += traced.eq(
            Cat(is_traced(data.View(x_trace_layout(p), self.traces[n])) for n in range(p.lanes))
        )
        m.d.comb += own.eq(Mux(self.scan.any & (self.scan.row == here), self.scan.bits, 0))
        candidates, found, found_row = Signal(p.lanes), Signal(), Signal(17)
        with m.If(~every_row):
            m.d.comb += [candidates.eq(self.scan.bits), found_row.eq(self.scan.row)]
        with m.Else():
            m.d.comb += found_row.eq(here)
            with m.If(self.visit == Visit.ALWAYS):
                m.d.comb += candidates.eq(~0)
            with m.Else():
                m.d.comb += candidates.eq(own | traced)
        inside = self.scan.any & (self.scan.row < end)
        m.d.comb += found.eq(Mux(every_row, candidates != 0, inside))

        def look_at(number):
            m.d.comb += [self.scan_en.eq(1), self.scan_row.eq(number)]
            m.d.sync += here.eq(number)
            with m.If(every_row):
                m.d.comb += [self.trace_en.eq(1), self.trace_row.eq(number)]

        with m.FSM(name="scan"):
            with m.State("IDLE"):
                with m.If(self.start):
                    m.d.sync += target.eq(first)
                    m.next = "SEEK"
            with m.State("SEEK"):
                m.d.comb += self.busy.eq(1)
                look_at(target)
                m.next = "LOOK"
                with m.If(target >= end):
                    m.next = "IDLE"
            with m.State("LOOK"):
                m.d.comb += self.busy.eq(1)
                m.d.sync += [
                    row.eq(found_row),
                    following.eq(found_row + 1),
                    left.eq(candidates),
                    spiked.eq(Mux(every_row, own, self.scan.bits)),
                ]
                with m.If(~every_row & (found_row == last_used)):
                    m.d.sync += following.eq(p.compartment_rows)
                m.d.comb += [self.trace_en.eq(1), self.trace_row.eq(found_row)]
                with m.If(found):
                    m.next = "SERVE"
                    with m.If(self.report & ~self.learn & (found_row < p.compartment_rows)):
                        m.next = "REPORT"
                with m.Elif(every_row):
                    m.d.sync += target.eq(here + 1)
                    m.next = "SEEK"
                with m.Else():
                    m.next = "IDLE"
            with m.State("REPORT"):
                m.d.comb += [
                    self.busy.eq(1),
                    self.reports.valid.eq(1),
                    self.reports.p.row.eq(row),
                    self.reports.p.bits.eq(left),
                ]
                with m.If(self.reports.ready):
                    m.next = "SERVE"
            with m.State("SERVE"):
                m.d.comb += [self.busy.eq(1), self.o.valid.eq(1)]
                with m.If(~every_row):
                    look_at(following)
                with m.If(self.o.ready):
                    m.d.sync += left.eq(rest)
                    with m.If(last):
                        m.d.sync += target.eq(following)
                        m.next = "LOOK"
                        with m.If(every_row):
                            m.next = "SEEK"
                        with m.Elif(following >= end):
                            m.next = "IDLE"
        return m
