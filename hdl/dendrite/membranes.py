"""Membranes of a step: the voltages that rows have before they are reset, for rows that watch."""

from amaranth import Module, Mux, Shape, Signal, signed
from amaranth.lib import data, memory, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.dendrite.part_walk import part_layout, parts_of_row
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams

__all__ = ["Membranes", "look_layout"]


def look_layout(p: CoreParams) -> data.StructLayout:
    """Membrane that a row looks at, if it watches one."""
    return data.StructLayout({"watch": 1, "row": range(p.compartment_rows), "negate": 1})


class Membranes(wiring.Component):
    """Keeps the voltages of every row that watches no other, and hands them to those that do.

    A row is walked before the rows below it, so that these see its voltages of the same step.

    Timing
    ------
    Latency 1 cycle, throughput one part of a row per cycle. A row may be watched in the cycle after
    its voltages came.

    Members
    -------
    item : In(part_layout(params))
        The part of a row whose voltages come.
    look : In(look_layout(params))
        What its row watches.
    voltages : In(signed(24)).array(dendrite_lanes)
        Its own, limited, before a reset.
    watch : Out(1)
        The part of the cycle before watches a membrane.
    membranes : Out(signed(24)).array(dendrite_lanes)
        That membrane, or its negative.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "item": In(part_layout(params)),
            "look": In(look_layout(params)),
            "voltages": In(signed(24)).array(params.dendrite_lanes),
            "watch": Out(1),
            "membranes": Out(signed(24)).array(params.dendrite_lanes),
        })

    def elaborate(self, platform):
        m = Module()
        p, item, look = self.params, self.item, self.look
        parts = parts_of_row(p)
        shape = data.ArrayLayout(signed(24), p.dendrite_lanes)
        m.submodules.words = words = memory.Memory(
            shape=Shape.cast(shape).width, depth=p.compartments // p.dendrite_lanes, init=[]
        )
        read, write = words.read_port(), words.write_port()
        updated, negate = item.valid & ~item.input, Signal()
        m.d.sync += [self.watch.eq(look.watch), negate.eq(look.negate)]
        m.d.comb += [
            write.en.eq(updated & ~look.watch),
            write.addr.eq(item.row * parts + item.part),
            read.en.eq(updated & look.watch),
            read.addr.eq(look.row * parts + item.part),
        ]
        kept, seen = data.View(shape, write.data), data.View(shape, read.data)
        for lane in range(p.dendrite_lanes):
            m.d.comb += [
                kept[lane].eq(self.voltages[lane]),
                self.membranes[lane].eq(Mux(negate, -seen[lane], seen[lane])),
            ]
        contract, row = Contract(m, self, platform), item.row
        contract.needs("there is such a row", row < p.compartment_rows, where=updated)
        above = contract.latest("above", row, updated)
        contract.reached("a row is watched at once", read.en & (look.row == above))
        return m
