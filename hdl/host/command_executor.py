"""Executor of the host's requests: memory accesses, input spikes, and runs."""

from amaranth import Cat, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from amaranth.utils import bits_for

from backspike.hdl.host.request import Request
from backspike.hdl.host.router import read_latency
from backspike.hdl.host_map import Command
from backspike.hdl.host_ports import RunPort
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout

__all__ = ["CommandExecutor"]


class CommandExecutor(wiring.Component):
    """Does requests but for ECHO, one at a time.

    Timing
    ------
    Words to write are taken one per cycle; words read leave in one cycle per beat and
    :func:`read_latency` more per word. Where tables are halved, every access stays for two cycles.
    A row of input spikes takes as long as ``inputs`` does. There must be 3 cycles between two
    requests.

    Members
    -------
    request : In(Request(params))
    i : In(stream.Signature(32))
        Words of the request.
    next, done, refuse : Out(1)
        See :class:`backspike.hdl.host.packet_reader.PacketReader`.
    port : Out(HOST_PORT)
        Access to the memory of the request; an answer must come :func:`read_latency` cycles after
        ``en`` was high last, and stay.
    inputs : Out(stream.Signature(row_spikes_layout(params)))
        Spikes for input axons.
    input_rows : In(16)
        Rows of input axons in use.
    run : Out(RunPort())
    opened : In(1)
        The header of the response is out: its words may follow.
    o : Out(stream.Signature(32))
        Words read.
    ran : Out(1)
        Steps or a clear are done, in this cycle.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "request": In(Request(params)),
            "i": In(stream.Signature(32)),
            "next": Out(1),
            "done": Out(1),
            "refuse": Out(1),
            "port": Out(HOST_PORT),
            "inputs": Out(stream.Signature(row_spikes_layout(params))),
            "input_rows": In(16),
            "run": Out(RunPort()),
            "opened": In(1),
            "o": Out(stream.Signature(32)),
            "ran": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        request, words = self.request, self.i
        operation, low = request.head.operation, Signal(32)
        by_row, lane_bits = operation == Command.SPIKE_ROWS, self.params.lane_bits
        # Data count only with their enables, so that no state need choose them.
        m.d.comb += [
            self.port.address.eq(request.address),
            self.port.w_data.eq(Mux(request.two_beats, Cat(low, words.p), words.p)),
            self.inputs.p.row.eq(Mux(by_row, request.address, words.p >> lane_bits)),
            self.inputs.p.bits.eq(Mux(by_row, words.p, 1 << words.p[:lane_bits])),
            self.run.n_steps.eq(words.p),
        ]
        with m.FSM(name="execute"):
            with m.State("IDLE"):
                with m.If(request.start & (operation != Command.ECHO)):
                    m.next = "DO"
            with m.State("DO"):
                # An operation in order has no more than three bits.
                with m.Switch(operation[:3]):
                    with m.Case(Command.WRITE.value):
                        have_low = self._write(m, low)
                    with m.Case(Command.READ.value):
                        self._read(m)
                    with m.Case(Command.SPIKE.value):
                        self._spike(m)
                    with m.Case(Command.SPIKE_ROWS.value):
                        self._spike_rows(m)
                    with m.Case(Command.ADVANCE.value):
                        m.d.comb += [words.ready.eq(1), self.run.advance.eq(words.valid)]
                        with m.If(words.valid):
                            m.next = "RUNNING"
                    with m.Case(Command.CLEAR.value):
                        m.d.comb += self.run.clear.eq(1)
                        m.next = "RUNNING"
                if self.params.halves_tables:
                    self._stay(m, have_low)
            self._pass_read(m)
            with m.State("RUNNING"):
                with m.If(~self.run.running):
                    m.d.comb += self.ran.eq(1)
                    m.next = "IDLE"
        contract = Contract(m, self, platform)
        contract.stays("o", self.o)
        contract.at_most_one("a run begins or a sweep", self.run.advance, self.run.clear)
        contract.holds("only enabled accesses write", self.port.en, where=self.port.write)
        contract.holds(
            "an input axon in use fires",
            self.inputs.p.row < self.input_rows,
            where=self.inputs.valid & (operation == Command.SPIKE),
        )
        return m

    def _finish(self, m: Module) -> None:
        """End the request."""
        m.d.comb += self.done.eq(1)
        m.next = "IDLE"

    def _stay(self, m: Module, have_low: Signal) -> None:
        """Keep an access for a second cycle: in the first one, nothing moves on."""
        second = Signal()
        m.d.sync += second.eq(self.port.en & ~second)
        with m.If(self.port.en & ~second):
            m.d.comb += [self.i.ready.eq(0), self.next.eq(0), self.done.eq(0)]
            m.d.sync += have_low.eq(have_low)
            m.next = "DO"

    def _write(self, m: Module, low: Signal) -> Signal:
        """Assemble words of one or two beats, low beat first. Returns 1 once there is a low one."""
        request, words = self.request, self.i
        have_low = Signal()
        m.d.comb += words.ready.eq(1)
        with m.If(words.valid):
            with m.If(request.two_beats & ~have_low):
                m.d.sync += [low.eq(words.p), have_low.eq(1)]
            with m.Else():
                m.d.comb += [self.port.en.eq(1), self.port.write.eq(1), self.next.eq(1)]
                m.d.sync += have_low.eq(0)
                with m.If(request.last):
                    self._finish(m)
        return have_low

    def _read(self, m: Module) -> None:
        """Read the next word, or finish."""
        with m.If(self.opened):
            with m.If(self.request.count == 0):
                self._finish(m)
            with m.Else():
                m.d.comb += self.port.en.eq(1)
                m.next = "READ_WAIT"

    def _pass_read(self, m: Module) -> None:
        """Pass a word on before the next one is read."""
        coming, high = Signal(read_latency(self.params) - 1), Signal()
        m.d.sync += coming.eq(Cat(self.port.en, coming))
        m.d.comb += self.o.p.eq(self.port.r_data.word_select(high, 32))
        with m.State("READ_WAIT"):
            with m.If(coming[-1]):
                m.next = "READ_LOW"
        with m.State("READ_LOW"):
            m.d.comb += [self.o.valid.eq(1), self.next.eq(self.o.ready)]
            with m.If(self.o.ready):
                m.next = "DO"
                with m.If(self.request.two_beats):
                    m.next = "READ_HIGH"
        with m.State("READ_HIGH"):
            m.d.comb += [self.o.valid.eq(1), high.eq(1)]
            with m.If(self.o.ready):
                m.next = "DO"

    def _spike_rows(self, m: Module) -> None:
        """A row of input axons per word."""
        words = self.i
        m.d.comb += [
            self.inputs.valid.eq(words.valid),
            words.ready.eq(words.valid & self.inputs.ready),
            self.next.eq(words.ready),
        ]
        with m.If(words.ready & self.request.last):
            self._finish(m)

    def _spike(self, m: Module) -> None:
        """One input axon per word."""
        words, row = self.i, self.i.p[self.params.lane_bits :]
        # Few bits to compare, and the others at the same time, rather than one carry through all.
        width = bits_for(self.params.input_rows)
        in_range = (row[:width] < self.input_rows) & ~row[width:].any()
        m.d.comb += [
            self.inputs.valid.eq(words.valid & in_range),
            words.ready.eq(self.inputs.ready | ~in_range),
        ]
        with m.If(words.valid & words.ready):
            with m.If(~in_range):
                m.d.comb += self.refuse.eq(1)
                m.next = "IDLE"
            with m.Elif(self.request.last):
                self._finish(m)
