"""The trace of a reward."""

from amaranth import Cat, Module, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.lib.arith import saturate, shift_to_zero
from backspike.hdl.lib.contract import Contract

__all__ = ["RewardTrace"]


class RewardTrace(wiring.Component):
    """A reward trace, r0 or r1: decays towards zero in every step, and takes what arrived for it.

    Timing: ``value`` changes one cycle after ``step``, and only then; the next ``step`` comes at
    least two cycles after a change of ``value`` or ``decay``. Several impulses in a step add,
    saturating at 8 bits.

    Members
    -------
    step : In(1)
        A time step begins.
    decay : In(17)
        What it keeps, in 1/65536.
    add, impulse : In
        Raise it in the next step.
    set, set_value : In
        The host's: replaces what has been added.
    clear : In(1)
        Forget everything.
    value : Out(signed(REWARD_BITS))
    """

    step: In(1)
    decay: In(17)
    add: In(1)
    impulse: In(signed(REWARD_BITS))
    set: In(1)
    set_value: In(signed(REWARD_BITS))
    clear: In(1)
    value: Out(signed(REWARD_BITS))

    def elaborate(self, platform):
        m = Module()
        shape = signed(REWARD_BITS)
        pending = Signal(shape)
        product, kept = Signal(signed(REWARD_BITS + 17)), Signal(signed(REWARD_BITS + 1))
        m.d.sync += [
            product.eq(self.value * self.decay),
            kept.eq(shift_to_zero(product, 16)),
        ]
        with m.If(self.clear):
            m.d.sync += [self.value.eq(0), pending.eq(0)]
        with m.Elif(self.step):
            m.d.sync += [self.value.eq(saturate(kept + pending, shape)), pending.eq(0)]
        with m.Elif(self.set):
            m.d.sync += pending.eq(self.set_value)
        with m.Elif(self.add):
            m.d.sync += pending.eq(saturate(pending + self.impulse, shape))
        contract = Contract(m, self, platform)
        same = Cat(self.value, self.decay) == contract.past("factors", Cat(self.value, self.decay))
        steady = same & contract.past("same", same)
        contract.needs("a step waits for the decay of the last", steady, where=self.step)
        exact = pending + self.impulse
        contract.reached("impulses saturate", self.add & (exact != saturate(exact, shape)))
        return m
