"""Responder: packets to the host."""

from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host.request import Request, header_layout
from backspike.hdl.host_map import ErrorCode, Response
from backspike.hdl.params import CoreParams

__all__ = ["Responder"]


class Responder(wiring.Component):
    """Sends the header of a response, then its words; passes reports on in between.

    Timing
    ------
    A header is offered in the cycle after ``start``. Words are those of their sources in the same
    cycle, and none is kept here.

    Members
    -------
    start, response : In
        Begin a response; counts only while there is none.
    request : In(Request(params))
        The request, or the refused packet, to answer.
    echo : In(stream.Signature(32))
        Words of the request, for ECHO.
    error : In(ErrorCode)
    step : In(32)
        Number of the next step, for DONE.
    words : In(stream.Signature(32))
        Words read, for DATA.
    ends : In(1)
        There are no more of them.
    opened : Out(1)
        The header is out.
    done : Out(1)
        Last cycle of a response other than DATA.
    reports : In(stream.Signature(32))
        Taken while there is no response.
    o : Out(stream.Signature(32))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "start": In(1),
            "response": In(Response, init=Response.ERROR),
            "request": In(Request(params)),
            "echo": In(stream.Signature(32)),
            "error": In(ErrorCode, init=ErrorCode.UNKNOWN_COMMAND),
            "step": In(32),
            "words": In(stream.Signature(32)),
            "ends": In(1),
            "opened": Out(1),
            "done": Out(1),
            "reports": In(stream.Signature(32)),
            "o": Out(stream.Signature(32)),
        })

    def elaborate(self, platform):
        m = Module()
        request, response = self.request, Signal(Response, init=Response.ERROR)
        header, word = Signal(header_layout()), Signal(32)
        beats = Mux(request.two_beats, request.count << 1, request.count)
        m.d.comb += header.operation.eq(response)
        # By response: argument and length of its header, and its words.
        argument = request.head.argument
        for case, *values in (
            (Response.ECHO, argument, request.head.length, self.echo.p),
            (Response.DATA, argument, beats, self.words.p),
            (Response.DONE, 0, 1, self.step),
            (Response.ERROR, self.error, 1, request.head.as_value()),
        ):
            with m.If(response == case):
                sinks = header.argument, header.length, word
                m.d.comb += [sink.eq(value) for sink, value in zip(sinks, values, strict=True)]

        with m.FSM(name="respond") as fsm:
            m.d.comb += [self.opened.eq(fsm.ongoing("WORDS")), self.o.p.eq(word)]
            with m.State("IDLE"):
                self._pass(m, self.reports)
                m.d.comb += self.o.p.eq(self.reports.p)
                with m.If(self.start):
                    m.d.sync += response.eq(self.response)
                    m.next = "HEADER"
            with m.State("HEADER"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(header)]
                with m.If(self.o.ready):
                    m.next = "WORDS"
            with m.State("WORDS"):
                with m.Switch(response):
                    with m.Case(Response.ECHO):
                        with m.If(request.empty):
                            m.d.comb += self.done.eq(1)
                        with m.Else():
                            self._pass(m, self.echo)
                    with m.Case(Response.DATA):
                        self._pass(m, self.words)
                    with m.Default():
                        m.d.comb += [self.o.valid.eq(1), self.done.eq(self.o.ready)]
                with m.If(self.done | self.ends):
                    m.next = "IDLE"
        return m

    def _pass(self, m: Module, source) -> None:
        """Offer the word of ``source``, and take it when it is taken."""
        m.d.comb += [self.o.valid.eq(source.valid), source.ready.eq(self.o.ready)]
