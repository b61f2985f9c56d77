"""A register slice: cuts every combinational path between the two ends of a stream."""

from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

__all__ = ["StreamBuffer"]


class StreamBuffer(wiring.Component):
    """Two registers deep, so that it passes a word per cycle.

    Timing
    ------
    Latency 1 cycle, throughput one word per cycle. ``i.ready`` and ``o`` are registers.

    Parameters
    ----------
    shape : ShapeLike
        Payload.

    Members
    -------
    i, o : In, Out(stream.Signature(shape))
    """

    def __init__(self, shape):
        self.shape = shape
        super().__init__({"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape))})

    def elaborate(self, platform):
        m = Module()
        spare, spare_full = Signal(self.shape, reset_less=True), Signal()
        passes, taken = ~self.o.valid | self.o.ready, self.i.valid & self.i.ready
        m.d.comb += self.i.ready.eq(~spare_full)
        # What is not valid is copied too: so no payload waits for `i.valid`.
        with m.If(~spare_full):
            m.d.sync += spare.eq(self.i.payload)
        with m.If(passes):
            m.d.sync += [self.o.valid.eq(taken | spare_full), spare_full.eq(0)]
            m.d.sync += self.o.payload.eq(Mux(spare_full, spare, self.i.payload))
        with m.Elif(taken):
            m.d.sync += spare_full.eq(1)
        return m
