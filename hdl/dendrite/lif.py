"""The leaky integrate-and-fire update of one compartment, as a pipeline."""

from amaranth import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    NOISE_BITS,
    NOISE_FRACTION,
    NOISE_SHAPE,
    NoiseTarget,
    Reset,
    bias_layout,
    profile_layout,
    state_layout,
)
from backspike.hdl.lib.arith import saturate, shift_to_zero, wrap
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams, Overflow

__all__ = ["LifUpdate", "ThresholdUpdate"]


class LifUpdate(wiring.Component):
    """One compartment's step, in Loihi's order (u, v and bias in 1/64 of a weight unit)::

        u = leak(u, decay_u) + 64 * sum, or - 64 * sum
        v = leak(v, decay_v) + (u + bias), limited to vmin..vmax; 0 while refractory
        spike = may_fire and v > 64 * threshold, within the window if there is one;
                then v = 0 and the refractory time starts

    With another :class:`Reset` than to zero, in a core with ``subtract``, a spike lowers v by
    ``64 * threshold``, in its own step or in the next one, after the leak; while refractory, v is
    kept rather than 0, and does not fire.

    ``u`` and ``u + bias`` have 24 bits, and saturate or wrap as the parameters say. Noise, in a
    core that has it, is added where the sum is or where the bias is.

    Timing
    ------
    Latency :attr:`latency` cycles, 9 or, with ``watch``, 11; throughput one compartment per cycle.
    No back-pressure: inputs while ``en`` is high give outputs :attr:`latency` cycles later.

    Members
    -------
    en : In(1)
        Inputs are valid.
    state, bias, profile, sum, negate, may_fire : In
        State, bias and constants of the compartment, its accumulator, 1 to take the negative of
        that, and 1 if its gate is open.
    random, noise_mantissa, noise_exponent, noisy : In
        In a core with noise: the number drawn, and the fields of the row; see
        :func:`backspike.hdl.layouts.row_layout`.
    voltage, watch, membrane
        In a core with ``watch``: v before a reset, Out, 7 cycles after the inputs; and in the cycle
        after that, In, 1 to take ``membrane`` for v, without a refractory time of its own.
    next_state : Out
        State after the step.
    spike : Out(1)
        It fired.
    """

    #: Cycles from the inputs to ``voltage``.
    VOLTAGE = 7

    def __init__(self, params: CoreParams):
        self.params, self.latency = params, 11 if params.watch else 9
        noise = {
            "random": In(signed(NOISE_BITS)),
            "noise_mantissa": In(signed(7)),
            "noise_exponent": In(4),
            "noisy": In(NoiseTarget),
        }
        watch = {"voltage": Out(signed(24)), "watch": In(1), "membrane": In(signed(24))}
        super().__init__({
            **when(params.noise, noise),
            **when(params.watch, watch),
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
        stages = _Stages(m, self.en)
        kept = "profile", "may_fire", "refractory"
        limits = "low", "high", "ceiling"
        late = ("due",) if self.params.subtract else ()

        s1 = stages.add(**self._scaled())
        s2 = stages.add(
            u=s1.u * s1.kept_u,
            v=s1.v * s1.kept_v,
            current=Mux(s1.negate, -s1.sum, s1.sum) << 6,
            **self._noise(s1),
            **_kept(s1, "bias", *late, *kept),
        )
        current, bias = s2.current, s2.bias
        if self.params.noise:
            current, bias = current + s2.on_current, bias + s2.on_voltage
        s3 = stages.add(
            u=shift_to_zero(s2.u, 12),
            v=shift_to_zero(s2.v, 12)[:24].as_signed(),
            **self._limits(s2.profile),
            current=current,
            bias=bias,
            **_kept(s2, *late, *kept),
        )
        s4 = stages.add(
            u=narrow(s3.u + s3.current, s24),
            v=self._lowered(s3),
            **_kept(s3, "bias", *limits, *kept),
        )
        s5 = stages.add(flow=narrow(s4.u + s4.bias, s24), **_kept(s4, "u", "v", *limits, *kept))
        s6 = stages.add(v=s5.v + self._flow(s5), **_kept(s5, "u", *limits, *kept))
        limited = Mux(s6.v < s6.low, s6.low, Mux(s6.v > s6.high, s6.high, s6.v))
        v = Mux(self._is_zeroed(s6), 0, limited)[:24].as_signed()
        s7 = stages.add(v=v, **_kept(s6, "u", "ceiling", *kept))
        if self.params.watch:
            s7 = self._watch(m, stages, s7)
        s8 = stages.add(
            above=s7.v > (s7.profile.threshold << 6),
            within=(s7.profile.window == 0) | (s7.v <= (s7.ceiling << 6)),
            restarts=s7.profile.refractory,
            **self._reset(s7),
            **_kept(s7, "u", "v", "may_fire", "refractory"),
        )

        # The last stage: it fires, or does not.
        fires, reset = s8.may_fire & s8.above & s8.within, 0
        if self.params.subtract:
            fires, reset = fires & (s8.refractory == 0), s8.reset
            with m.If(stages.en):
                m.d.sync += self.next_state.due.eq(fires & s8.late)
        left = Mux(fires, s8.restarts, s8.refractory)
        with m.If(stages.en):
            m.d.sync += [
                self.next_state.u.eq(s8.u),
                self.next_state.v.eq(Mux(fires, reset, s8.v)),
                self.next_state.refractory.eq(Mux(left == 0, 0, left - 1)),
                self.spike.eq(fires),
            ]
        return m

    def _scaled(self) -> dict[str, Value]:
        """Inputs, the bias and the number drawn with their exponents."""
        state, profile = self.state, self.profile
        values = {
            "u": state.u,
            "v": state.v,
            "kept_u": (4096 - profile.decay_u)[:13],
            "kept_v": self._kept_v(),
            "sum": self.sum,
            "negate": self.negate,
            "bias": (self.bias.mantissa << self.bias.exponent)[:20].as_signed(),
            "profile": profile,
            "may_fire": self.may_fire,
            "refractory": state.refractory,
        }
        if self.params.subtract:
            values["due"] = state.due
        if self.params.noise:
            scaled = (self.random + (self.noise_mantissa << 6)) << self.noise_exponent
            drawn = Mux(self.noise_exponent == 0, 0, scaled)
            values["noise"] = drawn[: NOISE_SHAPE.width + NOISE_FRACTION].as_signed()
            values["noisy"] = self.noisy
        return values

    def _noise(self, scaled: data.View) -> dict[str, Value]:
        """Noise on current and voltage, in a core that has it."""
        targets = {"on_current": NoiseTarget.CURRENT, "on_voltage": NoiseTarget.VOLTAGE}
        if not self.params.noise:
            return {}
        noise = shift_to_zero(scaled.noise, NOISE_FRACTION)
        return {name: Mux(scaled.noisy == target, noise, 0) for name, target in targets.items()}

    def _kept_v(self) -> Value:
        """Share of the voltage that is kept: all of it while it is held at what a reset left."""
        kept, state = (4096 - self.profile.decay_v)[:13], self.state
        if not self.params.subtract:
            return kept
        return Mux((self.profile.reset != Reset.ZERO) & (state.refractory != 0), 4096, kept)

    def _lowered(self, stage: data.View) -> Value:
        """Voltage after the leak and, where one is due, a delayed reset."""
        if not self.params.subtract:
            return stage.v
        return stage.v - Mux(stage.due, stage.profile.threshold << 6, 0)

    def _flow(self, stage: data.View) -> Value:
        """Addend of the voltage: none while that is held."""
        if not self.params.subtract:
            return stage.flow
        return Mux(stage.refractory != 0, 0, stage.flow)

    def _is_zeroed(self, stage: data.View) -> Value:
        """1 where the voltage is held at 0."""
        held = stage.refractory != 0
        return held & (stage.profile.reset == Reset.ZERO) if self.params.subtract else held

    def _reset(self, stage: data.View) -> dict[str, Value]:
        """Voltage after a spike, in a core where that need not be 0."""
        profile = stage.profile
        if not self.params.subtract:
            return {}
        late = profile.reset == Reset.DELAYED
        lowered = (stage.v - (profile.threshold << 6))[:24].as_signed()
        kept = Mux(late, stage.v, 0)
        return {"late": late, "reset": Mux(profile.reset == Reset.SUBTRACT, lowered, kept)}

    def _watch(self, m: Module, stages: "_Stages", own: data.View) -> data.View:
        """Two stages: the membrane that is watched comes, and takes the place of the voltage."""
        m.d.comb += self.voltage.eq(own.v)
        others = [name for name, _ in own.shape() if name not in ("v", "refractory")]
        waits = stages.add(**_kept(own, "v", "refractory", *others))
        return stages.add(
            v=Mux(self.watch, self.membrane, waits.v),
            refractory=Mux(self.watch, 0, waits.refractory),
            **_kept(waits, *others),
        )

    def _limits(self, profile: data.View) -> dict[str, Value]:
        """Least and greatest voltage, and the end of the window."""
        return {
            "low": (1 - (1 << profile.vmin))[:24].as_signed(),
            "high": ((1 << (9 + (profile.vmax << 1))) - 1)[:24].as_signed(),
            "ceiling": (profile.threshold + (1 << profile.window))[:18],
        }


class _Stages:
    """Pipeline of stages, each enabled by the one before."""

    def __init__(self, m: Module, en: Value) -> None:
        self.m, self.en, self.number = m, en, 0

    def add(self, **values: Value) -> data.View:
        """Registers of a stage, of the shapes of their values."""
        self.number += 1
        layout = {name: value.shape() for name, value in values.items()}
        stage = Signal(data.StructLayout(layout), name=f"s{self.number}", reset_less=True)
        with self.m.If(self.en):
            self.m.d.sync += [stage[name].eq(value) for name, value in values.items()]
        before, self.en = self.en, Signal(name=f"s{self.number}_en")
        self.m.d.sync += self.en.eq(before)
        return stage


def _kept(stage: data.View, *names: str) -> dict[str, Value]:
    """Values that pass on to the next stage as they are."""
    return {name: stage[name] for name in names}


class ThresholdUpdate(wiring.Component):
    """One compartment's step in a core without ``dynamics``: its sum alone tells whether it fires.

    A negated sum wraps to 18 bits if the parameters say so. Saturating needs no more than another
    bit: the greatest negated sum is above every threshold.

    Timing, members
    ---------------
    Those of :class:`LifUpdate`, without state and bias.
    """

    def __init__(self, params: CoreParams):
        self.params, self.latency = params, 3
        super().__init__({
            "en": In(1),
            "profile": In(profile_layout(params)),
            "sum": In(signed(params.acc_width)),
            "negate": In(1),
            "may_fire": In(1),
            "spike": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        wraps = self.params.overflow is Overflow.WRAP
        total, ceiling = Signal(signed(18 if wraps else 19)), Signal(18)
        threshold, may_fire, limited = Signal(17), Signal(2), Signal()
        above, within = Signal(), Signal()
        m.d.sync += [
            total.eq(Mux(self.negate, -self.sum, self.sum)),
            threshold.eq(self.profile.threshold),
            ceiling.eq(self.profile.threshold + (1 << self.profile.window)),
            limited.eq(self.profile.window != 0),
            may_fire.eq(Cat(self.may_fire, may_fire)),
            above.eq(total > threshold),
            within.eq(~limited | (total <= ceiling)),
            self.spike.eq(may_fire[1] & above & within),
        ]
        return m
