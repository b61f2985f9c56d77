"""Write of learned synapses, from the lanes of their targets to the banks."""

from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.delivery.rotation import to_banks
from backspike.hdl.delivery.synapse_banks import SynapseWrite, banked_shapes
from backspike.hdl.lib.arith import at_most_one
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import WriteBack

__all__ = ["SynapseWriter"]


class SynapseWriter(wiring.Component):
    """Writes the lanes of a mask back.

    Timing: latency 1 cycle, a word per cycle.

    Members
    -------
    learned : In(WriteBack(params))
        What was learned.
    write : Out(SynapseWrite(params))
        The port of the memories.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({"learned": In(WriteBack(params)), "write": Out(SynapseWrite(params))})

    def elaborate(self, platform):
        m = Module()
        p, word, stored = self.params, self.learned.word, self.write.stored
        lanes = {name: list(getattr(self.learned, name)) for name in banked_shapes(p)}
        self._write_single(m, lanes)
        lanes["weights"] = [weight >> p.weight_low for weight in lanes["weights"]]
        masked = to_banks(p, word, [word.mask[lane] for lane in range(p.lanes)])
        m.d.sync += [
            self.write.address.eq(word.address),
            self.write.sparse_en.eq(self.learned.en & word.sparse),
        ]
        for bank in range(p.lanes):
            m.d.sync += self.write.dense_en[bank].eq(self.learned.en & ~word.sparse & masked[bank])
        for name, values in lanes.items():
            m.d.sync += [
                stored[name][bank].eq(value) for bank, value in enumerate(to_banks(p, word, values))
            ]
        Contract(m, self, platform).needs(
            "a single synapse has one lane",
            word.mask.any() & at_most_one(word.mask),
            where=self.learned.en & word.sparse,
        )
        return m

    def _write_single(self, m: Module, lanes: dict[str, list]) -> None:
        """A single synapse is written whole: its target and its exponent are not new."""
        p, word, entry = self.params, self.learned.word, self.write.stored.entry
        number = Signal(range(max(2, p.lanes)))
        single = {name: Signal.like(values[0], name=name) for name, values in lanes.items()}
        for lane in range(p.lanes):
            with m.If(word.mask[lane]):
                m.d.comb += number.eq(lane)
                m.d.comb += [value.eq(lanes[name][lane]) for name, value in single.items()]
        m.d.sync += [
            entry.weight.eq(single["weights"]),
            entry.target.eq((word.row << p.lane_bits) + number),
            entry.exponent.eq(word.exponent),
            entry.delay.eq(single.get("delays", word.delay)),
        ]
        if p.has_tags:
            m.d.sync += entry.tag.eq(single["tags"])
