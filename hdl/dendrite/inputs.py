"""Spikes of input axons that wait for the next time step."""

from amaranth import Module, Mux, Signal
from amaranth.lib import memory, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout

__all__ = ["InputSpikes"]


class InputSpikes(wiring.Component):
    """One bit per input axon, set by the host, taken by the dendrite phase.

    Timing
    ------
    ``i`` takes a row every second cycle; its bits are ORed to those that wait. ``r_bits`` are the
    bits of row ``r_row`` one cycle after ``take``, which also clears them. ``i`` must be quiet
    while rows are taken or cleared.

    Members
    -------
    i : In(stream.Signature(row_spikes_layout(params)))
        Spikes to add.
    take, r_row : In
        Read and clear a row.
    r_bits : Out(lanes)
        The row taken.
    clear, clear_row : In
        Clear a row, in the next cycle.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        row = range(params.input_rows)
        super().__init__({
            "i": In(stream.Signature(row_spikes_layout(params))),
            "take": In(1),
            "r_row": In(row),
            "r_bits": Out(params.lanes),
            "clear": In(1),
            "clear_row": In(row),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.rows = rows = memory.Memory(
            shape=self.params.lanes, depth=self.params.input_rows, init=[]
        )
        read, write = rows.read_port(), rows.write_port()
        taken, taken_row, adding = Signal(), Signal.like(self.r_row), Signal()
        m.d.comb += self.r_bits.eq(read.data)

        m.d.sync += [
            taken.eq(self.take | self.clear),
            taken_row.eq(Mux(self.clear, self.clear_row, self.r_row)),
        ]
        m.d.sync += adding.eq(self.i.valid & ~adding & ~self.take)
        m.d.comb += self.i.ready.eq(adding)
        with m.If(self.take):
            m.d.comb += [read.en.eq(1), read.addr.eq(self.r_row)]
        with m.Else():
            m.d.comb += [read.en.eq(self.i.valid & ~adding), read.addr.eq(self.i.p.row)]

        with m.If(taken):
            m.d.comb += [write.en.eq(1), write.addr.eq(taken_row), write.data.eq(0)]
        with m.Elif(adding):
            m.d.comb += [
                write.en.eq(1),
                write.addr.eq(self.i.p.row),
                write.data.eq(read.data | self.i.p.bits),
            ]
        return m
