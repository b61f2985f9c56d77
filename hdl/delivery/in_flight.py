"""Lock for words that are being learned: none is read again before it is written."""

from amaranth import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["InFlight"]

#: More words than can be between the synapse memories and the write of what was learned.
IN_FLIGHT = 16


class InFlight(wiring.Component):
    """A ring of the words that were read to be learned.

    Words are written once each, in their order.

    Timing: ``locked`` tells of the word in ``waiting`` from the cycle in which it arrives; a word
    is free two cycles after ``written``.

    Members
    -------
    learn : In(1)
        Words are read to be learned.
    offered : In(word_layout(params))
        The word that will be in ``waiting`` in the next cycle, if ``moves``.
    moves : In(1)
        The next word comes.
    waiting, valid : In(word_layout(params)), In(1)
        The word that waits to be read, if there is one.
    read : In(1)
        It is read.
    written : In(1)
        The oldest word is being written.
    locked : Out(1)
        The word in ``waiting`` is dense and being learned.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "learn": In(1),
            "offered": In(word_layout(params)),
            "moves": In(1),
            "waiting": In(word_layout(params)),
            "valid": In(1),
            "read": In(1),
            "written": In(1),
            "locked": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        newest, oldest = Signal(IN_FLIGHT, init=1), Signal(IN_FLIGHT, init=1)
        pushes, pops = Signal(), Signal()
        hits, full = Signal(IN_FLIGHT), Signal(IN_FLIGHT)
        m.d.comb += [pushes.eq(self.read & self.learn), self.locked.eq(hits.any())]
        m.d.sync += pops.eq(self.written)
        with m.If(pushes):
            m.d.sync += newest.eq(newest.rotate_left(1))
        with m.If(pops):
            m.d.sync += oldest.eq(oldest.rotate_left(1))
        for n in range(IN_FLIGHT):
            self._add_place(m, n, pushes & newest[n], pops & oldest[n], newest[n], hits[n], full[n])
        contract = Contract(m, self, platform)
        contract.needs("there is place for a word", ~(pushes & (full & newest).any()))
        contract.needs(
            "a word that is written was read", (full & oldest).any(), where=pops & self.learn
        )
        contract.reached("a word waits for its lock", self.valid & self.locked)
        contract.reached("the ring goes round", pushes & newest[-1])
        return m

    def _add_place(self, m: Module, n: int, pushed, popped, is_newest, hit, full) -> None:
        """A place of the ring, and whether the next word is the one in it."""
        waiting, offered = self.waiting, self.offered
        address = Signal.like(waiting.address, name=f"address{n}", reset_less=True)
        dense = Signal(name=f"dense{n}", reset_less=True)
        kept = full & ~popped
        m.d.sync += full.eq(pushed | kept)
        with m.If(pushed):
            m.d.sync += [address.eq(waiting.address), dense.eq(~waiting.sparse)]
        # A word that waits is pushed when the next one takes its place.
        same = ~waiting.sparse & (waiting.address == offered.address)
        found = kept & dense & (address == offered.address)
        with m.If(self.moves):
            m.d.sync += hit.eq(Mux(self.valid & self.learn & is_newest, same, found))
        with m.Else():
            m.d.sync += hit.eq(hit & kept)
