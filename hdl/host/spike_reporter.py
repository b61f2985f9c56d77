"""Packets of the core's reports during ADVANCE: time steps, and the spikes of each row."""

from amaranth import Array, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_map import Response, header
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout

__all__ = ["SpikeReporter"]


class SpikeReporter(wiring.Component):
    """Two words per time step, three per row with spikes.

    Timing: an input is taken with the last word of its packet.

    Members
    -------
    steps : In(stream.Signature(32))
        Number of a time step that begins.
    rows : In(stream.Signature(row_spikes_layout(params)))
        Spikes of a row.
    o : Out(stream.Signature(32))
        Packets.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "steps": In(stream.Signature(32)),
            "rows": In(stream.Signature(row_spikes_layout(params))),
            "o": Out(stream.Signature(32)),
        })

    def elaborate(self, platform):
        m = Module()
        word = Signal(range(3))
        step_words = (header(Response.STEP, 0, 1), self.steps.p)
        row_words = (header(Response.SPIKES, 0, 2), self.rows.p.row, self.rows.p.bits)
        # Both are never valid together. The choice hangs on `steps` alone, which is never late.
        m.d.comb += self.o.p.eq(
            Mux(self.steps.valid, Array(step_words)[word], Array(row_words)[word])
        )
        for source, words in ((self.steps, step_words), (self.rows, row_words)):
            with m.If(source.valid):
                m.d.comb += self.o.valid.eq(1)
                with m.If(self.o.ready):
                    m.d.sync += word.eq(word + 1)
                    with m.If(word == len(words) - 1):
                        m.d.sync += word.eq(0)
                        m.d.comb += source.ready.eq(1)
        contract = Contract(m, self, platform)
        contract.needs("steps and rows take turns", ~(self.steps.valid & self.rows.valid))
        for name in ("steps", "rows"):
            contract.needs_to_stay(name, getattr(self, name))
        contract.stays("o", self.o)
        return m
