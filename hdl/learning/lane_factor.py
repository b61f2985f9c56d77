"""The factor that one lane multiplies by in a lane operation."""

from amaranth import Array, Module, Mux, Shape, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TRACE_BITS, Factor, Moment, y_trace_layout
from backspike.hdl.learning.rule_setup import lane_op_layout, lava_clip
from backspike.hdl.learning.targets import synapse_layout
from backspike.hdl.learning.trace_history import past_slot
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams

__all__ = ["LaneFactor"]


class LaneFactor(wiring.Component):
    """``factor + constant`` of one lane, or the sign of it. Combinational.

    A trace of the axon counts 0 where the compartment did not spike, constant or not.

    Members
    -------
    op : In(lane_op_layout(params))
        The operation.
    fired : In(1)
        The compartment spiked in this epoch.
    y : In
        Its word of ``y_traces``.
    synapse : In(synapse_layout(params))
        The synapse as it was before.
    y_past : In
        Traces of the compartment after the step of the axon's last spike.
    recalled : In
        Traces of the axon after each step of the epoch.
    o : Out(signed(10))
        The factor.
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        past = {
            "y_past": In(p.y_kinds * TRACE_BITS),
            "recalled": In(p.x_kinds * TRACE_BITS).array(p.history),
        }
        super().__init__({
            "op": In(lane_op_layout(p)),
            "fired": In(1),
            "y": In(Shape.cast(y_trace_layout(p)).width),
            "synapse": In(synapse_layout(p)),
            "o": Out(signed(10)),
            **when(p.has_history, past),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        value, total, counts = Signal(signed(9)), Signal(signed(10)), Signal(init=1)
        y = [(Factor.Y1, 1), (Factor.Y2, 2), (Factor.Y3, 3)]
        with m.Switch(self.op.factor):
            with m.Case(Factor.Y0):
                m.d.comb += value.eq(self.fired)
            with m.Case(Factor.W):
                m.d.comb += value.eq(self.synapse.weight)
            for factor, kind in y[: p.y_kinds]:
                with m.Case(factor):
                    m.d.comb += value.eq(self._y(kind))
            if p.has_tags:
                with m.Case(Factor.T):
                    m.d.comb += value.eq(self.synapse.tag)
            if p.delays:
                with m.Case(Factor.D):
                    m.d.comb += value.eq(self.synapse.delay)
            if p.has_history:
                time = data.View(y_trace_layout(p), self.y).time
                past = Array(self.recalled)[past_slot(p, time)]
                for factor, kind in [(Factor.X1, 1), (Factor.X2, 2)][: p.x_kinds]:
                    with m.Case(factor):
                        m.d.comb += value.eq(past.word_select(kind - 1, TRACE_BITS))
                        m.d.comb += counts.eq(self.fired)
            with m.Default():
                m.d.comb += value.eq(1)
        m.d.comb += total.eq(value + self.op.constant)
        result = total
        if p.has_more_factors:
            result = Mux(self.op.sgn, Mux(total > 0, 1, Mux(total < 0, -1, 0)), total)
        result = lava_clip(self.op.factor, result) if p.has_lava else result
        m.d.comb += self.o.eq(Mux(counts, result, 0) if p.has_history else result)
        return m

    def _y(self, kind: int) -> Value:
        """A trace of the compartment."""
        traces = data.View(y_trace_layout(self.params), self.y)
        now = traces[f"trace{kind}"]
        if not self.params.has_history:
            return now
        moment, past = self.op.moment, self.y_past.word_select(kind - 1, TRACE_BITS)
        then = traces[f"then{kind}"]
        return Mux(moment == Moment.PRE, past, Mux(moment == Moment.POST, then, now))
