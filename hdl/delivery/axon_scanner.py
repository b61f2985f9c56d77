"""Finds the axons to serve in this phase, one after the other, in ascending order."""

from amaranth import Array, Cat, Const, Module, Mux, Shape, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TRACE_BITS, Visit, x_trace_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import activity_layout, is_traced, row_spikes_layout, served_axon_layout

__all__ = ["AxonScanner"]


class AxonScanner(wiring.Component):
    """Serves every axon that spiked or, to learn, those that ``visit`` admits.

    Timing
    ------
    One axon per cycle, one more cycle per row with axons to serve, and three cycles per row looked
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
        Reader of :class:`backspike.hdl.dendrite.activity.Activity`.
    trace_en, trace_row, traces
        Words of ``x_traces`` of a row's axons, one cycle after ``trace_en``; stay until the next.
    o : Out(stream.Signature(served_axon_layout(params)))
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
            "o": Out(stream.Signature(served_axon_layout(params))),
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

        # The next row to look at: behind the last row of compartments in use, the first of inputs.
        here, following, last_used, first = (Signal(17) for _ in range(4))
        begins, jumps = Signal(), Signal()
        m.d.sync += last_used.eq(self.rows - 1)
        m.d.comb += [
            first.eq(Mux(self.learn, self.first_row, Mux(self.rows == 0, p.compartment_rows, 0))),
            following.eq(Mux(begins, first, Mux(jumps, p.compartment_rows, row + 1))),
        ]

        # The row looked at, and which of its axons learning visits without spikes.
        looked_at = Signal.like(self.scan)
        m.d.sync += looked_at.eq(self.scan)
        traced = Signal(p.lanes)
        for n, traces in enumerate(self.traces):
            m.d.comb += traced[n].eq(is_traced(data.View(x_trace_layout(p), traces)))
        others = Mux(self.visit == Visit.ALWAYS, ~Const(0, p.lanes), traced)

        def look_at(number):
            m.d.comb += [self.scan_en.eq(1), self.scan_row.eq(number)]
            m.d.sync += here.eq(number)
            with m.If(every_row):
                m.d.comb += [self.trace_en.eq(1), self.trace_row.eq(number)]

        serving, reporting = Signal(), Signal()  # the row may be served, and is to be reported
        some = serving & left.any()
        with m.FSM(name="scan"):
            with m.State("IDLE"):
                with m.If(self.start):
                    m.d.sync += begins.eq(1)
                    m.next = "SEEK"
            with m.State("SEEK"):
                m.d.comb += self.busy.eq(1)
                look_at(following)
                m.next = "LOOK"
                with m.If(following >= end):
                    m.next = "IDLE"
            with m.State("LOOK"):
                found_row = Mux(every_row, here, self.scan.row)
                m.d.comb += [self.busy.eq(1), self.trace_en.eq(1), self.trace_row.eq(found_row)]
                m.d.sync += [
                    row.eq(found_row),
                    begins.eq(0),
                    jumps.eq(~every_row & (self.scan.row == last_used[: len(row)])),
                    left.eq(self.scan.bits),
                    spiked.eq(self.scan.bits),
                    serving.eq(every_row | (self.scan.any & (self.scan.row < end))),
                    reporting.eq(self.report & ~self.learn & (self.scan.row < p.compartment_rows)),
                ]
                m.next = "SERVE"
                with m.If(every_row):
                    m.next = "VISIT"
            with m.State("VISIT"):
                m.d.comb += self.busy.eq(1)
                own = Mux(looked_at.any & (looked_at.row == row), looked_at.bits, 0)
                m.d.sync += [spiked.eq(own), left.eq(own | others)]
                m.next = "SERVE"
            with m.State("SERVE"):
                m.d.comb += self.busy.eq(1)
                # To look at the next row meanwhile would take away the traces of this one.
                with m.If(~every_row | ~some):
                    look_at(following)
                with m.If(~some):
                    m.next = "IDLE"
                    with m.If(every_row & (following < end)):
                        m.next = "LOOK"
                with m.Elif(reporting):
                    m.d.comb += [
                        self.reports.valid.eq(1),
                        self.reports.p.row.eq(row),
                        self.reports.p.bits.eq(left),
                    ]
                    with m.If(self.reports.ready):
                        m.d.sync += reporting.eq(0)
                with m.Else():
                    m.d.comb += self.o.valid.eq(1)
                    with m.If(self.o.ready):
                        m.d.sync += left.eq(rest)
                        with m.If(last):
                            m.next = "LOOK"
                            with m.If(every_row):
                                m.next = "SEEK"
                            with m.Elif(following >= end):
                                m.next = "IDLE"
        return m
