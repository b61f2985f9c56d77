"""Scanner that finds the axons to serve in this phase, in ascending order."""

from amaranth import Array, Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_ports import RegisterValues
from backspike.hdl.layouts import TRACE_BITS, Visit, x_trace_layout
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import is_traced, row_spikes_layout, served_axon_layout
from backspike.hdl.ports import Phase, activity_reader, trace_reader

__all__ = ["AxonScanner"]


class AxonScanner(wiring.Component):
    """Serves every axon that spiked or, to learn, those that ``visit`` admits.

    Axons of mute rows (``mute_rows``) are not served for their spikes. To learn, none is served
    if learning waits for rows (``post_rows``) and none of these spiked.

    Timing
    ------
    One axon per cycle, one more cycle per row with axons to serve, and three cycles per row looked
    at if ``visit`` asks for more than spikes. Two cycles to see if a row that learning waits for
    spiked, and two to pass over all mute rows, or over each that is reported.

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
        row = _ServedRow(p)
        every_row = self.learn & (registers.visit != Visit.SPIKED)
        rest = self._offer(m, row)
        reports = registers.report & ~self.learn
        following = self._find_next(m, row, every_row, reports)
        end = self._find_end(m)
        looked_at = Signal.like(found)
        m.d.sync += looked_at.eq(found)

        def look_at(number):
            m.d.comb += [self.scan.en.eq(1), self.scan.row.eq(number)]
            m.d.sync += row.looked.eq(number)
            with m.If(every_row):
                m.d.comb += [self.traces.en.eq(1), self.traces.row.eq(number)]

        with m.FSM(name="scan") as fsm:
            m.d.comb += self.phase.busy.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                with m.If(self.phase.start):
                    m.d.sync += row.begins.eq(1)
                    m.next = "SEEK"
                    if p.has_waiting:
                        with m.If(self.learn & (registers.post_rows != 0)):
                            m.next = "WAIT"
            if p.has_waiting:
                self._wait(m)
            with m.State("SEEK"):
                look_at(following)
                m.next = "LOOK"
                with m.If(following >= end):
                    m.next = "IDLE"
            with m.State("LOOK"):
                self._look(m, row, every_row, reports, end)
                m.next = "SERVE"
                with m.If(every_row):
                    m.next = "VISIT"
            with m.State("VISIT"):
                own = Mux(looked_at.any & (looked_at.row == row.number), looked_at.bits, 0)
                m.d.sync += [row.spiked.eq(own), row.left.eq(own | self._visited(m))]
                m.next = "SERVE"
            with m.State("SERVE"):
                some = row.serving & row.left.any()
                # To look at the next row meanwhile would take away the traces of this one.
                with m.If(~every_row | ~some):
                    look_at(following)
                with m.If(~some):
                    m.next = "IDLE"
                    with m.If((every_row | row.mute) & (following < end)):
                        m.next = "LOOK"
                with m.Elif(row.reporting):
                    self._report(m, row)
                with m.Else():
                    m.d.comb += self.o.valid.eq(1)
                    with m.If(self.o.ready):
                        m.d.sync += row.left.eq(rest)
                        with m.If(rest == 0):
                            m.next = "LOOK"
                            with m.If(every_row):
                                m.next = "SEEK"
                            with m.Elif(following >= end):
                                m.next = "IDLE"
        self._promise(Contract(m, self, platform))
        return m

    def _promise(self, contract: Contract) -> None:
        """Axons that there are, each once, in ascending order."""
        contract.stays("o", self.o)
        contract.stays("reports", self.reports)
        contract.at_most_one("first it reports, then it serves", self.o.valid, self.reports.valid)
        axon, taken = self.o.p.axon, self.o.valid & self.o.ready
        following = Mux(self.phase.start, 0, axon + 1)
        least = contract.latest("following", following, taken | self.phase.start)
        contract.holds("an axon is served once", axon >= least, where=self.o.valid)
        contract.holds("there is such an axon", axon < self.params.axons, where=self.o.valid)

    def _wait(self, m: Module) -> None:
        """States that end the phase unless a row that learning waits for has a spike."""
        registers, found = self.registers, self.scan.data
        behind, end = Signal(17, name="behind_post"), Signal(17, name="end_post")
        m.d.comb += behind.eq(registers.post_first + registers.post_rows)
        m.d.sync += end.eq(Mux(behind > registers.rows, registers.rows, behind))
        with m.State("WAIT"):
            m.d.comb += [self.scan.en.eq(1), self.scan.row.eq(registers.post_first)]
            m.next = "JUDGE"
        with m.State("JUDGE"):
            m.next = "SEEK"
            with m.If(~found.any | (found.row >= end)):
                m.next = "IDLE"

    def _find_end(self, m: Module) -> Signal:
        """Row behind the last one to look at, which no register puts behind the core's last row."""
        registers, end, rows = self.registers, Signal(17), self.params.rows
        behind = Mux(
            self.learn,
            registers.learn_first + registers.learn_rows,
            self.params.compartment_rows + registers.input_rows,
        )
        m.d.sync += end.eq(Mux(behind > rows, rows, behind))
        return end

    def _find_next(self, m: Module, row: "_ServedRow", every_row: Value, reports: Value) -> Signal:
        """The next row to look at: after the last row of compartments that is served or reported,
        the first of inputs, as only rows in use know of the spikes behind them."""
        p, registers = self.params, self.registers
        following, first = Signal(17, name="following"), Signal(17, name="first")
        rows = heard = registers.rows
        if p.has_mute_rows:
            heard = Mux(registers.mute_rows > rows, 0, rows - registers.mute_rows)
        m.d.comb += row.heard.eq(heard)
        m.d.sync += row.behind.eq(Mux(reports, rows, row.heard))
        begin = Mux(self.learn, registers.learn_first, 0)
        unused = (begin >= row.behind) & (begin < p.compartment_rows) & ~every_row
        m.d.comb += [
            first.eq(Mux(unused, p.compartment_rows, begin)),
            following.eq(
                Mux(row.begins, first, Mux(row.jumps, p.compartment_rows, row.number + 1))
            ),
        ]
        return following

    def _offer(self, m: Module, row: "_ServedRow") -> Value:
        """Offer the first axon of the row that is still to be served. Returns those after it."""
        p, lane = self.params, Signal(range(self.params.lanes))
        for n in reversed(range(p.lanes)):
            with m.If(row.left[n]):
                m.d.comb += lane.eq(n)
        traces = [self.traces.data[n] for n in range(p.lanes)]
        trace = Signal.like(traces[0])
        m.d.comb += [
            self.o.p.axon.eq(Cat(lane, row.number) if p.lanes > 1 else row.number),
            self.o.p.x0.eq(row.spiked.bit_select(lane, 1) if p.lanes > 1 else row.spiked),
            trace.eq(Array(traces)[lane] if p.lanes > 1 else traces[0]),
            self.o.p.x1.eq(trace[:TRACE_BITS]),
        ]
        if len(trace) > TRACE_BITS:
            m.d.comb += self.o.p.more.eq(trace[TRACE_BITS:])
        return row.left & (row.left - 1)[: p.lanes]

    def _visited(self, m: Module) -> Value:
        """Axons of the row looked at that learning visits without a spike, by lane."""
        traced = Signal(self.params.lanes)
        for lane in range(self.params.lanes):
            word = data.View(x_trace_layout(self.params), self.traces.data[lane])
            m.d.comb += traced[lane].eq(is_traced(word))
        return Mux(self.registers.visit == Visit.ALWAYS, ~Const(0, self.params.lanes), traced)

    def _look(self, m: Module, row: "_ServedRow", every_row, reports, end) -> None:
        """Make the row that was found, or the one looked at, the one to serve."""
        p, found = self.params, self.scan.data
        found_row = Mux(every_row, row.looked, found.row)
        is_compartments = found.row < p.compartment_rows
        mute = Const(0)
        if p.has_mute_rows:
            mute = ~every_row & found.any & is_compartments & (found.row >= row.heard)
        m.d.comb += [self.traces.en.eq(1), self.traces.row.eq(found_row)]
        m.d.sync += [
            row.number.eq(found_row),
            row.begins.eq(0),
            row.jumps.eq(~every_row & is_compartments & (found.row + 1 >= row.behind)),
            row.left.eq(found.bits),
            row.spiked.eq(found.bits),
            row.mute.eq(mute),
            row.serving.eq(every_row | (found.any & (found.row < end) & (~mute | reports))),
            row.reporting.eq(reports & is_compartments),
        ]

    def _report(self, m: Module, row: "_ServedRow") -> None:
        """Offer the spikes of the row, once."""
        m.d.comb += [
            self.reports.valid.eq(1),
            self.reports.p.row.eq(row.number),
            self.reports.p.bits.eq(row.left),
        ]
        with m.If(self.reports.ready):
            m.d.sync += row.reporting.eq(0)
            with m.If(row.mute):
                m.d.sync += row.left.eq(0)


class _ServedRow:
    """Registers of the row being served."""

    def __init__(self, p: CoreParams) -> None:
        self.number = Signal(range(p.rows), name="row")
        self.left = Signal(p.lanes, name="left")  # axons still to serve
        self.spiked = Signal(p.lanes, name="spiked")
        self.looked = Signal(17, name="looked_row")  # the row looked at
        self.begins = Signal(name="begins")  # there is none yet in this phase
        self.heard = Signal(range(p.compartment_rows + 1), name="heard")  # the first mute row
        self.behind = Signal.like(self.heard, name="behind")  # the first one to look past
        self.jumps = Signal(name="jumps")  # inputs follow after it
        self.mute = Signal(name="mute")  # it is of compartments whose axons have no lists
        self.serving = Signal(name="serving")  # it may be served, or reported
        self.reporting = Signal(name="reporting")  # its spikes are to be reported
