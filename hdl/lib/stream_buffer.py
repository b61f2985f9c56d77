"""A register slice: cuts every combinational path between the two ends of a stream."""

from amaranth import Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams

__all__ = ["StreamBuffer", "register_slice"]


class StreamBuffer(wiring.Component):
    """Stream buffer of two registers, which pass a word per cycle, or of one, or of none.

    Timing
    ------
    With two registers: latency 1 cycle, throughput one word per cycle; ``i.ready`` and ``o.valid``
    are registers, ``o.payload`` is one of two. With one: latency 1 cycle, a word every other cycle.
    With none, it is nothing but wires.

    Parameters
    ----------
    shape : ShapeLike
        Payload.
    depth : int
        Registers, 0 to 2.

    Members
    -------
    i, o : In, Out(stream.Signature(shape))
    """

    def __init__(self, shape, *, depth: int = 2):
        self.shape, self.depth = shape, depth
        super().__init__({"i": In(stream.Signature(shape)), "o": Out(stream.Signature(shape))})

    def elaborate(self, platform):
        m = Module()
        if self.depth == 0:
            wiring.connect(m, wiring.flipped(self.i), wiring.flipped(self.o))
            return m
        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        if self.depth == 1:
            m.d.comb += self.i.ready.eq(~self.o.valid)
            with m.If(~self.o.valid):
                m.d.sync += [self.o.valid.eq(self.i.valid), self.o.payload.eq(self.i.payload)]
            with m.Elif(self.o.ready):
                m.d.sync += self.o.valid.eq(0)
            return m
        entries = [Signal(self.shape, name=f"entry{n}", reset_less=True) for n in range(2)]
        ready, valid = Signal(init=1), Signal()  # fewer than two words, and any
        newest, oldest = Signal(), Signal()  # the entry to fill, and the one to empty
        pushed, popped = ready & self.i.valid, valid & self.o.ready
        m.d.comb += [
            self.i.ready.eq(ready),
            self.o.valid.eq(valid),
            self.o.payload.eq(Mux(oldest, entries[1], entries[0])),
        ]
        # An entry copies `i.payload` also while `i.valid` is low, and keeps what was taken from it:
        # so the handshakes enable no wide register.
        for n, entry in enumerate(entries):
            with m.If(ready & (newest == n)):
                m.d.sync += entry.eq(self.i.payload)
        m.d.sync += [
            newest.eq(newest ^ pushed),
            oldest.eq(oldest ^ popped),
            valid.eq(pushed | (valid & ~(ready & popped))),
            ready.eq(Mux(ready, ~(valid & pushed & ~popped), popped)),
        ]
        contract.reached("a full buffer refuses a word", ~ready & self.i.valid & ~self.o.ready)
        contract.reached("a word comes as another leaves", pushed & popped)
        return m


def register_slice(params: CoreParams, shape, *, compact: int = 0) -> StreamBuffer:
    """Buffer of two registers; in a ``compact`` core, of so many as ``compact`` says."""
    return StreamBuffer(shape, depth=compact if params.compact else 2)
