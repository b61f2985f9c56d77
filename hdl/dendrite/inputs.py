"""Spikes of input axons that wait for the next time step."""

from amaranth import Module, Mux, Signal
from amaranth.lib import memory, stream, wiring
from amaranth.lib.wiring import In

from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort, within
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import row_spikes_layout
from backspike.hdl.ports import RowReader, sweep_depth

__all__ = ["InputSpikes"]


class InputSpikes(wiring.Component):
    """One bit per input axon, set by the host, taken by the dendrite phase.

    Timing
    ------
    ``i`` takes a row every second cycle; its bits are ORed to those that wait. Reading a row also
    clears it. ``i`` must be quiet while rows are read or cleared.

    Members
    -------
    i : In(stream.Signature(row_spikes_layout(params)))
        Spikes to add.
    rows : In(RowReader(input_rows, lanes))
        The row is cleared when it is read.
    clear : In(ClearPort(sweep_depth(params)))
        A row is cleared in the next cycle.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(stream.Signature(row_spikes_layout(params))),
            "rows": In(RowReader(params.input_rows, params.lanes)),
            "clear": In(ClearPort(sweep_depth(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p, rows = self.params, self.rows
        m.submodules.waiting = waiting = memory.Memory(shape=p.lanes, depth=p.input_rows, init=[])
        read, write = waiting.read_port(), waiting.write_port()
        taken, taken_row, adding = Signal(), Signal.like(rows.row), Signal()
        clears = within(self.clear, p.input_rows)
        m.d.comb += rows.data.eq(read.data)

        m.d.sync += [
            taken.eq(rows.en | clears),
            taken_row.eq(Mux(clears, self.clear.address, rows.row)),
        ]
        m.d.sync += adding.eq(self.i.valid & ~adding & ~rows.en)
        m.d.comb += self.i.ready.eq(adding)
        with m.If(rows.en):
            m.d.comb += [read.en.eq(1), read.addr.eq(rows.row)]
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
        contract, rests = Contract(m, self, platform), rows.en | self.clear.en | taken
        contract.needs_to_stay("i", self.i)
        contract.needs("there is such a row", self.i.p.row < p.input_rows, where=self.i.valid)
        contract.needs("the host is quiet while rows are taken", ~(rests & self.i.valid))
        return m
