"""Traces of one neuron that move in every step."""

from amaranth import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import y_trace_layout
from backspike.hdl.learning.trace_lane import TraceLane, constants_layout
from backspike.hdl.params import CoreParams

__all__ = ["StepLane"]


class StepLane(wiring.Component):
    """Moves the word of a neuron by a step, as a stage of a pipeline.

    Timing: latency 1 cycle, one word per cycle; only the impulses come with the result.

    Members
    -------
    en : In(1)
        Take ``word``, ``random`` and ``fired``.
    word : In(y_trace_layout(params))
        What memory has of the neuron.
    constants : In(constants_layout(params))
        See :class:`backspike.hdl.learning.trace_lane.TraceLane`.
    random : In(16)
        Random bits.
    fired : In(1)
        It spiked in this step.
    kept : Out(y_trace_layout(params))
        The word to write.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "en": In(1),
            "word": In(y_trace_layout(params)),
            "constants": In(constants_layout(params)),
            "random": In(16),
            "fired": In(1),
            "kept": Out(y_trace_layout(params)),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.lane = lane = TraceLane(self.params)
        fired, fraction = Signal(), Signal(16, reset_less=True)
        with m.If(self.en):
            m.d.sync += [fired.eq(self.fired), fraction.eq(self.random)]
        m.d.comb += [
            lane.en.eq(self.en),
            lane.constants.eq(self.constants),
            lane.random.eq(self.random),
            lane.fraction.eq(fraction),
            lane.fired.eq(fired),
        ]
        for kind in range(self.params.y_kinds):
            name = f"trace{kind + 1}"
            m.d.comb += [
                lane.traces[kind].eq(self.word[name]),
                self.kept[name].eq(lane.moved[kind]),
            ]
        return m
