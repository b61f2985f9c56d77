"""One step of the traces of one neuron: decay with a random fraction, then add impulses."""

from amaranth import Module, Mux, Signal, Value
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_BITS, TRACE_MAX
from backspike.hdl.params import CoreParams

__all__ = ["TraceLane", "constants_layout", "with_impulse"]


def constants_layout(p: CoreParams) -> data.StructLayout:
    """Constants that move the traces of a neuron, by kind: see the register map."""
    return data.StructLayout({
        "decay": data.ArrayLayout(17, p.y_kinds),
        "impulse": data.ArrayLayout(TRACE_BITS + IMPULSE_FRACTION, p.y_kinds),
    })


def with_impulse(p: CoreParams, trace: Value, impulse: Value, random: Value) -> Value:
    """A trace after a spike; the impulse's fraction needs ``more_factors``. Combinational."""
    if p.has_more_factors:
        impulse = impulse + random[:IMPULSE_FRACTION]
    total = trace + (impulse >> IMPULSE_FRACTION)
    return Mux(total > TRACE_MAX, TRACE_MAX, total)


class TraceLane(wiring.Component):
    """Moves the traces of a neuron by a time step::

        trace = min(127, floor(trace * decay / 65536 + random) + impulse * spike)

    with ``random`` in [0, 1), so that rounding has no bias; all traces of a neuron share it, and
    its lower bits round the fraction of an impulse.

    Timing
    ------
    Takes ``traces``, ``decay`` and ``random`` with ``en``. In the cycles after, until the next
    ``en``, ``moved`` follows ``fired``, ``impulse`` and ``fraction``.

    Members
    -------
    en : In(1)
        Decay.
    traces : In(ArrayLayout(7, y_kinds))
        Before the step.
    constants : In(constants_layout(params))
        Decays, in 1/65536, and impulses, in 1/128.
    random, fraction : In(16), In(16)
        The random number, and the same in the cycle of the impulses.
    fired : In(1)
        The neuron spiked.
    moved : Out(ArrayLayout(7, y_kinds))
        After the step.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        traces = data.ArrayLayout(TRACE_BITS, params.y_kinds)
        super().__init__({
            "en": In(1),
            "traces": In(traces),
            "constants": In(constants_layout(params)),
            "random": In(16),
            "fraction": In(16),
            "fired": In(1),
            "moved": Out(traces),
        })

    def elaborate(self, platform):
        m = Module()
        for kind in range(self.params.y_kinds):
            decayed = Signal(TRACE_BITS + 1, name=f"decayed{kind}", reset_less=True)
            product = self.traces[kind] * self.constants.decay[kind]
            with m.If(self.en):
                m.d.sync += decayed.eq((product + self.random) >> 16)
            impulse = Mux(self.fired, self.constants.impulse[kind], 0)
            m.d.comb += self.moved[kind].eq(
                with_impulse(self.params, decayed, impulse, self.fraction)
            )
        return m
