"""Addresses of the banks of a word, in front of the synapse memories."""

from amaranth import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.delivery.rotation import bank_offsets
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["BankAddresses"]


class BankAddresses(wiring.Component):
    """Adds to each word in a stream the addresses of its banks.

    Timing: latency 1 cycle with ``columns``, unless the core is ``compact``; else combinational.
    One word per cycle.

    Members
    -------
    i, o : In, Out(stream.Signature(word_layout(params)))
    addresses : Out.array(lanes)
        Of the word in ``o``, if it is dense.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        words = stream.Signature(word_layout(params))
        super().__init__({
            "i": In(words),
            "o": Out(words),
            "addresses": Out(range(params.dense_words)).array(params.lanes),
        })

    @property
    def registered(self) -> bool:
        """A word waits in a register while its addresses are found."""
        return self.params.columns and not self.params.compact

    def elaborate(self, platform):
        m = Module()
        offsets = bank_offsets(self.params, self.i.p)
        if self.registered:
            offsets = self._register(m, offsets)
        else:
            connect(m, flipped(self.i), flipped(self.o))
        for address, offset in zip(self.addresses, offsets, strict=True):
            m.d.comb += address.eq(self.o.p.address + offset)
        return m

    def _register(self, m: Module, offsets: list) -> list[Signal]:
        """A register for a word, and for the offsets of its banks."""
        word, valid = Signal(word_layout(self.params), reset_less=True), Signal()
        m.d.comb += [
            self.i.ready.eq(~valid | self.o.ready),
            self.o.valid.eq(valid),
            self.o.p.eq(word),
        ]
        registers = [
            Signal(range(self.params.dense_words), name=f"offset{n}", reset_less=True)
            for n in range(self.params.lanes)
        ]
        with m.If(self.i.ready):
            m.d.sync += [valid.eq(self.i.valid), word.eq(self.i.p)]
            m.d.sync += [
                register.eq(offset) for register, offset in zip(registers, offsets, strict=True)
            ]
        return registers
