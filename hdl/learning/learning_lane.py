"""One lane of the learning engine: factor, product, sum, rounding and limits of one synapse."""

from amaranth import Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LAVA_BITS,
    PRODUCT_BITS,
    TRACE_BITS,
    y_trace_layout,
)
from backspike.hdl.learning.lane_control import lane_control_layout
from backspike.hdl.learning.lane_factor import LaneFactor
from backspike.hdl.learning.targets import EXACT, WHOLE, learned_fields, synapse_layout
from backspike.hdl.lib.arith import saturate
from backspike.hdl.lib.arrays import each
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams

__all__ = ["LearningLane"]


def _lava_limits(value: Value) -> Value:
    """Lava's range of a product and of a sum: one more than 16 bits below. Combinational."""
    high = (1 << LAVA_BITS) - 1
    low = -high - 2
    return Mux(value > high, high, Mux(value < low, low, value))


class LearningLane(wiring.Component):
    """Learns one synapse per word: a sum of products, rounded and clipped.

    Timing
    ------
    Follows ``control``, whose stages are a cycle apart. ``learned`` is valid in the cycle after
    stage ``round``, and ``changed`` in the cycle after that.

    Members
    -------
    control : In(lane_control_layout(params))
        What all lanes do.
    synapse : In(synapse_layout(params))
        What it was, in stage ``take``.
    masked : In(1)
        The lane has a synapse of the word to write.
    fired, y, y_past, recalled : In
        See :class:`backspike.hdl.learning.lane_factor.LaneFactor`, in stage ``factor``.
    random : In(16)
        Random bits, in stage ``total``.
    learned : Out(synapse_layout(params))
        What it is now.
    changed : Out(1)
        Its weight has changed.
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        past = {
            "y_past": In(p.y_kinds * TRACE_BITS),
            "recalled": In(p.x_kinds * TRACE_BITS).array(p.history),
        }
        super().__init__({
            "control": In(lane_control_layout(p)),
            "synapse": In(synapse_layout(p)),
            "masked": In(1),
            "fired": In(1),
            "y": In(Shape.cast(y_trace_layout(p)).width),
            "random": In(16),
            "learned": Out(synapse_layout(p)),
            "changed": Out(1),
            **when(p.has_history, past),
        })

    def elaborate(self, platform):
        m = Module()
        control = self.control
        taken = Signal(synapse_layout(self.params), reset_less=True)
        with m.If(control.take.en):
            m.d.sync += taken.eq(self.synapse)
        term = self._multiply(m, taken)
        old = self._pass(m, control.factor.valid, taken, "chosen")
        old = self._pass(m, 1, old, "multiplied")
        if self.params.has_lava:
            term = self._scale(m, term)
            old = self._pass(m, 1, old, "scaled")
        added = Signal(signed(len(term) + 1), reset_less=True)
        signed_term = Mux(control.term.negate, -term, term)
        m.d.sync += added.eq(Mux(control.term.adds, signed_term, 0))
        old = self._pass(m, 1, old, "signed")
        exact = self._accumulate(m, old, added)
        old = self._pass(m, control.total.valid, old, "summed")
        self._round(m, exact)
        old = self._pass(m, 1, old, "written")
        differs = (self.learned.weight != old.weight) & self.masked
        m.d.sync += self.changed.eq(control.write.en & differs)
        return m

    def _pass(self, m: Module, en, old: data.View, name: str) -> data.View:
        """The synapse as it was, a stage later; a compact core has one word at a time."""
        if self.params.compact:
            return old
        after = Signal(synapse_layout(self.params), name=name, reset_less=True)
        with m.If(en):
            m.d.sync += after.eq(old)
        return after

    def _multiply(self, m: Module, taken: data.View) -> Signal:
        """The product after each operation, two cycles after stage ``factor``."""
        p, control = self.params, self.control
        m.submodules.factor = factor = LaneFactor(p)
        m.d.comb += [
            factor.op.eq(control.factor.op),
            factor.fired.eq(self.fired),
            factor.y.eq(self.y),
            factor.synapse.eq(taken),
        ]
        if p.has_history:
            m.d.comb += factor.y_past.eq(self.y_past)
            m.d.comb += each(factor.recalled, self.recalled)
        shape = signed(PRODUCT_BITS if p.has_lava else COEFFICIENT_BITS)
        product, result = Signal(shape), Signal(shape, reset_less=True)
        multiplier = Signal.like(factor.o, reset_less=True)
        exact = product * multiplier
        exact = exact if p.has_lava else saturate(exact, shape)
        with m.If(control.factor.valid):
            m.d.sync += multiplier.eq(factor.o)
        with m.If(control.product.valid):
            m.d.sync += [result.eq(exact), product.eq(exact)]
        with m.If(control.factor.starts):
            m.d.sync += product.eq(control.factor.coefficient)
        return result

    def _scale(self, m: Module, product: Signal) -> Signal:
        """Lava's scaling of a product, one cycle later."""
        scale = self.control.scale
        term, kept = Signal(signed(LAVA_BITS + 2)), Signal(PRODUCT_BITS)
        m.d.comb += kept.eq(product >> scale.shift)
        raised = kept.as_signed() << (scale.exponent + FRACTION_BITS)[:4]
        m.d.sync += term.eq(_lava_limits(raised))
        return term

    def _accumulate(self, m: Module, old: data.View, added: Signal) -> dict[str, Signal]:
        """Each field with what the products add and a random fraction, a cycle later."""
        p, total = self.params, self.control.total
        random = Mux(total.stochastic, self.random, 0) if p.has_random else 0
        exact = {}
        for field in learned_fields(p):
            before = Signal(EXACT, name=f"{field.name}_before", reset_less=True)
            after = Signal(EXACT, name=f"{field.name}_after")
            exact[field.name] = Signal(EXACT, name=f"{field.name}_exact", reset_less=True)
            begun = Mux(total.begins, old[field.name] << FRACTION_BITS, before)
            concerned = total.target == field.target if p.has_targets else 1
            value = begun + Mux(concerned, added, 0)
            m.d.comb += after.eq(_lava_limits(value) if p.has_lava else value)
            fraction = random & (total.fraction if field.by_list else (1 << FRACTION_BITS) - 1)
            with m.If(total.valid):
                m.d.sync += [before.eq(after), exact[field.name].eq(after + fraction)]
        return exact

    def _round(self, m: Module, exact: dict[str, Signal]) -> None:
        """Round down to units, and limit, a cycle later."""
        p, stage = self.params, self.control.round
        for field in learned_fields(p):
            rounded, stored = Signal(WHOLE), Signal(field.shape)
            whole = exact[field.name] >> FRACTION_BITS
            m.d.comb += [
                rounded.eq(whole & stage.keeps if field.by_list else whole),
                stored.eq(field.limit(rounded, stage.low, stage.high)),
            ]
            m.d.sync += self.learned[field.name].eq(stored)
            if field.name == "weight" and p.weight_low:
                with m.If(~stage.sparse):
                    m.d.sync += self.learned.weight.eq(stored & -(1 << p.weight_low))
