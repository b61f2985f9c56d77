"""Responder: packets to the host."""

from amaranth import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
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
    start : In(1)
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
        request = self.request
        with m.FSM(name="respond") as fsm:
            m.d.comb += self.opened.eq(~fsm.ongoing("IDLE") & ~fsm.ongoing("HEADER"))
            with m.State("IDLE"):
                self._pass(m, self.reports)
                with m.If(self.start):
                    m.next = "HEADER"
            with m.State("HEADER"):
                m.d.comb += [self.o.valid.eq(1), self.o.p.eq(self._header(m))]
                with m.If(self.o.ready), m.Switch(request.response):
                    for response in (Response.ECHO, Response.DATA, Response.DONE, Response.ERROR):
                        with m.Case(response):
                            m.next = response.name
            with m.State("ECHO"):
                with m.If(request.empty):
                    self._finish(m)
                with m.Else():
                    self._pass(m, self.echo)
            with m.State("DATA"):
                self._pass(m, self.words)
                with m.If(self.ends):
                    m.next = "IDLE"
            for state, word in (("DONE", self.step), ("ERROR", request.head)):
                with m.State(state):
                    m.d.comb += [self.o.valid.eq(1), self.o.p.eq(word)]
                    with m.If(self.o.ready):
                        self._finish(m)
        return m

    def _header(self, m: Module) -> data.View:
        """First word of the response."""
        request, header = self.request, Signal(header_layout())
        beats = Mux(request.two_beats, request.count << 1, request.count)
        m.d.comb += header.operation.eq(request.response)
        with m.Switch(request.response):
            for response, argument, length in (
                (Response.ECHO, request.head.argument, request.head.length),
                (Response.DATA, request.head.argument, beats),
                (Response.DONE, 0, 1),
                (Response.ERROR, self.error, 1),
            ):
                with m.Case(response):
                    m.d.comb += [header.argument.eq(argument), header.length.eq(length)]
        return header

    def _pass(self, m: Module, source) -> None:
        """Offer the word of ``source``, and take it when it is taken."""
        m.d.comb += [
            self.o.valid.eq(source.valid),
            self.o.p.eq(source.p),
            source.ready.eq(self.o.ready),
        ]

    def _finish(self, m: Module) -> None:
        """End a response other than DATA."""
        m.d.comb += self.done.eq(1)
        m.next = "IDLE"
