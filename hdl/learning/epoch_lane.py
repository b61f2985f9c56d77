"""Traces of one neuron over an epoch: notes when it fired, then moves through the steps."""

from amaranth import Module, Mux, Signal
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import TRACE_BITS, y_trace_layout
from backspike.hdl.learning.trace_lane import TraceLane, constants_layout, with_impulse
from backspike.hdl.params import CoreParams

__all__ = ["EpochLane"]


class EpochLane(wiring.Component):
    """Keeps the word of a neuron from ``note`` on, until the next one.

    Of the spikes of a neuron in an epoch, the last one counts at its time, and each of the others
    adds its impulse to the trace as the epoch began.

    Timing: each of ``note``, ``decay`` and ``add`` acts in the next cycle; at most one is high.

    Members
    -------
    note : In(1)
        Take ``word``, and note a spike in it.
    decay, add : In(1)
        Decay the traces; add the impulses of spikes of ``step``, and keep them with their time.
    epoch_step, step : In
        Step of the epoch, from 0, to note; from 1, to add.
    on_x : In(1)
        The neuron is an axon.
    word : In(y_trace_layout(params))
        What memory has of it.
    constants : In(constants_layout(params))
        See :class:`backspike.hdl.learning.trace_lane.TraceLane`.
    random : In(16)
        Random bits; those of ``decay`` stay for ``add``.
    fired : In(1)
        It spiked in this step.
    kept : Out(y_trace_layout(params))
        The word to write.
    moved : Out(ArrayLayout(7, y_kinds))
        Its traces after ``step``, in the cycle of ``add``.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "note": In(1),
            "decay": In(1),
            "add": In(1),
            "epoch_step": In(6),
            "step": In(7),
            "on_x": In(1),
            "word": In(y_trace_layout(params)),
            "constants": In(constants_layout(params)),
            "random": In(16),
            "fired": In(1),
            "kept": Out(y_trace_layout(params)),
            "moved": Out(data.ArrayLayout(TRACE_BITS, params.y_kinds)),
        })

    def elaborate(self, platform):
        m = Module()
        p, kept = self.params, Signal(y_trace_layout(self.params), reset_less=True)
        m.submodules.lane = lane = TraceLane(p)
        noted, hit = Signal(6), Signal()
        m.d.comb += [
            self.kept.eq(kept),
            self.moved.eq(lane.moved),
            lane.en.eq(self.decay),
            lane.constants.eq(self.constants),
            lane.random.eq(self.random),
            lane.fraction.eq(self.random),
            lane.fired.eq(hit),
            noted.eq(Mux(self.epoch_step == 0, 0, self.word.time)),
            hit.eq(kept.time == self.step),
        ]
        with m.If(self.note):
            m.d.sync += kept.time.eq(Mux(self.fired, self.epoch_step + 1, noted))
        rounded_up = self.on_x.replicate(16) if p.has_lava else 0  # as Lava does, of an axon
        for kind in range(p.y_kinds):
            trace, then = f"trace{kind + 1}", f"then{kind + 1}"
            impulse = self.constants.impulse[kind]
            raised = with_impulse(p, self.word[trace], impulse, self.random | rounded_up)
            m.d.comb += lane.traces[kind].eq(kept[trace])
            with m.If(self.note):
                m.d.sync += [
                    kept[trace].eq(Mux(self.fired & (noted != 0), raised, self.word[trace])),
                    kept[then].eq(self.word[then]),
                ]
            with m.Elif(self.add):
                m.d.sync += kept[trace].eq(lane.moved[kind])
                with m.If(hit | (self.step == 1)):
                    m.d.sync += kept[then].eq(lane.moved[kind])
        return m
