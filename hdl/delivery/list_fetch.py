"""Fetch of the descriptors of axons' synapse lists."""

from amaranth import Module, Mux, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl import layouts
from backspike.hdl.host_ports import MemoryPorts
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.held_lookup import HeldLookup
from backspike.hdl.lib.memory import LookupTable
from backspike.hdl.lib.stream_buffer import register_slice
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import list_job_layout, served_axon_layout, source_layout

__all__ = ["ListFetch"]


class ListFetch(wiring.Component):
    """Looks up the lists of every axon: all of them to deliver, the plastic ones to learn.

    Timing
    ------
    Latency 4 cycles (3 without learning), throughput one list per cycle. A ``compact`` core reads
    an axon or a list only when the one before it has been taken: a list takes 3 cycles (2 without
    learning), one more if it is in halves. Axons without a list leave no trace.

    Members
    -------
    learn : In(1)
        Fetch lists to learn; may change while ``busy`` is low.
    busy : Out(1)
        An axon or a list is on its way.
    i : In(stream.Signature(served_axon_layout(params)))
    o : Out(stream.Signature(list_job_layout(params)))
    memories : In(MemoryPorts(params, "axons", "lists", "rules"))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "learn": In(1),
            "busy": Out(1),
            "i": In(stream.Signature(served_axon_layout(params))),
            "o": Out(stream.Signature(list_job_layout(params))),
            "memories": In(MemoryPorts(params, "axons", "lists", "rules")),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        source = source_layout(p)
        m.submodules.axons = axons = self._look_up(p.axons, layouts.axon_layout(p), source)
        m.submodules.lists = lists = self._look_up(p.lists, layouts.list_layout(p), source)
        wiring.connect(m, wiring.flipped(self.memories.axons), axons.host)
        wiring.connect(m, wiring.flipped(self.memories.lists), lists.host)

        m.d.comb += [
            axons.i.valid.eq(self.i.valid),
            axons.i.p.address.eq(self.i.p.axon),
            *(
                getattr(axons.i.p.carry, name).eq(getattr(self.i.p, name))
                for name, _ in source_layout(p)
            ),
            self.i.ready.eq(axons.i.ready),
        ]

        # First list and number of lists of the axon, worked out a cycle before they are needed.
        entry = axons.o.p.row
        span = data.StructLayout({"first": range(p.lists), "count": 6, "source": source})
        m.submodules.served = served = register_slice(p, span, compact=1)
        m.d.comb += [
            served.i.valid.eq(axons.o.valid),
            axons.o.ready.eq(served.i.ready),
            served.i.p.first.eq(entry.list + Mux(self.learn, 0, entry.silent)),
            served.i.p.count.eq(Mux(self.learn, entry.plastic, entry.lists)),
            served.i.p.source.eq(axons.o.p.carry),
        ]

        # Each axon becomes `count` lists.
        axon, number, none, last = served.o.p, Signal(6), Signal(), Signal()
        m.d.comb += [
            none.eq(axon.count == 0),
            last.eq(number + 1 == axon.count),
            lists.i.valid.eq(served.o.valid & ~none),
            lists.i.p.address.eq(axon.first + number),
            lists.i.p.carry.eq(axon.source),
            served.o.ready.eq(none | (last & lists.i.ready)),
        ]
        with m.If(lists.i.valid & lists.i.ready):
            m.d.sync += number.eq(Mux(last, 0, number + 1))

        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        contract.holds("lists are counted", number < axon.count, where=lists.i.valid)
        if not p.learning:
            m.d.comb += [
                self.o.valid.eq(lists.o.valid),
                self.o.p.list.eq(lists.o.p.row),
                self.o.p.source.eq(lists.o.p.carry),
                lists.o.ready.eq(self.o.ready),
                self.busy.eq(axons.o.valid | served.o.valid | lists.o.valid),
            ]
            return m

        carry = data.StructLayout({"list": layouts.list_layout(p), "source": source})
        table = HeldLookup if p.compact else LookupTable
        m.submodules.rules = rules = table(depth=p.rules, row=layouts.rule_layout(p), carry=carry)
        wiring.connect(m, wiring.flipped(self.memories.rules), rules.host)
        m.d.comb += [
            rules.i.valid.eq(lists.o.valid),
            rules.i.p.address.eq(lists.o.p.row.rule),
            rules.i.p.carry.list.eq(lists.o.p.row),
            rules.i.p.carry.source.eq(lists.o.p.carry),
            lists.o.ready.eq(rules.i.ready),
            self.o.valid.eq(rules.o.valid),
            self.o.p.list.eq(rules.o.p.carry.list),
            self.o.p.rule.eq(rules.o.p.row),
            self.o.p.source.eq(rules.o.p.carry.source),
            rules.o.ready.eq(self.o.ready),
            self.busy.eq(axons.o.valid | served.o.valid | lists.o.valid | rules.o.valid),
        ]
        return m

    def _look_up(self, depth: int, row: data.Layout, carry: data.Layout):
        """A table of axons or of lists."""
        p, table = self.params, {"depth": depth, "row": row, "carry": carry}
        return HeldLookup(**table, halved=p.halves_tables) if p.compact else LookupTable(**table)
