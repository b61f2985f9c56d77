"""Traces of axons (x1, x2) and compartments (y1 to y3) that move in every step."""

from amaranth import Module, Mux, Shape, Signal, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    IMPULSE_FRACTION,
    TRACE_BITS,
    x_trace_layout,
    y_trace_layout,
)
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams

__all__ = ["Traces", "trace_constants", "trace_ports", "with_impulse"]

TRACE_MAX = (1 << TRACE_BITS) - 1


def trace_constants(p: CoreParams) -> list[str]:
    """Registers of the traces that a core has."""
    kinds = [f"x{n + 1}" for n in range(p.x_kinds)] + [f"y{n + 1}" for n in range(p.y_kinds)]
    return [f"{kind}_{what}" for kind in kinds for what in ("decay", "impulse")]


def trace_ports(p: CoreParams) -> dict:
    """Members of a component that keeps traces: those of :class:`Traces`."""
    x, y = Shape.cast(x_trace_layout(p)).width, Shape.cast(y_trace_layout(p)).width
    impulse = TRACE_BITS + IMPULSE_FRACTION
    return {
        "start": In(1),
        "busy": Out(1),
        **dict.fromkeys(("x_first", "x_rows", "y_first", "y_rows"), In(16)),
        **{name: In(17 if name.endswith("decay") else impulse) for name in trace_constants(p)},
        "look_en": Out(1),
        "look_row": Out(range(p.rows)),
        "look_bits": In(p.lanes),
        "draw": Out(1),
        "random": In(16).array(p.lanes),
        "x_en": In(1),
        "x_row": In(range(p.rows)),
        "x": Out(x).array(p.lanes),
        "y_en": In(1),
        "y_row": In(range(p.compartment_rows)),
        "y": Out(y).array(p.lanes),
        "clear": In(1),
        "clear_address": In(range(p.rows * (p.history if p.has_history else 1))),
        "host_x": In(HOST_PORT),
        "host_y": In(HOST_PORT),
    }


def past_slot(p: CoreParams, step: Value) -> Value:
    """Where the history of a row has a step of the epoch, counted from 1. Combinational."""
    return (step - 1)[: (p.history - 1).bit_length()]


def with_impulse(p: CoreParams, trace: Value, impulse: Value, random: Value) -> Value:
    """A trace after a spike; the impulse's fraction needs ``more_factors``. Combinational."""
    if p.has_more_factors:
        impulse = impulse + random[:IMPULSE_FRACTION]
    total = trace + (impulse >> IMPULSE_FRACTION)
    return Mux(total > TRACE_MAX, TRACE_MAX, total)


class Traces(wiring.Component):
    """Decays every trace in use and adds the impulses of this step's spikes::

        trace = min(127, floor(trace * decay / 65536 + random) + impulse * spike)

    with ``random`` in [0, 1), so that rounding has no bias; all traces of a neuron share it, and
    its lower bits round the fraction of an impulse.

    Timing
    ------
    ``busy`` is high for ``x_rows + y_rows + 2`` cycles after ``start``, or for none if there are no
    rows. Reads answer one cycle later.

    Members
    -------
    start, busy
        As in :class:`backspike.hdl.dendrite.dendrite.Dendrite`.
    x_first, x_rows, x1_decay, x1_impulse ... : In
        See the register map.
    look_en, look_row, look_bits
        Spikes of a row, one cycle after ``look_en``.
    draw, random
        See :class:`backspike.hdl.lib.random_bank.RandomBank`.
    x_en, x_row, x, y_en, y_row, y
        Readers of a row of words of ``x_traces`` and ``y_traces``.
    clear, clear_address : In
        Zero a row of both.
    host_x, host_y : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__(trace_ports(params))

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.x = x = HostedMemory(depth=p.rows, shape=x_trace_layout(p), banks=p.lanes)
        m.submodules.y = y = HostedMemory(
            depth=p.compartment_rows, shape=y_trace_layout(p), banks=p.lanes
        )
        wiring.connect(m, wiring.flipped(self.host_x), x.host)
        wiring.connect(m, wiring.flipped(self.host_y), y.host)

        # Walk the rows of x, then those of y.
        x_left, y_left, row = Signal(16), Signal(16), Signal(16)
        on_x = x_left != 0
        valid = on_x | (y_left != 0)
        s1_valid, s2_valid, s1_x, s2_x = Signal(), Signal(), Signal(), Signal()
        s1_row, s2_row = Signal.like(row), Signal.like(row)
        m.d.sync += [
            s1_valid.eq(valid),
            s1_x.eq(on_x),
            s1_row.eq(row),
            s2_valid.eq(s1_valid),
            s2_x.eq(s1_x),
            s2_row.eq(s1_row),
        ]
        m.d.comb += self.busy.eq(valid | s1_valid | s2_valid)
        with m.If(self.start):
            m.d.sync += [
                x_left.eq(self.x_rows),
                y_left.eq(self.y_rows),
                row.eq(Mux(self.x_rows == 0, self.y_first, self.x_first)),
            ]
        with m.Elif(on_x):
            m.d.sync += [
                x_left.eq(x_left - 1),
                row.eq(Mux(x_left == 1, self.y_first, row + 1)),
            ]
        with m.Elif(valid):
            m.d.sync += [y_left.eq(y_left - 1), row.eq(row + 1)]

        m.d.comb += [
            x.r_en.eq(Mux(valid, on_x, self.x_en)),
            x.r_address.eq(Mux(valid, row, self.x_row)),
            y.r_en.eq(Mux(valid, ~on_x, self.y_en)),
            y.r_address.eq(Mux(valid, row, self.y_row)),
            self.look_en.eq(valid),
            self.look_row.eq(row),
            self.draw.eq(valid),
            x.clear.eq(self.clear & (self.clear_address < p.rows)),
            x.clear_address.eq(self.clear_address),
            y.clear.eq(self.clear & (self.clear_address < p.compartment_rows)),
            y.clear_address.eq(self.clear_address),
            x.w_address.eq(s2_row),
            y.w_address.eq(s2_row),
        ]

        # Decay with a random fraction, then add the impulse.
        spiked = Signal(p.lanes)
        with m.If(s1_valid):
            m.d.sync += spiked.eq(self.look_bits)
        for lane in range(p.lanes):
            m.d.comb += [
                self.x[lane].eq(x.r_data[lane]),
                self.y[lane].eq(y.r_data[lane]),
                x.w_en[lane].eq(s2_valid & s2_x),
                y.w_en[lane].eq(s2_valid & ~s2_x),
            ]
            random = Signal(16, reset_less=True)
            with m.If(s1_valid):
                m.d.sync += random.eq(self.random[lane])
            for kind in range(1, p.y_kinds + 1):
                name = f"trace{kind}"
                trace, new = y.r_data[lane][name], Signal(TRACE_BITS)
                decay = getattr(self, f"y{kind}_decay")
                impulse = getattr(self, f"y{kind}_impulse")
                m.d.comb += y.w_data[lane][name].eq(new)
                if kind <= p.x_kinds:
                    trace = Mux(s1_x, x.r_data[lane][name], trace)
                    decay = Mux(s1_x, getattr(self, f"x{kind}_decay"), decay)
                    impulse = Mux(s2_x, getattr(self, f"x{kind}_impulse"), impulse)
                    m.d.comb += x.w_data[lane][name].eq(new)
                decayed = Signal(TRACE_BITS + 1, reset_less=True)
                with m.If(s1_valid):
                    m.d.sync += decayed.eq((trace * decay + self.random[lane]) >> 16)
                impulse = Mux(spiked[lane], impulse, 0)
                m.d.comb += new.eq(with_impulse(p, decayed, impulse, random))
        return m
