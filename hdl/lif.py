"""The leaky integrate-and-fire update of one compartment, as a pipeline."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import leak, saturate, shift_to_zero, wrap
from backspike.hdl.layouts import bias_layout, profile_layout, state_layout
from backspike.hdl.params import CoreParams, Overflow

__all__ = ["LifUpdate"]


class LifUpdate(wiring.Component):
    """One compartment's step, in Loihi's order (u, v and bias in 1/64 of a weight unit)::

        u = leak(u, decay_u) + 64 * sum, or - 64 * sum
        v = leak(v, decay_v) + (u + bias), limited to vmin..vmax; 0 while refractory
        spike = may_fire and v > 64 * threshold, within the window if there is one;
                then v = 0 and the refractory time starts

    ``u`` and ``u + bias`` have 24 bits, and saturate or wrap as the parameters say.

    Timing
    ------
    Latency :attr:`LATENCY` cycles, throughput one compartment per cycle. No back-pressure: what
    goes in while ``en`` is high comes out :attr:`LATENCY` cycles later.

    Members
    -------
    en : In(1)
        Inputs are valid.
    state, bias, profile, sum, negate, may_fire : In
        State, bias and constants of the compartment, its accumulator, whether to take the
        negative of that, and what its gate says.
    next_state : Out
        State after the step.
    spike : Out(1)
        Whether it fired.
    """

    LATENCY = 3

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "en": In(1),
            "state": In(state_layout(params)),
            "bias": In(bias_layout(params)),
            "profile": In(profile_layout(params)),
            "sum": In(signed(params.acc_width)),
            "negate": In(1),
            "may_fire": In(1),
            "next_state": Out(state_layout(params)),
            "spike": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        narrow = wrap if self.params.overflow is Overflow.WRAP else saturate
        s24 = signed(24)

        # Stage 1: leaks, still to be shifted, and the expanded bias.
        products = data.StructLayout({
            "u": signed(37),
            "v": signed(37),
            "sum": signed(self.params.acc_width),
            "negate": 1,
            "may_fire": 1,
            "bias": signed(20),
            "profile": profile_layout(self.params),
            "refractory": 6,
        })
        s1 = Signal(products, reset_less=True)
        s1_en, s2_en = Signal(), Signal()
        m.d.sync += s1_en.eq(self.en)
        with m.If(self.en):
            m.d.sync += [
                s1.u.eq(leak(self.state.u, self.profile.decay_u)),
                s1.v.eq(leak(self.state.v, self.profile.decay_v)),
                s1.sum.eq(self.sum),
                s1.negate.eq(self.negate),
                s1.may_fire.eq(self.may_fire),
                s1.bias.eq(self.bias.mantissa << self.bias.exponent),
                s1.profile.eq(self.profile),
                s1.refractory.eq(self.state.refractory),
            ]

        # Stage 2: the current, and what flows into the voltage.
        s2 = Signal(
            data.StructLayout({
                "u": s24,
                "into": s24,
                "v": s24,
                "profile": profile_layout(self.params),
                "ceiling": 18,
                "may_fire": 1,
                "refractory": 6,
            }),
            reset_less=True,
        )
        u = Signal(s24)
        current = Mux(s1.negate, -s1.sum, s1.sum) << 6
        m.d.comb += u.eq(narrow(shift_to_zero(s1.u, 12) + current, s24))
        m.d.sync += s2_en.eq(s1_en)
        with m.If(s1_en):
            m.d.sync += [
                s2.u.eq(u),
                s2.into.eq(narrow(u + s1.bias, s24)),
                s2.v.eq(shift_to_zero(s1.v, 12)),
                s2.profile.eq(s1.profile),
                s2.ceiling.eq(s1.profile.threshold + (1 << s1.profile.window)),
                s2.may_fire.eq(s1.may_fire),
                s2.refractory.eq(s1.refractory),
            ]

        # Stage 3: the voltage, and whether it fires.
        sum_v, low, high, v = Signal(signed(25)), Signal(s24), Signal(s24), Signal(s24)
        held = s2.refractory != 0
        fires = Signal()
        m.d.comb += [
            sum_v.eq(s2.v + s2.into),
            low.eq(1 - (1 << s2.profile.vmin)),
            high.eq((1 << (9 + (s2.profile.vmax << 1))) - 1),
            v.eq(Mux(held, 0, Mux(sum_v < low, low, Mux(sum_v > high, high, sum_v)))),
            fires.eq(
                s2.may_fire
                & (v > (s2.profile.threshold << 6))
                & ((s2.profile.window == 0) | (v <= (s2.ceiling << 6)))
            ),
        ]
        left = Mux(fires, s2.profile.refractory, s2.refractory)
        with m.If(s2_en):
            m.d.sync += [
                self.next_state.u.eq(s2.u),
                self.next_state.v.eq(Mux(fires, 0, v)),
                self.next_state.refractory.eq(Mux(left == 0, 0, left - 1)),
                self.spike.eq(fires),
            ]
        return m
