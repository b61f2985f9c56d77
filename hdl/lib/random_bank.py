"""Random numbers for stochastic rounding and for noise: one xorshift32 generator per lane."""

from collections.abc import Sequence

from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.lib.memory import HOST_PORT

__all__ = ["RandomBank"]


class RandomBank(wiring.Component):
    """One 32-bit xorshift generator per lane (shifts 13, 17, 5: Marsaglia 2003).

    ``seeds`` are their states after a reset. Timing: ``bits`` changes one cycle after ``draw``.

    Members
    -------
    draw : In(1)
        Advance every generator once.
    dither : In(2)
        Register of this name.
    bits : Out(16).array(len(seeds))
        Upper half of each generator or, as ``dither`` says, all zeros or all ones.
    host : In(HOST_PORT)
        Reads and writes the state of a lane.
    """

    def __init__(self, seeds: Sequence[int]):
        self.seeds = [int(seed) for seed in seeds]
        super().__init__({
            "draw": In(1),
            "dither": In(2),
            "bits": Out(16).array(len(self.seeds)),
            "host": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        shown = Signal(32)
        m.d.comb += self.host.r_data.eq(shown)
        drawn, ones = self.dither == 0, self.dither[1]
        for lane, seed in enumerate(self.seeds):
            state = Signal(32, init=seed, name=f"state{lane}")
            first = state ^ (state << 13)[:32]
            second = first ^ (first >> 17)
            selected = self.host.en & (self.host.address == lane)
            with m.If(selected & self.host.write):
                m.d.sync += state.eq(self.host.w_data)
            with m.Elif(self.draw):
                m.d.sync += state.eq(second ^ (second << 5)[:32])
            with m.If(selected):
                m.d.sync += shown.eq(state)
            m.d.comb += self.bits[lane].eq((state[16:] & drawn.replicate(16)) | ones.replicate(16))
        return m
