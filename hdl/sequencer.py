"""Runs the phases of each time step one after the other, and the sweep that clears."""

from amaranth import Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.params import CoreParams

__all__ = ["Sequencer", "wake_layout"]


def wake_layout() -> data.StructLayout:
    """Parts of the core that rest in some phases; the members name their clock domains."""
    return data.StructLayout({
        "dendrite": 1,  # compartments
        "accumulate": 1,  # accumulators
        "serve": 1,  # scanner, list fetch, walker, synapse memories
        "learn": 1,  # traces, random numbers, learning engine
        "command": 1,  # command processor, registers
    })


class Sequencer(wiring.Component):
    """IDLE -> (BEGIN -> DENDRITE -> DELIVER [-> TRACES [-> LEARN]]) per step -> IDLE.

    After reset it starts with CLEAR, which sweeps the deepest of the dynamic memories. A phase
    ends in the first cycle in which nothing of it is left; the next one starts in the cycle after.

    Members
    -------
    advance, n_steps : In
        Run so many steps; 0 is done at once.
    start_clear : In(1)
        Clear everything dynamic.
    running : Out(1)
        High from the cycle after ``advance`` or ``start_clear`` until that is done.
    report, learn, step : In
        Registers of these names.
    epoch_ends : In(1)
        The step under way ends a learning epoch: only then there is a LEARN.
    step_reports : Out(stream.Signature(32))
        Number of each step, if ``report``.
    step_begins, step_ends : Out(1)
        First and last cycle of a step.
    start_dendrite, start_scan, start_traces : Out(1)
        Start a phase.
    dendrite_busy, serving, traces_busy : In(1)
        The phase is not over: of the dendrite, of delivery or learning, of the traces.
    learning : Out(1)
        The scan is to learn rather than to deliver; from the traces before it on.
    clear, clear_address : Out
        Sweep.
    in_host, in_dendrite, in_deliver, in_trace, in_learn : Out(1)
        What this cycle is spent on.
    wake : Out(wake_layout())
        Parts of the core that have work in this cycle.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        self.sweep = max(
            params.delay_slots * params.compartment_rows,
            params.compartments // params.dendrite_lanes,
            params.rows * (params.history if params.has_history else 1),
        )
        super().__init__({
            "advance": In(1),
            "n_steps": In(32),
            "start_clear": In(1),
            "running": Out(1),
            "report": In(1),
            "learn": In(1),
            "epoch_ends": In(1),
            "step": In(32),
            "step_reports": Out(stream.Signature(32)),
            "step_begins": Out(1),
            "step_ends": Out(1),
            "start_dendrite": Out(1),
            "start_scan": Out(1),
            "start_traces": Out(1),
            "dendrite_busy": In(1),
            "serving": In(1),
            "traces_busy": In(1),
            "learning": Out(1),
            "clear": Out(1, init=1),
            "clear_address": Out(range(self.sweep)),
            "in_host": Out(1),
            "in_dendrite": Out(1),
            "in_deliver": Out(1),
            "in_trace": Out(1),
            "in_learn": Out(1),
            "wake": Out(wake_layout()),
        })

    def elaborate(self, platform):
        m = Module()
        left = Signal(32)
        m.d.comb += [
            self.wake.command.eq(self.in_host | self.step_ends),
            self.wake.dendrite.eq(self.in_host | self.in_dendrite),
            self.wake.accumulate.eq(self.in_host | self.in_dendrite | self.in_deliver),
            self.wake.serve.eq(self.in_host | self.in_deliver | self.in_learn | self.start_scan),
            self.wake.learn.eq(self.in_host | self.in_trace | self.in_learn | self.start_traces),
        ]

        def end_step():
            m.d.comb += self.step_ends.eq(1)
            m.d.sync += left.eq(left - 1)
            m.next = "BEGIN"
            with m.If(left == 1):
                m.next = "IDLE"

        with m.FSM(init="CLEAR", name="phase") as fsm:
            m.d.comb += self.running.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                m.d.comb += self.in_host.eq(1)
                m.d.sync += left.eq(self.n_steps)
                with m.If(self.start_clear):
                    m.d.sync += self.clear.eq(1)
                    m.next = "CLEAR"
                with m.Elif(self.advance & (self.n_steps != 0)):
                    m.next = "BEGIN"

            with m.State("BEGIN"):
                m.d.comb += [
                    self.in_dendrite.eq(1),
                    self.step_reports.valid.eq(self.report),
                    self.step_reports.p.eq(self.step),
                ]
                with m.If(~self.report | self.step_reports.ready):
                    m.d.comb += [self.step_begins.eq(1), self.start_dendrite.eq(1)]
                    m.next = "DENDRITE"
            with m.State("DENDRITE"):
                m.d.comb += self.in_dendrite.eq(1)
                with m.If(~self.dendrite_busy):
                    m.d.comb += self.start_scan.eq(1)
                    m.next = "DELIVER"

            with m.State("DELIVER"):
                m.d.comb += self.in_deliver.eq(1)
                with m.If(~self.serving):
                    if not self.params.learning:
                        end_step()
                    else:
                        with m.If(self.learn):
                            m.d.comb += self.start_traces.eq(1)
                            m.d.sync += self.learning.eq(self.epoch_ends)
                            m.next = "TRACES"
                        with m.Else():
                            end_step()

            if self.params.learning:
                with m.State("TRACES"):
                    m.d.comb += self.in_trace.eq(1)
                    with m.If(~self.traces_busy & self.learning):
                        m.d.comb += self.start_scan.eq(1)
                        m.next = "LEARN"
                    with m.Elif(~self.traces_busy):
                        end_step()
                with m.State("LEARN"):
                    m.d.comb += self.in_learn.eq(1)
                    with m.If(~self.serving):
                        m.d.sync += self.learning.eq(0)
                        end_step()

            with m.State("CLEAR"):
                m.d.comb += self.in_host.eq(1)
                m.d.sync += self.clear_address.eq(self.clear_address + 1)
                with m.If(self.clear_address == self.sweep - 1):
                    m.d.sync += [self.clear_address.eq(0), self.clear.eq(0)]
                    m.next = "IDLE"
        return m
