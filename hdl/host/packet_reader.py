"""Reader of the host's packets, which it checks before they change anything."""

from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.request import Request, longest_memory
from backspike.hdl.host_map import MEMORIES, Command, ErrorCode, Response
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams

__all__ = ["PacketReader"]


class PacketReader(wiring.Component):
    """Takes packets, and makes requests of those in order; discards the others.

    Timing
    ------
    A request starts 2 cycles after its header is taken or, if it has an address, 2 cycles after the
    last word of that and of a count. A packet out of order is read to its end.

    Members
    -------
    i : In(stream.Signature(32))
    busy : Out(1)
        A packet waits, or is being done.
    refused : Out(1)
        A packet is refused in this cycle.
    running : In(1)
        The core runs steps: no header is taken.
    input_rows : In(16)
        Rows of input axons in use: the others cannot be spiked.
    request : Out(Request(params))
    words : Out(stream.Signature(32))
        Words of the request; must not be taken while it is empty.
    next : In(1)
        The word at the request's address is done: go on to the next one.
    done : In(1)
        Last cycle of a request, or of the answer to a refused packet: the next packet may come.
    refuse : In(1)
        Last cycle of a request whose input axon is out of range: discard the rest.
    answer : Out(1)
        Begin a response in the next cycle: with a request that has one, and when a refused packet
        has been read.
    faulty : Out(1)
        The packet is refused, and its response an error.
    error : Out(ErrorCode)
        Reason of the last refusal.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(32)),
            "busy": Out(1),
            "refused": Out(1),
            "running": In(1),
            "input_rows": In(16),
            "request": Out(Request(params)),
            "words": Out(stream.Signature(32)),
            "next": In(1),
            "done": In(1),
            "refuse": In(1),
            "answer": Out(1),
            "faulty": Out(1),
            "error": Out(ErrorCode, init=ErrorCode.UNKNOWN_COMMAND),
        })

    def elaborate(self, platform):
        m = Module()
        request, left = self.request, Signal(16)  # words of the packet still to come
        head, address, count = request.head, request.address, request.count
        operation, two_beats = head.operation, request.two_beats
        known, writable, depth = Signal(), Signal(), Signal(address.shape())
        self._look_up(m, known, writable, depth)
        beyond, too_many = Signal(), Signal()
        end, limit = (Signal(range(longest_memory(self.params) + 1 + (1 << 16))) for _ in "12")
        m.d.comb += [
            request.last.eq(left == 1),
            request.empty.eq(left == 0),
            request.response.eq(self._response()),
        ]

        def take():
            """Take a word; the state sees it in ``self.i.p`` if this holds."""
            m.d.comb += self.i.ready.eq(1)
            with m.If(self.i.valid):
                m.d.sync += left.eq(left - 1)
            return self.i.valid

        with m.FSM(name="packet") as fsm:
            m.d.comb += self.busy.eq(~fsm.ongoing("HEADER") | self.i.valid | self.running)
            with m.State("HEADER"):
                m.d.comb += self.i.ready.eq(~self.running)
                with m.If(self.i.valid & ~self.running):
                    m.d.sync += [head.eq(self.i.p), left.eq(self.i.p), self.faulty.eq(0)]
                    m.next = "LOOK_UP"
            with m.State("LOOK_UP"):
                m.next = "DISPATCH"
            with m.State("DISPATCH"):
                self._dispatch(m, left, known, writable)
            with m.State("ADDRESS"):
                with m.If(take()):
                    m.d.sync += [address.eq(self.i.p), beyond.eq(self.i.p >> len(address) != 0)]
                    m.next = "MEASURE"
                    with m.If(operation == Command.READ):
                        m.next = "COUNT"
            with m.State("COUNT"):
                with m.If(take()):
                    m.d.sync += [count.eq(self.i.p), beyond.eq(beyond | self.i.p[16:].any())]
                    m.next = "MEASURE"
            with m.State("MEASURE"):
                words = Mux(two_beats, left >> 1, left)
                m.d.sync += [
                    end.eq(address + Mux(operation == Command.READ, count, words)),
                    limit.eq(Mux(operation == Command.SPIKE_ROWS, self.input_rows, depth)),
                    too_many.eq((operation == Command.READ) & two_beats & count[-1]),
                ]
                m.next = "CHECK"
            with m.State("CHECK"):
                with m.If(beyond | (end > limit) | too_many):
                    self._refuse(m, ErrorCode.OUT_OF_RANGE)
                with m.Else():
                    self._start(m)
                    with m.If(operation == Command.READ):
                        m.d.comb += self.answer.eq(1)
            with m.State("DO"):
                m.d.comb += [
                    self.words.valid.eq(self.i.valid),
                    self.i.ready.eq(self.words.ready),
                ]
                with m.If(self.i.valid & self.i.ready):
                    m.d.sync += left.eq(left - 1)
                with m.If(self.next):
                    m.d.sync += [address.eq(address + 1), count.eq(count - 1)]
                with m.If(self.refuse):
                    self._refuse(m, ErrorCode.OUT_OF_RANGE)
                with m.Elif(self.done):
                    m.next = "HEADER"
            with m.State("DISCARD"):
                with m.If(request.empty):
                    m.d.comb += self.answer.eq(1)
                    m.next = "DO"
                with m.Else():
                    take()
        m.d.comb += self.words.p.eq(self.i.p)
        self._promise(Contract(m, self, platform), fsm, left, depth)
        return m

    def _promise(self, contract: Contract, fsm, left: Signal, depth: Signal) -> None:
        """Packets have their words, and requests stay within the memory that they name."""
        request, does = self.request, self.next | self.done | self.refuse
        contract.needs_to_stay("i", self.i)
        waits, doing = fsm.ongoing("HEADER"), fsm.ongoing("DO")
        contract.holds("a header comes behind the words", request.empty, where=waits)
        of_packet = self.i.valid & self.i.ready & ~waits
        contract.holds("a word is of its packet", ~request.empty, where=of_packet)
        taken, reads = self.words.valid & self.words.ready, request.head.operation == Command.READ
        ends = request.empty | (request.last & taken)
        contract.needs("a packet ends with its words", ends, where=self.done)
        contract.at_most_one("a request is done or refused", self.done, self.refuse)
        words = Mux(request.two_beats, (left + 1) >> 1, left)
        end = request.address + Mux(reads, request.count, words)
        addressed = reads | (request.head.operation == Command.WRITE)
        contract.holds(
            "words stay within their memory",
            end <= depth,
            where=doing & addressed & ~self.faulty,
        )
        contract.holds("the host sees a packet as long as there is one", self.busy, where=does)

    def _look_up(self, m: Module, known: Signal, writable: Signal, depth: Signal) -> None:
        """Properties of the memory that the header names, a cycle later."""
        p, head, two_beats = self.params, self.request.head, self.request.two_beats
        m.d.sync += [known.eq(0), writable.eq(0), two_beats.eq(0), depth.eq(0)]
        with m.Switch(head.argument):
            for memory in MEMORIES.values():
                if memory.exists(p):
                    with m.Case(memory.number):
                        m.d.sync += [
                            known.eq(1),
                            writable.eq(memory.number != MEMORIES["counters"].number),
                            # SPIKE_ROWS has no memory: it ignores the argument
                            two_beats.eq(
                                (memory.beats(p) == 2) & (head.operation != Command.SPIKE_ROWS)
                            ),
                            depth.eq(memory.depth(p)),
                        ]

    def _response(self):
        """Operation of the response to the packet."""
        operation = self.request.head.operation
        response = Mux(operation == Command.ECHO, Response.ECHO, Response.DONE)
        response = Mux(operation == Command.READ, Response.DATA, response)
        return Mux(self.faulty, Response.ERROR, response)

    def _start(self, m: Module) -> None:
        """Start the request."""
        m.d.comb += self.request.start.eq(1)
        m.next = "DO"

    def _refuse(self, m: Module, why: ErrorCode) -> None:
        """Read the rest of the packet, then answer by an error."""
        m.d.comb += self.refused.eq(1)
        m.d.sync += [self.faulty.eq(1), self.error.eq(why)]
        m.next = "DISCARD"

    def _dispatch(self, m: Module, left: Signal, known: Signal, writable: Signal) -> None:
        """Check the header; go on to the address if there is one, or start."""
        whole = Mux(self.request.two_beats, (left > 2) & left[0], left > 1)
        unknown = (~known, ErrorCode.UNKNOWN_MEMORY)
        read_only = (~writable, ErrorCode.READ_ONLY)

        def unless(right_length):
            return (~right_length, ErrorCode.BAD_LENGTH)

        addressed = {
            Command.WRITE: [unknown, read_only, unless(whole)],
            Command.READ: [unknown, unless(left == 2)],
            Command.SPIKE_ROWS: [unless(left > 1)],
        }
        immediate = {
            Command.SPIKE: [unless(left != 0)],
            Command.ADVANCE: [unless(left == 1)],
            Command.CLEAR: [unless(left == 0)],
        }
        with m.Switch(self.request.head.operation):
            for command, faults in (addressed | immediate).items():
                with m.Case(command):
                    for number, (fault, why) in enumerate(faults):
                        with m.Elif(fault) if number else m.If(fault):
                            self._refuse(m, why)
                    with m.Else():
                        if command in addressed:
                            m.next = "ADDRESS"
                        else:
                            self._start(m)
            with m.Case(Command.ECHO):
                self._start(m)
                m.d.comb += self.answer.eq(1)
            with m.Default():
                self._refuse(m, ErrorCode.UNKNOWN_COMMAND)
