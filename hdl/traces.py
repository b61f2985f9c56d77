"""Traces of axons (x1) and compartments (y1), and of the reward (r1)."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import saturate, shift_to_zero
from backspike.hdl.layouts import REWARD_BITS, TRACE_BITS, trace_layout
from backspike.hdl.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams

__all__ = ["RewardTrace", "Traces"]

TRACE_MAX = (1 << TRACE_BITS) - 1


class Traces(wiring.Component):
    """Decays every trace in use and adds the impulses of this step's spikes::

        trace = min(127, floor(trace * decay / 65536 + random) + impulse * spike)

    with ``random`` in [0, 1), so that rounding has no bias.

    Timing
    ------
    ``busy`` is high for ``x_rows + y_rows + 2`` cycles after ``start``, or for none if there are no
    rows. Reads answer one cycle later.

    Members
    -------
    start, busy
        As in :class:`backspike.hdl.dendrite.Dendrite`.
    x_first, x_rows, x_decay, x_impulse, y_first, y_rows, y_decay, y_impulse : In
        See the register map.
    look_en, look_row, look_bits
        Spikes of a row, one cycle after ``look_en``.
    draw, random
        See :class:`backspike.hdl.random.RandomBank`.
    x_en, x_row, x, y_en, y_row, y
        Readers of a row of traces.
    clear, clear_row : In
        Zero a row of both.
    host_x, host_y : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            "x_first": In(16),
            "x_rows": In(16),
            "x_decay": In(17),
            "x_impulse": In(TRACE_BITS),
            "y_first": In(16),
            "y_rows": In(16),
            "y_decay": In(17),
            "y_impulse": In(TRACE_BITS),
            "look_en": Out(1),
            "look_row": Out(range(params.rows)),
            "look_bits": In(params.lanes),
            "draw": Out(1),
            "random": In(16).array(params.lanes),
            "x_en": In(1),
            "x_row": In(range(params.rows)),
            "x": Out(TRACE_BITS).array(params.lanes),
            "y_en": In(1),
            "y_row": In(range(params.compartment_rows)),
            "y": Out(TRACE_BITS).array(params.lanes),
            "clear": In(1),
            "clear_row": In(range(params.rows)),
            "host_x": In(HOST_PORT),
            "host_y": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.x = x = HostedMemory(depth=p.rows, shape=trace_layout(p), banks=p.lanes)
        m.submodules.y = y = HostedMemory(
            depth=p.compartment_rows, shape=trace_layout(p), banks=p.lanes
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
            x.clear.eq(self.clear),
            x.clear_address.eq(self.clear_row),
            y.clear.eq(self.clear & (self.clear_row < p.compartment_rows)),
            y.clear_address.eq(self.clear_row),
            x.w_address.eq(s2_row),
            y.w_address.eq(s2_row),
        ]

        # Decay with a random fraction, then add the impulse.
        spiked = Signal(p.lanes)
        with m.If(s1_valid):
            m.d.sync += spiked.eq(self.look_bits)
        decay = Mux(s1_x, self.x_decay, self.y_decay)
        impulse = Mux(s2_x, self.x_impulse, self.y_impulse)
        for lane in range(p.lanes):
            decayed, total = Signal(TRACE_BITS + 1, reset_less=True), Signal(TRACE_BITS + 2)
            trace = Mux(s1_x, self.x[lane], self.y[lane])
            m.d.comb += [
                self.x[lane].eq(x.r_data[lane].trace1),
                self.y[lane].eq(y.r_data[lane].trace1),
            ]
            with m.If(s1_valid):
                m.d.sync += decayed.eq((trace * decay + self.random[lane]) >> 16)
            m.d.comb += total.eq(decayed + Mux(spiked[lane], impulse, 0))
            for memory, mine in ((x, s2_x), (y, ~s2_x)):
                m.d.comb += [
                    memory.w_en[lane].eq(s2_valid & mine),
                    memory.w_data[lane].trace1.eq(Mux(total > TRACE_MAX, TRACE_MAX, total)),
                ]
        return m


class RewardTrace(wiring.Component):
    """The reward r1: decays towards zero in every step, and takes what arrived for it.

    Timing: ``r1`` changes one cycle after ``step``, and only then. Several impulses in a step add,
    saturating at 8 bits.

    Members
    -------
    step : In(1)
        A time step begins.
    decay : In(17)
        What r1 keeps, in 1/65536.
    add, impulse : In
        Raise r1 in the next step.
    set, set_value : In
        The host's: replaces what has been added.
    clear : In(1)
        Forget everything.
    r1 : Out(signed(REWARD_BITS))
    """

    step: In(1)
    decay: In(17)
    add: In(1)
    impulse: In(signed(REWARD_BITS))
    set: In(1)
    set_value: In(signed(REWARD_BITS))
    clear: In(1)
    r1: Out(signed(REWARD_BITS))

    def elaborate(self, platform):
        m = Module()
        shape = signed(REWARD_BITS)
        pending = Signal(shape)
        kept = shift_to_zero(self.r1 * self.decay, 16)
        with m.If(self.clear):
            m.d.sync += [self.r1.eq(0), pending.eq(0)]
        with m.Elif(self.step):
            m.d.sync += [self.r1.eq(saturate(kept + pending, shape)), pending.eq(0)]
        with m.Elif(self.set):
            m.d.sync += pending.eq(self.set_value)
        with m.Elif(self.add):
            m.d.sync += pending.eq(saturate(pending + self.impulse, shape))
        return m
