"""Pipelines around the synapse memories: a word goes in, the word with what is stored comes out."""

from amaranth import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.delivery.synapse_banks import stored_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["CompactReader", "PipelinedReader", "read_layout"]


def read_layout(p: CoreParams) -> data.StructLayout:
    """A word, and what the memories hold of it."""
    return data.StructLayout({"word": word_layout(p), "stored": stored_layout(p)})


def _ports(p: CoreParams) -> dict:
    return {
        "i": In(stream.Signature(word_layout(p))),
        "o": Out(stream.Signature(read_layout(p))),
        "locked": In(1),
        "learn": In(1),
        "written": In(1),
        "dense_en": Out(1),
        "sparse_en": Out(1),
        "stored": In(stored_layout(p)),
        "busy": Out(1),
    }


def _read(m: Module, reader: wiring.Component, ready) -> Signal:
    """Read a word when ``ready``, unless it is dense and locked; returns whether it is read."""
    is_read, sparse = Signal(), reader.i.p.sparse
    m.d.comb += [
        reader.i.ready.eq(ready & (sparse | ~reader.locked)),
        is_read.eq(reader.i.valid & reader.i.ready),
        reader.dense_en.eq(is_read & ~sparse),
        reader.sparse_en.eq(is_read & sparse),
    ]
    return is_read


class PipelinedReader(wiring.Component):
    """Registers for the word, and behind the memories.

    Timing: latency 2 cycles, one word per cycle while ``o.ready`` is high.

    Members
    -------
    i : In(stream.Signature(word_layout(params)))
        The word whose addresses the memories have.
    o : Out(stream.Signature(read_layout(params)))
        The same word, read.
    locked : In(1)
        No dense word can be read.
    learn : In(1)
        Words are read to be learned.
    written : In(1)
        A learned word is being written.
    dense_en, sparse_en : Out(1)
        Read a dense word; a single synapse.
    stored : In(stored_layout(params))
        What the memories have read.
    busy : Out(1)
        A word is on its way.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__(_ports(params))

    def elaborate(self, platform):
        m = Module()
        is_read = _read(m, self, self.o.ready)
        word, valid = Signal(word_layout(self.params), reset_less=True), Signal()
        o_valid = Signal()
        o_word = Signal(word_layout(self.params), reset_less=True)
        o_stored = Signal(stored_layout(self.params))
        with m.If(self.o.ready):
            m.d.sync += [
                valid.eq(is_read),
                word.eq(self.i.p),
                o_valid.eq(valid),
                o_word.eq(word),
                o_stored.eq(self.stored),
            ]
        m.d.comb += [
            self.o.valid.eq(o_valid),
            self.o.p.word.eq(o_word),
            self.o.p.stored.eq(o_stored),
            self.busy.eq(valid | o_valid),
        ]
        return m


class CompactReader(wiring.Component):
    """A register for the word; the memories keep what they have read.

    Timing: latency 1 cycle, a word every other cycle, and none while one is being learned.

    Members
    -------
    As of :class:`PipelinedReader`.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__(_ports(params))

    def elaborate(self, platform):
        m = Module()
        word, valid = Signal(word_layout(self.params), reset_less=True), Signal()
        learning, written = Signal(), Signal()
        is_read = _read(m, self, ~learning & ~valid)
        m.d.sync += [
            written.eq(self.written),
            learning.eq((is_read & self.learn) | (learning & ~written)),
        ]
        with m.If(self.o.ready | ~valid):
            m.d.sync += [valid.eq(is_read), word.eq(self.i.p)]
        m.d.comb += [
            self.o.valid.eq(valid),
            self.o.p.word.eq(word),
            self.o.p.stored.eq(self.stored),
            self.busy.eq(valid),
        ]
        return m
