"""Arrangement of what was read of a word in the lanes of its targets."""

from amaranth import Cat, Const, Module, Mux, Shape
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.delivery.rotation import to_lanes
from backspike.hdl.delivery.synapse_banks import banked_shapes
from backspike.hdl.delivery.word_reader import read_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import delivered_weight, word_layout

__all__ = ["LaneArranger", "arranged_layout", "lane_shapes"]


def lane_shapes(p: CoreParams) -> dict[str, Shape]:
    """Parts of a synapse in a lane of a word, by the name of their ports."""
    return banked_shapes(p) | {"weights": delivered_weight(p)}


def arranged_layout(p: CoreParams) -> data.StructLayout:
    """A word with what each lane has."""
    lanes = {name: data.ArrayLayout(shape, p.lanes) for name, shape in lane_shapes(p).items()}
    return data.StructLayout({"word": word_layout(p), **lanes})


class LaneArranger(wiring.Component):
    """Puts what was read in the lanes of its targets. Combinational.

    A single synapse is in every lane, and the mask has that of its target. The delay of a column is
    that of its list, and its weights have the sign that the list asks for, unless they are learned.

    Members
    -------
    i : In(read_layout(params))
    learn : In(1)
        The word is to be learned.
    o : Out(arranged_layout(params))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "i": In(read_layout(params)),
            "learn": In(1),
            "o": Out(arranged_layout(params)),
        })

    def elaborate(self, platform):
        m = Module()
        p, word, entry = self.params, self.i.word, self.i.stored.entry
        m.d.comb += self.o.word.eq(word)
        with m.If(word.sparse):
            m.d.comb += [
                self.o.word.row.eq(entry.target >> p.lane_bits),
                self.o.word.mask.eq(1 << entry.target[: p.lane_bits]),
                self.o.word.exponent.eq(entry.exponent),
                self.o.word.delay.eq(entry.delay),
            ]
        arranged = {"weights": self._weights()}
        if p.has_tags:
            arranged["tags"] = self._lanes("tags", word.sparse, entry.tag)
        if p.delays:
            arranged["delays"] = self._delays()
        for name, values in arranged.items():
            m.d.comb += [self.o[name][lane].eq(value) for lane, value in enumerate(values)]
        return m

    def _lanes(self, name: str, alike, value) -> list:
        """By lane, what the banks have or, if ``alike``, the same ``value``."""
        lanes = to_lanes(self.params, self.i.word, list(self.i.stored[name]))
        return [Mux(alike, value, lane) for lane in lanes]

    def _weights(self) -> list:
        """Weights with all their bits, and with the sign that their list asks for."""
        p, word, stored = self.params, self.i.word, self.i.stored
        banks = [Cat(Const(0, p.weight_low), weight).as_signed() for weight in stored.weights]
        lanes = [
            Mux(word.sparse, stored.entry.weight, weight) for weight in to_lanes(p, word, banks)
        ]
        if not p.columns:
            return lanes
        negated = word.negate & ~self.learn
        return [Mux(negated, -weight, weight) for weight in lanes]

    def _delays(self) -> list:
        """Delays; those of a column are alike."""
        word, entry = self.i.word, self.i.stored.entry
        if not self.params.columns:
            return self._lanes("delays", word.sparse, entry.delay)
        listed = Mux(word.sparse, entry.delay, word.delay)
        return self._lanes("delays", word.sparse | word.column, listed)
