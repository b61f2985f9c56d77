"""Spikes of this step: one bit per axon, and for every row the next row with a spike."""

from amaranth import Module, Mux, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In

from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort, within
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import activity_layout
from backspike.hdl.ports import SpikeRows, activity_reader, spikes_reader, sweep_depth

__all__ = ["Activity"]


class Activity(wiring.Component):
    """Spikes by row, with a chain that skips silent rows.

    Rows must come in descending order, so that each knows the active row above it; the chain then
    finds every spike of a step without looking at silent rows. Nothing is queued, so no number of
    spikes is too many.

    Timing
    ------
    Takes a row per cycle.

    Members
    -------
    fired : In(SpikeRows(params))
    scan, walk : In(activity_reader(params))
        Two readers of the first active row from a row on.
    look : In(spikes_reader(params))
    clear : In(ClearPort(sweep_depth(params)))
        No spikes in a row.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "fired": In(SpikeRows(params)),
            "scan": In(activity_reader(params)),
            "walk": In(activity_reader(params)),
            "look": In(spikes_reader(params)),
            "clear": In(ClearPort(sweep_depth(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p, found = self.params, activity_layout(self.params)
        # What is found decides where to look next, within a cycle: look-up tables answer sooner
        # than block RAM. Where cells are few, it is a memory like others.
        style = {} if p.compact else {"ram_style": "distributed"}
        m.submodules.chain = chain = memory.Memory(shape=found, depth=p.rows, init=[], attrs=style)
        m.submodules.rows = rows = memory.Memory(shape=p.lanes, depth=p.rows, init=[])
        chain_write, rows_write = chain.write_port(), rows.write_port()
        for reader, ram in ((self.scan, chain), (self.walk, chain), (self.look, rows)):
            port = ram.read_port()
            m.d.comb += [
                port.en.eq(reader.en),
                port.addr.eq(reader.row),
                reader.data.eq(port.data),
            ]

        spikes, clears = self.fired.spikes, within(self.clear, p.rows)
        above, active = Signal(found), Signal(found)  # from the row above on; from this one on
        silent = spikes.bits == 0
        m.d.comb += [
            active.any.eq(~silent | (above.any & ~self.fired.first)),
            active.row.eq(Mux(silent, above.row, spikes.row)),
            active.bits.eq(Mux(silent, above.bits, spikes.bits)),
        ]
        if not p.compact:
            m.d.comb += [
                active.more.eq(Mux(silent, above.more, above.any & ~self.fired.first)),
                active.after.eq(Mux(silent, above.after, above.row)),
            ]
        with m.If(self.fired.valid):
            m.d.sync += above.eq(active)
        for write, value in ((chain_write, active.as_value()), (rows_write, spikes.bits)):
            m.d.comb += [
                write.en.eq(self.fired.valid | clears),
                write.addr.eq(Mux(clears, self.clear.address, spikes.row)),
                write.data.eq(Mux(clears, 0, value)),
            ]
        contract = Contract(m, self, platform)
        contract.needs("rows come after a sweep", ~(self.fired.valid & self.clear.en))
        contract.needs(
            "rows come in descending order",
            spikes.row < contract.latest("row", spikes.row, self.fired.valid),
            where=self.fired.valid & ~self.fired.first,
        )
        skips = self.fired.valid & silent & active.any
        contract.reached("a silent row leads on to another", skips)
        return m
