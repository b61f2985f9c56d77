"""Who fired in this step: one bit per axon, and for every row the next row with a spike."""

from amaranth import Module, Mux, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import activity_layout, row_spikes_layout

__all__ = ["Activity"]


class Activity(wiring.Component):
    """Spikes by row, with a chain that skips silent rows.

    Rows must come in descending order, so that each knows the active row above it; the chain then
    finds every spike of a step without looking at silent rows. Nothing is queued, so no number of
    spikes is too many.

    Timing
    ------
    Takes a row per cycle. Answers follow their question by one cycle, and stay until the next.

    Members
    -------
    first : In(1)
        The row taken is the first (highest) of this step.
    valid, spikes : In
        The spikes of a row.
    scan_en, scan_row, scan : In, In, Out
        The first active row from ``scan_row`` on.
    walk_en, walk_row, walk : In, In, Out
        Likewise, a second reader.
    look_en, look_row, look_bits : In, In, Out
        The spikes of one row.
    clear, clear_row : In
        No spikes in a row.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        row = range(params.rows)
        found = activity_layout(params)
        super().__init__({
            "first": In(1),
            "valid": In(1),
            "spikes": In(row_spikes_layout(params)),
            "scan_en": In(1),
            "scan_row": In(row),
            "scan": Out(found),
            "walk_en": In(1),
            "walk_row": In(row),
            "walk": Out(found),
            "look_en": In(1),
            "look_row": In(row),
            "look_bits": Out(params.lanes),
            "clear": In(1),
            "clear_row": In(row),
        })

    def elaborate(self, platform):
        m = Module()
        p, found = self.params, activity_layout(self.params)
        m.submodules.chain = chain = memory.Memory(shape=found, depth=p.rows, init=[])
        m.submodules.rows = rows = memory.Memory(shape=p.lanes, depth=p.rows, init=[])
        chain_write, rows_write = chain.write_port(), rows.write_port()
        scan, walk, look = chain.read_port(), chain.read_port(), rows.read_port()
        m.d.comb += [
            scan.en.eq(self.scan_en),
            scan.addr.eq(self.scan_row),
            self.scan.eq(scan.data),
            walk.en.eq(self.walk_en),
            walk.addr.eq(self.walk_row),
            self.walk.eq(walk.data),
            look.en.eq(self.look_en),
            look.addr.eq(self.look_row),
            self.look_bits.eq(look.data),
        ]

        above, here = Signal(found), Signal(found)
        silent = self.spikes.bits == 0
        m.d.comb += [
            here.any.eq(~silent | (above.any & ~self.first)),
            here.row.eq(Mux(silent, above.row, self.spikes.row)),
            here.bits.eq(Mux(silent, above.bits, self.spikes.bits)),
        ]
        with m.If(self.valid):
            m.d.sync += above.eq(here)
        m.d.comb += [
            chain_write.en.eq(self.valid | self.clear),
            chain_write.addr.eq(Mux(self.clear, self.clear_row, self.spikes.row)),
            chain_write.data.eq(Mux(self.clear, 0, here.as_value())),
            rows_write.en.eq(self.valid | self.clear),
            rows_write.addr.eq(Mux(self.clear, self.clear_row, self.spikes.row)),
            rows_write.data.eq(Mux(self.clear, 0, self.spikes.bits)),
        ]
        return m
