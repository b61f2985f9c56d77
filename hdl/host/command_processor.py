"""The command processor: packets from the host in, packets to the host out."""

from amaranth import Cat, Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.router import read_latency
from backspike.hdl.host_map import MEMORIES, Command, ErrorCode, Response
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout
from backspike.hdl.ports import RegisterValues, RunPort

__all__ = ["CommandProcessor"]


def _header_layout() -> data.StructLayout:
    """First word of a packet: ``host_map.header``, field by field."""
    return data.StructLayout({"length": 16, "argument": 8, "operation": 8})


class CommandProcessor(wiring.Component):
    """Reads packets, checks them before they change anything, does them, and answers.

    Timing
    ------
    A packet takes 3 to 6 cycles beside its words. Words to write are taken one per cycle; words
    read leave in one cycle per beat and :func:`read_latency` more per word. The core is idle in
    between.

    Members
    -------
    i, o : In, Out(stream.Signature(32))
        Packets from and to the host.
    busy : Out(1)
        A packet is being read, done or answered.
    refused : Out(1)
        A packet is refused in this cycle.
    memory, port : Out
        Access to a memory: its number, and the port to route there; what is read must be there
        :func:`read_latency` cycles after ``en``, and stay.
    inputs : Out(stream.Signature(row_spikes_layout(params)))
        Spikes for input axons.
    input_rows : In
        Rows of input axons in use: the others cannot be spiked.
    advance, n_steps, clear : Out
        Start running steps, or clearing.
    running : In(1)
        High from the cycle after ``advance`` or ``clear`` until that is done, and after reset
        until the core is clear.
    step : In(32)
        Number of the next step.
    reports : In(stream.Signature(32))
        What to pass to the host while the core runs.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "memory": Out(8),
            "port": Out(HOST_PORT),
            "inputs": Out(stream.Signature(row_spikes_layout(params))),
            "registers": In(RegisterValues(params)),
            "run": Out(RunPort()),
            "reports": In(stream.Signature(32)),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        head = Signal(_header_layout())
        left = Signal(16)  # words of the packet still to come
        farthest = max(memory.depth(p) for memory in MEMORIES.values() if memory.exists(p))
        # As many bits of an address as memories have, 16 of a count, and whether there were more.
        address, count, beyond = Signal(range(farthest + 1)), Signal(16), Signal()
        end = Signal(range(farthest + 1 + (1 << 16)))
        error = Signal(ErrorCode, init=ErrorCode.UNKNOWN_COMMAND)
        code, two_beats, depth = head.operation, Signal(), Signal(range(farthest + 1))
        known, writable = Signal(), Signal()
        m.d.sync += [known.eq(0), writable.eq(0), two_beats.eq(0), depth.eq(0)]
        with m.Switch(head.argument):
            for memory in MEMORIES.values():
                if memory.exists(p):
                    with m.Case(memory.number):
                        m.d.sync += [
                            known.eq(1),
                            writable.eq(memory.number != MEMORIES["counters"].number),
                            # SPIKE_ROWS has no memory: it ignores the argument
                            two_beats.eq((memory.beats(p) == 2) & (code != Command.SPIKE_ROWS)),
                            depth.eq(memory.depth(p)),
                        ]
        m.d.comb += [self.memory.eq(head.argument), self.port.address.eq(address)]

        def take():
            """Take a word of payload; the state sees it in ``self.i.p`` if this holds."""
            m.d.comb += self.i.ready.eq(1)
            with m.If(self.i.valid):
                m.d.sync += left.eq(left - 1)
            return self.i.valid

        def refuse(why):
            m.d.comb += self.refused.eq(1)
            m.d.sync += error.eq(why)
            m.next = "DISCARD"

        reply, coming = Signal(_header_layout()), Signal(read_latency(p) - 1)
        m.d.sync += coming.eq(Cat(self.port.en, coming))

        def answer(operation, argument, length):
            m.d.comb += [
                reply.operation.eq(operation.value),
                reply.argument.eq(argument),
                reply.length.eq(length),
                self.o.valid.eq(1),
                self.o.p.eq(reply.as_value()),
            ]
            return self.o.ready

        with m.FSM(name="command") as fsm:
            m.d.comb += self.busy.eq(~fsm.ongoing("HEADER") | self.i.valid | self.run.running)
            with m.State("HEADER"):
                m.d.comb += self.i.ready.eq(~self.run.running)
                with m.If(self.i.valid & ~self.run.running):
                    m.d.sync += [head.eq(self.i.p), left.eq(self.i.p)]
                    m.next = "DECODE"
            with m.State("DECODE"):
                m.next = "DISPATCH"

            with m.State("DISPATCH"):
                self._dispatch(m, code, left, known, writable, two_beats, refuse)

            with m.State("ADDRESS"):
                with m.If(take()):
                    m.d.sync += [address.eq(self.i.p), beyond.eq(self.i.p >> len(address) != 0)]
                    m.next = "MEASURE"
                    with m.If(code == Command.READ):
                        m.next = "COUNT"
            with m.State("COUNT"):
                with m.If(take()):
                    m.d.sync += [count.eq(self.i.p), beyond.eq(beyond | self.i.p[16:].any())]
                    m.next = "MEASURE"
            with m.State("MEASURE"):
                words = Mux(two_beats, left >> 1, left)
                size = Mux(code == Command.READ, count, words)
                m.d.sync += end.eq(address + size)
                m.next = "CHECK"
            with m.State("CHECK"):
                limit = Mux(code == Command.SPIKE_ROWS, self.registers.input_rows, depth)
                too_many = (code == Command.READ) & two_beats & count[-1]
                with m.If(beyond | (end > limit) | too_many):
                    refuse(ErrorCode.OUT_OF_RANGE)
                with m.Elif(code == Command.READ):
                    m.next = "READ_HEADER"
                with m.Elif(code == Command.WRITE):
                    m.next = "WRITE"
                with m.Else():
                    m.next = "SPIKE_ROWS"

            with m.State("WRITE"):
                self._write(m, take, left, address, two_beats)

            with m.State("READ_HEADER"):
                beats = Mux(two_beats, count << 1, count)
                with m.If(answer(Response.DATA, head.argument, beats)):
                    m.next = "READ"
            with m.State("READ"):
                m.d.comb += self.port.en.eq(1)
                m.next = "READ_WAIT"
                with m.If(count == 0):
                    m.d.comb += self.port.en.eq(0)
                    m.next = "HEADER"
            with m.State("READ_WAIT"):
                with m.If(coming[-1]):
                    m.next = "READ_LOW"
            with m.State("READ_LOW"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(self.port.r_data[:32])]
                with m.If(self.o.ready):
                    m.d.sync += [count.eq(count - 1), address.eq(address + 1)]
                    m.next = "READ"
                    with m.If(two_beats):
                        m.next = "READ_HIGH"
            with m.State("READ_HIGH"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(self.port.r_data[32:])]
                with m.If(self.o.ready):
                    m.next = "READ"

            with m.State("SPIKE"):
                self._spike(m, left, refuse)
            with m.State("SPIKE_ROWS"):
                m.d.comb += [
                    self.inputs.valid.eq(self.i.valid),
                    self.inputs.p.row.eq(address),
                    self.inputs.p.bits.eq(self.i.p),
                ]
                with m.If(self.inputs.valid & self.inputs.ready):
                    take()
                    m.d.sync += address.eq(address + 1)
                    with m.If(left == 1):
                        m.next = "HEADER"

            with m.State("ADVANCE"):
                m.d.comb += self.run.n_steps.eq(self.i.p)
                with m.If(take()):
                    m.d.comb += self.run.advance.eq(1)
                    m.next = "RUNNING"
            with m.State("CLEAR"):
                m.d.comb += self.run.clear.eq(1)
                m.next = "RUNNING"
            with m.State("RUNNING"):
                m.d.comb += [
                    self.o.valid.eq(self.reports.valid),
                    self.o.p.eq(self.reports.p),
                    self.reports.ready.eq(self.o.ready),
                ]
                with m.If(~self.run.running):
                    m.next = "DONE_HEADER"
            with m.State("DONE_HEADER"):
                with m.If(answer(Response.DONE, 0, 1)):
                    m.next = "DONE_STEP"
            with m.State("DONE_STEP"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(self.registers.step)]
                with m.If(self.o.ready):
                    m.next = "HEADER"

            with m.State("ECHO_HEADER"):
                with m.If(answer(Response.ECHO, head.argument, head.length)):
                    m.next = "ECHO"
            with m.State("ECHO"):
                with m.If(left == 0):
                    m.next = "HEADER"
                with m.Else():
                    m.d.comb += [self.o.valid.eq(self.i.valid), self.o.p.eq(self.i.p)]
                    with m.If(self.o.ready):
                        take()

            with m.State("DISCARD"):
                with m.If(left == 0):
                    m.next = "ERROR_HEADER"
                with m.Else():
                    take()
            with m.State("ERROR_HEADER"):
                with m.If(answer(Response.ERROR, error.as_value(), 1)):
                    m.next = "ERROR_WORD"
            with m.State("ERROR_WORD"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(head.as_value())]
                with m.If(self.o.ready):
                    m.next = "HEADER"
        return m

    def _dispatch(self, m, code, left, known, writable, two_beats, refuse) -> None:
        """Check the header, and go to the first state of its command."""

        def require(condition, why, state):
            with m.If(condition):
                m.next = state
            with m.Else():
                refuse(why)

        with m.Switch(code):
            with m.Case(Command.ECHO):
                m.next = "ECHO_HEADER"
            with m.Case(Command.WRITE):
                whole = Mux(two_beats, (left > 2) & left[0], left > 1)
                with m.If(~known):
                    refuse(ErrorCode.UNKNOWN_MEMORY)
                with m.Elif(~writable):
                    refuse(ErrorCode.READ_ONLY)
                with m.Else():
                    require(whole, ErrorCode.BAD_LENGTH, "ADDRESS")
            with m.Case(Command.READ):
                with m.If(~known):
                    refuse(ErrorCode.UNKNOWN_MEMORY)
                with m.Else():
                    require(left == 2, ErrorCode.BAD_LENGTH, "ADDRESS")
            with m.Case(Command.SPIKE):
                require(left != 0, ErrorCode.BAD_LENGTH, "SPIKE")
            with m.Case(Command.SPIKE_ROWS):
                require(left > 1, ErrorCode.BAD_LENGTH, "ADDRESS")
            with m.Case(Command.ADVANCE):
                require(left == 1, ErrorCode.BAD_LENGTH, "ADVANCE")
            with m.Case(Command.CLEAR):
                require(left == 0, ErrorCode.BAD_LENGTH, "CLEAR")
            with m.Default():
                refuse(ErrorCode.UNKNOWN_COMMAND)

    def _write(self, m, take, left, address, two_beats) -> None:
        """Assemble words of one or two beats, low beat first."""
        low, have_low = Signal(32), Signal()
        m.d.comb += self.port.w_data.eq(Mux(two_beats, Cat(low, self.i.p), self.i.p))
        with m.If(take()):
            with m.If(two_beats & ~have_low):
                m.d.sync += [low.eq(self.i.p), have_low.eq(1)]
            with m.Else():
                m.d.comb += [self.port.en.eq(1), self.port.write.eq(1)]
                m.d.sync += [address.eq(address + 1), have_low.eq(0)]
                with m.If(left == 1):
                    m.next = "HEADER"

    def _spike(self, m, left, refuse) -> None:
        """One input axon per word."""
        p = self.params
        row = self.i.p >> p.lane_bits
        valid = row < self.registers.input_rows
        m.d.comb += [
            self.inputs.valid.eq(self.i.valid & valid),
            self.inputs.p.row.eq(row),
            self.inputs.p.bits.eq(1 << self.i.p[: p.lane_bits]),
            self.i.ready.eq(self.inputs.ready | ~valid),
        ]
        with m.If(self.i.valid & self.i.ready):
            m.d.sync += left.eq(left - 1)
            with m.If(~valid):
                refuse(ErrorCode.OUT_OF_RANGE)
            with m.Elif(left == 1):
                m.next = "HEADER"
