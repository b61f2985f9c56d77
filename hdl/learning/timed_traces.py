"""Traces that know when in an epoch a neuron fired, and what they were after each of its steps."""

from amaranth import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TRACE_BITS, x_trace_layout, y_trace_layout
from backspike.hdl.learning.traces import past_slot, trace_ports, with_impulse
from backspike.hdl.lib.memory import HostedMemory
from backspike.hdl.params import CoreParams

__all__ = ["TimedTraces"]


class TimedTraces(wiring.Component):
    """:class:`backspike.hdl.learning.traces.Traces` for epochs of several steps.

    In every step it notes who fired when; of the spikes of a neuron in an epoch, the last one
    counts at its time, and each of the others adds its impulse to the trace as the epoch began.
    After the last step, the traces move through the steps of the epoch one by one, and what they
    are after each is kept.

    Timing
    ------
    3 cycles per row with traces and, after the last step of an epoch, 2 more for each of its steps.

    Members
    -------
    epoch_step, epoch_ends : In
        Which step of the epoch it is, from 0; whether it is the last.
    x_past_en, x_past_address, x_past, y_past_en, y_past_address, y_past
        Traces of a row after a step of the last epoch, one cycle after the enable. The address is
        ``row * history + step`` modulo ``history``.
    others
        As in :class:`backspike.hdl.learning.traces.Traces`.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        p = params
        super().__init__({
            **trace_ports(params),
            "epoch_step": In(6),
            "epoch_ends": In(1),
            "x_past_en": In(1),
            "x_past_address": In(range(p.rows * p.history)),
            "x_past": Out(p.x_kinds * TRACE_BITS).array(p.lanes),
            "y_past_en": In(1),
            "y_past_address": In(range(p.compartment_rows * p.history)),
            "y_past": Out(p.y_kinds * TRACE_BITS).array(p.lanes),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        rows = {"x": p.rows, "y": p.compartment_rows}
        layouts = {"x": x_trace_layout(p), "y": y_trace_layout(p)}
        kinds = {"x": p.x_kinds, "y": p.y_kinds}
        now, past = {}, {}
        for side in "xy":
            now[side] = HostedMemory(depth=rows[side], shape=layouts[side], banks=p.lanes)
            past[side] = HostedMemory(
                depth=rows[side] * p.history, shape=kinds[side] * TRACE_BITS, banks=p.lanes
            )
            m.submodules[side], m.submodules[f"{side}_past"] = now[side], past[side]
            wiring.connect(m, wiring.flipped(getattr(self, f"host_{side}")), now[side].host)
            m.d.comb += [
                past[side].r_en.eq(getattr(self, f"{side}_past_en")),
                past[side].r_address.eq(getattr(self, f"{side}_past_address")),
                now[side].clear.eq(self.clear & (self.clear_address < rows[side])),
                now[side].clear_address.eq(self.clear_address),
                past[side].clear.eq(self.clear & (self.clear_address < rows[side] * p.history)),
                past[side].clear_address.eq(self.clear_address),
            ]
            for lane in range(p.lanes):
                m.d.comb += [
                    getattr(self, side)[lane].eq(now[side].r_data[lane]),
                    getattr(self, f"{side}_past")[lane].eq(past[side].r_data[lane]),
                ]

        # One row after the other: read, note, the steps of the epoch, write.
        x_left, y_left, row = Signal(16), Signal(16), Signal(16)
        on_x, step = Signal(), Signal(7)
        reading, noting, adding, writing = Signal(), Signal(), Signal(), Signal()
        m.d.comb += [
            on_x.eq(x_left != 0),
            self.look_en.eq(reading),
            self.look_row.eq(row),
        ]
        following = [
            x_left.eq(Mux(on_x, x_left - 1, 0)),
            y_left.eq(Mux(on_x, y_left, y_left - 1)),
            row.eq(Mux(x_left == 1, self.y_first, row + 1)),
        ]
        with m.FSM(name="row"):
            with m.State("IDLE"):
                with m.If(self.start):
                    m.d.sync += [
                        x_left.eq(self.x_rows),
                        y_left.eq(self.y_rows),
                        row.eq(Mux(self.x_rows == 0, self.y_first, self.x_first)),
                    ]
                    with m.If((self.x_rows != 0) | (self.y_rows != 0)):
                        m.next = "READ"
            with m.State("READ"):
                m.d.comb += [self.busy.eq(1), reading.eq(1), self.draw.eq(1)]
                m.d.sync += step.eq(1)
                m.next = "NOTE"
            with m.State("NOTE"):
                m.d.comb += [self.busy.eq(1), noting.eq(1), self.draw.eq(self.epoch_ends)]
                m.next = "WRITE"
                with m.If(self.epoch_ends):
                    m.next = "DECAY"
            with m.State("DECAY"):
                m.d.comb += self.busy.eq(1)
                m.next = "ADD"
            with m.State("ADD"):
                m.d.comb += [self.busy.eq(1), adding.eq(1)]
                m.d.sync += step.eq(step + 1)
                m.next = "WRITE"
                with m.If(step <= self.epoch_step):
                    m.d.comb += self.draw.eq(1)
                    m.next = "DECAY"
            with m.State("WRITE"):
                m.d.comb += [self.busy.eq(1), writing.eq(1)]
                m.d.sync += following
                m.next = "READ"
                with m.If((x_left + y_left) == 1):
                    m.next = "IDLE"
        for side, mine in (("x", on_x), ("y", ~on_x)):
            slot = past_slot(p, step)
            m.d.comb += [
                now[side].r_en.eq(Mux(reading, mine, getattr(self, f"{side}_en"))),
                now[side].r_address.eq(Mux(reading, row, getattr(self, f"{side}_row"))),
                now[side].w_address.eq(row),
                now[side].w_en.eq((writing & mine).replicate(p.lanes)),
                past[side].w_address.eq(row * p.history + slot),
                past[side].w_en.eq((adding & mine).replicate(p.lanes)),
            ]
        for lane in range(p.lanes):
            self._lane(m, lane, now, past, on_x, step, noting, adding)
        return m

    def _lane(self, m, lane, now, past, on_x, step, noting, adding) -> None:
        """Note and move the traces of one lane."""
        p = self.params
        random, time = self.random[lane], Signal(6, reset_less=True)
        noted, fires, hit = Signal(6), Signal(), Signal()
        read_time = Mux(on_x, now["x"].r_data[lane].time, now["y"].r_data[lane].time)
        m.d.comb += [
            fires.eq(self.look_bits[lane]),
            noted.eq(Mux(self.epoch_step == 0, 0, read_time)),
            hit.eq(time == step),
            now["x"].w_data[lane].time.eq(time),
            now["y"].w_data[lane].time.eq(time),
        ]
        with m.If(noting):
            m.d.sync += time.eq(Mux(fires, self.epoch_step + 1, noted))
        for kind in range(1, p.y_kinds + 1):
            trace, then = (Signal(TRACE_BITS, name=f"{n}{kind}", reset_less=True) for n in "ab")
            decayed = Signal(TRACE_BITS + 1, reset_less=True)
            kept, moved = Signal(TRACE_BITS), Signal(TRACE_BITS)
            word = now["y"].r_data[lane]
            read, read_then = word[f"trace{kind}"], word[f"then{kind}"]
            decay, impulse = (getattr(self, f"y{kind}_{what}") for what in ("decay", "impulse"))
            written = [now["y"]]
            if kind <= p.x_kinds:
                word = now["x"].r_data[lane]
                read = Mux(on_x, word[f"trace{kind}"], read)
                read_then = Mux(on_x, word[f"then{kind}"], read_then)
                decay = Mux(on_x, getattr(self, f"x{kind}_decay"), decay)
                impulse = Mux(on_x, getattr(self, f"x{kind}_impulse"), impulse)
                written.append(now["x"])
            up = on_x.replicate(16) if p.has_lava else 0  # Lava rounds such an impulse of x up
            m.d.comb += [
                kept.eq(
                    Mux(fires & (noted != 0), with_impulse(p, read, impulse, random | up), read)
                ),
                moved.eq(with_impulse(p, decayed, Mux(hit, impulse, 0), random)),
            ]
            with m.If(noting):
                m.d.sync += [trace.eq(kept), then.eq(read_then)]
            with m.Elif(adding):
                m.d.sync += trace.eq(moved)
                with m.If(hit | (step == 1)):
                    m.d.sync += then.eq(moved)
            with m.Else():
                m.d.sync += decayed.eq((trace * decay + random) >> 16)
            for memory in written:
                m.d.comb += [
                    memory.w_data[lane][f"trace{kind}"].eq(trace),
                    memory.w_data[lane][f"then{kind}"].eq(then),
                ]
            for side in "xy":
                if kind <= {"x": p.x_kinds, "y": p.y_kinds}[side]:
                    place = past[side].w_data[lane].word_select(kind - 1, TRACE_BITS)
                    m.d.comb += place.eq(moved)
