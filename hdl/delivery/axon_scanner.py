"""Scanner that finds the axons to serve in this phase, in ascending order."""

from amaranth import Array, Cat, Const, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_ports import RegisterValues
from backspike.hdl.layouts import TRACE_BITS, Visit, x_trace_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import is_traced, row_spikes_layout, served_axon_layout
from backspike.hdl.ports import Phase, activity_reader, trace_reader

__all__ = ["AxonScanner"]


class AxonScanner(wiring.Component):
    """Serves every axon that spiked or, to learn, those that ``visit`` admits.

    Timing
    ------
    One axon per cycle, one more cycle per row with axons to serve, and three cycles per row looked
    at if ``visit`` asks for more than spikes.

    Members
    -------
    phase : In(Phase())
        Busy until the last axon is taken; the inputs below must stay from the cycle before
        ``phase.start`` on.
    learn : In(1)
        Serve axons that learning visits, rather than those that spiked.
    registers : In(RegisterValues(params))
        Rows in use, axons to learn, and whether to offer the spikes of compartments to ``reports``.
    scan : Out(activity_reader(params))
    traces : Out(trace_reader(params, "x"))
    o : Out(stream.Signature(served_axon_layout(params)))
        Axons, in ascending order.
    reports : Out(stream.Signature(row_spikes_layout(params)))
        Rows of spikes, in ascending order.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "phase": In(Phase()),
            "learn": In(1),
            "registers": In(RegisterValues(params)),
            "scan": Out(activity_reader(params)),
            "traces": Out(trace_reader(params, "x")),
            "o": Out(stream.Signature(served_axon_layout(params))),
            "reports": Out(stream.Signature(row_spikes_layout(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p, registers, found = self.params, self.registers, self.scan.data
        every_row = self.learn & (registers.visit != Visit.SPIKED)
        end = Signal(17)
        m.d.sync += end.eq(
            Mux(
                self.learn,
                registers.learn_first + registers.learn_rows,
                p.compartment_rows + registers.input_rows,
            )
        )

        # The row being served: its axons still to serve, and those that spiked.
        row, left, spiked = Signal(range(p.rows)), Signal(p.lanes), Signal(p.lanes)
        lane, last = Signal(range(p.lanes)), Signal()
        for n in reversed(range(p.lanes)):
            with m.If(left[n]):
                m.d.comb += lane.eq(n)
        rest = left & (left - 1)[: p.lanes]
        traces = [self.traces.data[n] for n in range(p.lanes)]
        trace = Signal.like(traces[0])
        m.d.comb += [
            last.eq(rest == 0),
            self.o.p.axon.eq(Cat(lane, row) if p.lanes > 1 else row),
            self.o.p.x0.eq(spiked.bit_select(lane, 1) if p.lanes > 1 else spiked),
            trace.eq(Array(traces)[lane] if p.lanes > 1 else traces[0]),
            self.o.p.x1.eq(trace[:TRACE_BITS]),
        ]
        if len(trace) > TRACE_BITS:
            m.d.comb += self.o.p.more.eq(trace[TRACE_BITS:])

        # The next row to look at: after the last row of compartments in use, the first of inputs.
        looked_row, following, last_used, first = (Signal(17) for _ in range(4))
        begins, jumps = Signal(), Signal()
        m.d.sync += last_used.eq(registers.rows - 1)
        m.d.comb += [
            first.eq(
                Mux(
                    self.learn,
                    registers.learn_first,
                    Mux(registers.rows == 0, p.compartment_rows, 0),
                )
            ),
            following.eq(Mux(begins, first, Mux(jumps, p.compartment_rows, row + 1))),
        ]

        # The row looked at, and those of its axons that learning visits without spikes.
        looked_at = Signal.like(found)
        m.d.sync += looked_at.eq(found)
        traced = Signal(p.lanes)
        for n, word in enumerate(traces):
            m.d.comb += traced[n].eq(is_traced(data.View(x_trace_layout(p), word)))
        others = Mux(registers.visit == Visit.ALWAYS, ~Const(0, p.lanes), traced)

        def look_at(number):
            m.d.comb += [self.scan.en.eq(1), self.scan.row.eq(number)]
            m.d.sync += looked_row.eq(number)
            with m.If(every_row):
                m.d.comb += [self.traces.en.eq(1), self.traces.row.eq(number)]

        serving, reporting = Signal(), Signal()  # the row may be served, and is to be reported
        some = serving & left.any()
        with m.FSM(name="scan"):
            with m.State("IDLE"):
                with m.If(self.phase.start):
                    m.d.sync += begins.eq(1)
                    m.next = "SEEK"
            with m.State("SEEK"):
                m.d.comb += self.phase.busy.eq(1)
                look_at(following)
                m.next = "LOOK"
                with m.If(following >= end):
                    m.next = "IDLE"
            with m.State("LOOK"):
                found_row = Mux(every_row, looked_row, found.row)
                m.d.comb += [
                    self.phase.busy.eq(1),
                    self.traces.en.eq(1),
                    self.traces.row.eq(found_row),
                ]
                m.d.sync += [
                    row.eq(found_row),
                    begins.eq(0),
                    jumps.eq(~every_row & (found.row == last_used[: len(row)])),
                    left.eq(found.bits),
                    spiked.eq(found.bits),
                    serving.eq(every_row | (found.any & (found.row < end))),
                    reporting.eq(registers.report & ~self.learn & (found.row < p.compartment_rows)),
                ]
                m.next = "SERVE"
                with m.If(every_row):
                    m.next = "VISIT"
            with m.State("VISIT"):
                m.d.comb += self.phase.busy.eq(1)
                own = Mux(looked_at.any & (looked_at.row == row), looked_at.bits, 0)
                m.d.sync += [spiked.eq(own), left.eq(own | others)]
                m.next = "SERVE"
            with m.State("SERVE"):
                m.d.comb += self.phase.busy.eq(1)
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
