"""A register slice: cuts every combinational path between the two ends of a stream."""

from amaranth import Module, Signal
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
        taken = self.i.valid & self.i.ready
        m.d.comb += self.i.ready.eq(~spare_full)
        with m.If(~self.o.valid | self.o.ready):
            m.d.sync += [self.o.valid.eq(taken | spare_full), spare_full.eq(0)]
            with m.If(spare_full):
                m.d.sync += self.o.payload.eq(spare)
            with m.Elif(taken):
                m.d.sync += self.o.payload.eq(self.i.payload)
        with m.Elif(taken):
            m.d.sync += [spare.eq(self.i.payload), spare_full.eq(1)]
        return m
