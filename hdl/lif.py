"""The leaky integrate-and-fire update of one compartment, as a pipeline."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import leak, saturate, shift_to_zero, wrap
from backspike.hdl.layouts import (
    NOISE_BITS,
    NOISE_FRACTION,
    NOISE_SHAPE,
    NoiseTarget,
    bias_layout,
    profile_layout,
    state_layout,
)
from backspike.hdl.params import CoreParams, Overflow

__all__ = ["LifUpdate"]


class LifUpdate(wiring.Component):
    """One compartment's step, in Loihi's order (u, v and bias in 1/64 of a weight unit)::

        u = leak(u, decay_u) + 64 * sum, or - 64 * sum
        v = leak(v, decay_v) + (u + bias), limited to vmin..vmax; 0 while refractory
        spike = may_fire and v > 64 * threshold, within the window if there is one;
                then v = 0 and the refractory time starts

    ``u`` and ``u + bias`` have 24 bits, and saturate or wrap as the parameters say. Noise, in a
    core that has it, is added where the sum is or where the bias is.

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
    random, noise_mantissa, noise_exponent, noisy : In
        In a core with noise: what is drawn, and the fields of the row; see
        :func:`backspike.hdl.layouts.row_layout`.
    next_state : Out
        State after the step.
    spike : Out(1)
        Whether it fired.
    """

    LATENCY = 5

    def __init__(self, params: CoreParams):
        self.params = params
        noise = {
            "random": In(signed(NOISE_BITS)),
            "noise_mantissa": In(signed(7)),
            "noise_exponent": In(4),
            "noisy": In(NoiseTarget),
        }
        super().__init__({
            **(noise if params.noise else {}),
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
        current, bias = signed(self.params.acc_width + 7), signed(20)
        if self.params.noise:
            current, bias = signed(max(current.width, NOISE_SHAPE.width + 1)), NOISE_SHAPE

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
        on_current = on_voltage = 0
        if self.params.noise:
            drawn = Signal(signed(NOISE_SHAPE.width + NOISE_FRACTION))
            noisy = Signal(NoiseTarget)
            with m.If(self.en):
                m.d.sync += [
                    drawn.eq(
                        Mux(
                            self.noise_exponent == 0,
                            0,
                            (self.random + (self.noise_mantissa << 6)) << self.noise_exponent,
                        )
                    ),
                    noisy.eq(self.noisy),
                ]
            noise = shift_to_zero(drawn, NOISE_FRACTION)
            on_current = Mux(noisy == NoiseTarget.CURRENT, noise, 0)
            on_voltage = Mux(noisy == NoiseTarget.VOLTAGE, noise, 0)

        # Stage 2: the leaked state and the current, each still to be added.
        s2 = Signal(
            data.StructLayout({
                "u": signed(25),
                "current": current,
                "v": s24,
                "bias": bias,
                "profile": profile_layout(self.params),
                "ceiling": 18,
                "may_fire": 1,
                "refractory": 6,
            }),
            reset_less=True,
        )
        s3_en, s4_en = Signal(), Signal()
        m.d.sync += [s2_en.eq(s1_en), s3_en.eq(s2_en), s4_en.eq(s3_en)]
        with m.If(s1_en):
            m.d.sync += [
                s2.u.eq(shift_to_zero(s1.u, 12)),
                s2.current.eq((Mux(s1.negate, -s1.sum, s1.sum) << 6) + on_current),
                s2.bias.eq(s1.bias + on_voltage),
                s2.v.eq(shift_to_zero(s1.v, 12)),
                s2.profile.eq(s1.profile),
                s2.ceiling.eq(s1.profile.threshold + (1 << s1.profile.window)),
                s2.may_fire.eq(s1.may_fire),
                s2.refractory.eq(s1.refractory),
            ]

        # Stage 3: the current, and what flows into the voltage.
        s3 = Signal(
            data.StructLayout({
                "u": s24,
                "bias": bias,
                "v": s24,
                "low": s24,
                "high": s24,
                "profile": profile_layout(self.params),
                "ceiling": 18,
                "may_fire": 1,
                "refractory": 6,
            }),
            reset_less=True,
        )
        with m.If(s2_en):
            m.d.sync += [
                s3.u.eq(narrow(s2.u + s2.current, s24)),
                s3.low.eq(1 - (1 << s2.profile.vmin)),
                s3.high.eq((1 << (9 + (s2.profile.vmax << 1))) - 1),
                *(
                    getattr(s3, name).eq(getattr(s2, name))
                    for name in ("bias", "v", "profile", "ceiling", "may_fire", "refractory")
                ),
            ]

        # Stage 4: the voltage, within its range.
        s4 = Signal(
            data.StructLayout({
                "u": s24,
                "v": s24,
                "profile": profile_layout(self.params),
                "ceiling": 18,
                "may_fire": 1,
                "refractory": 6,
            }),
            reset_less=True,
        )
        sum_v = Signal(signed(25))
        m.d.comb += sum_v.eq(s3.v + narrow(s3.u + s3.bias, s24))
        limited = Mux(sum_v < s3.low, s3.low, Mux(sum_v > s3.high, s3.high, sum_v))
        with m.If(s3_en):
            m.d.sync += [
                s4.v.eq(Mux(s3.refractory != 0, 0, limited)),
                *(
                    getattr(s4, name).eq(getattr(s3, name))
                    for name in ("u", "profile", "ceiling", "may_fire", "refractory")
                ),
            ]

        # Stage 5: whether it fires.
        fires, profile = Signal(), s4.profile
        m.d.comb += fires.eq(
            s4.may_fire
            & (s4.v > (profile.threshold << 6))
            & ((profile.window == 0) | (s4.v <= (s4.ceiling << 6)))
        )
        left = Mux(fires, profile.refractory, s4.refractory)
        with m.If(s4_en):
            m.d.sync += [
                self.next_state.u.eq(s4.u),
                self.next_state.v.eq(Mux(fires, 0, s4.v)),
                self.next_state.refractory.eq(Mux(left == 0, 0, left - 1)),
                self.spike.eq(fires),
            ]
        return m
