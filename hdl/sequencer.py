"""Sequencer of the phases of each time step, and of the sweep that clears."""

from amaranth import Cat, Module, Signal
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.host_ports import Counts, RegisterValues, RunPort
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import Phase, sweep_depth

__all__ = ["Sequencer", "wake_layout"]


#: Phases that cycles are counted by.
PHASES = ("host", "dendrite", "deliver", "trace", "learn")


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
    run : In(RunPort())
        Steps to run, or a clear.
    registers : In(RegisterValues(params))
        Only a step that ends a learning epoch has a LEARN.
    steps : Out(stream.Signature(32))
        Number of each step, if they are reported.
    step_begins, step_ends : Out(1)
        First and last cycle of a step.
    dendrite, serve, traces : Out(Phase())
        Phases; ``serve`` is that of delivery and that of learning.
    learning : Out(1)
        Serve to learn rather than to deliver; high from the traces before it on.
    clear : Out(ClearPort(sweep_depth(params)))
        Sweep over all memories of dynamic state at once.
    counts : Out(Counts(...))
        Cycles by phase, and steps.
    wake : Out(wake_layout())
        Parts of the core that have work in this cycle.
    """

    def __init__(self, params: CoreParams):
        self.params, self.sweep = params, sweep_depth(params)
        spent = (f"cycles_{phase}" for phase in PHASES)
        super().__init__({
            "run": In(RunPort()),
            "registers": In(RegisterValues(params)),
            "steps": Out(stream.Signature(32)),
            "step_begins": Out(1),
            "step_ends": Out(1),
            "dendrite": Out(Phase()),
            "serve": Out(Phase()),
            "traces": Out(Phase()),
            "learning": Out(1),
            "clear": Out(ClearPort(self.sweep)),
            "counts": Out(Counts(*spent, "steps")),
            "wake": Out(wake_layout()),
        })

    def elaborate(self, platform):
        m = Module()
        phases = {name: Signal(name=f"in_{name}") for name in PHASES}
        clearing, left = Signal(init=1), Signal(32)
        m.d.comb += self.clear.en.eq(clearing)
        self._wake(m, phases)
        with m.FSM(init="CLEAR", name="phase") as fsm:
            m.d.comb += self.run.running.eq(~fsm.ongoing("IDLE"))
            with m.State("IDLE"):
                m.d.comb += phases["host"].eq(1)
                m.d.sync += left.eq(self.run.n_steps)
                with m.If(self.run.clear):
                    m.d.sync += clearing.eq(1)
                    m.next = "CLEAR"
                with m.Elif(self.run.advance & (self.run.n_steps != 0)):
                    m.next = "BEGIN"
            with m.State("BEGIN"):
                m.d.comb += phases["dendrite"].eq(1)
                self._begin_step(m)
            with m.State("DENDRITE"):
                m.d.comb += phases["dendrite"].eq(1)
                with m.If(~self.dendrite.busy):
                    m.d.comb += self.serve.start.eq(1)
                    m.next = "DELIVER"
            with m.State("DELIVER"):
                m.d.comb += phases["deliver"].eq(1)
                with m.If(~self.serve.busy):
                    self._end_delivery(m, left)
            if self.params.learning:
                self._learn(m, phases, left)
            with m.State("CLEAR"):
                m.d.comb += phases["host"].eq(1)
                m.d.sync += self.clear.address.eq(self.clear.address + 1)
                with m.If(self.clear.address == self.sweep - 1):
                    m.d.sync += [self.clear.address.eq(0), clearing.eq(0)]
                    m.next = "IDLE"
        self._promise(Contract(m, self, platform), phases)
        return m

    def _promise(self, contract: Contract, phases: dict[str, Signal]) -> None:
        """One phase at a time, and a sweep over every word."""
        starts = self.dendrite.start, self.serve.start, self.traces.start
        for name, phase in (("dendrite", self.dendrite), ("serve", self.serve)):
            contract.needs(
                f"{name} is busy only once it was started",
                contract.past(name, phase.start | phase.busy),
                where=phase.busy,
            )
        total = Cat(*phases.values())
        contract.at_most_one("one phase at a time", *phases.values())
        contract.holds("there is always a phase", total.any())
        contract.at_most_one("phases start one by one", *starts)
        contract.holds("steps end while the core runs", self.run.running, where=self.step_ends)
        contract.holds("learning has its phases", phases["deliver"] == 0, where=self.learning)
        address, was = self.clear.address, contract.past("clear", self.clear.en)
        last = contract.past("last", self.clear.en & (address == self.sweep - 1))
        following = contract.past("address", address + 1)
        contract.holds("a sweep begins with word 0", address == 0, where=self.clear.en & ~was)
        contract.holds("a sweep goes on", address == following, where=was & ~last)
        contract.holds("a sweep ends behind the last word", self.clear.en != last, where=was)

    def _wake(self, m: Module, phases: dict[str, Signal]) -> None:
        """Count the cycles of each phase, and wake what has work in it."""
        in_host, in_dendrite, in_deliver, in_trace, in_learn = phases.values()
        m.d.comb += [
            *(getattr(self.counts, f"cycles_{name}").eq(phase) for name, phase in phases.items()),
            self.counts.steps.eq(self.step_ends),
            self.wake.command.eq(in_host | self.step_ends),
            self.wake.dendrite.eq(in_host | in_dendrite),
            self.wake.accumulate.eq(in_host | in_dendrite | in_deliver),
            self.wake.serve.eq(in_host | in_deliver | in_learn | self.serve.start),
            self.wake.learn.eq(in_host | in_trace | in_learn | self.traces.start),
        ]

    def _begin_step(self, m: Module) -> None:
        """Report the step, if steps are reported, then start its dendrite phase."""
        registers = self.registers
        m.d.comb += [self.steps.valid.eq(registers.report), self.steps.p.eq(registers.step)]
        with m.If(~registers.report | self.steps.ready):
            m.d.comb += [self.step_begins.eq(1), self.dendrite.start.eq(1)]
            m.next = "DENDRITE"

    def _end_delivery(self, m: Module, left: Signal) -> None:
        """Go on to the traces if the core learns in this step."""
        if not self.params.learning:
            self._end_step(m, left)
            return
        with m.If(self.registers.learn):
            m.d.comb += self.traces.start.eq(1)
            m.d.sync += self.learning.eq(self.registers.epoch_ends)
            m.next = "TRACES"
        with m.Else():
            self._end_step(m, left)

    def _learn(self, m: Module, phases: dict[str, Signal], left: Signal) -> None:
        """States of traces and of learning."""
        with m.State("TRACES"):
            m.d.comb += phases["trace"].eq(1)
            with m.If(~self.traces.busy & self.learning):
                m.d.comb += self.serve.start.eq(1)
                m.next = "LEARN"
            with m.Elif(~self.traces.busy):
                self._end_step(m, left)
        with m.State("LEARN"):
            m.d.comb += phases["learn"].eq(1)
            with m.If(~self.serve.busy):
                m.d.sync += self.learning.eq(0)
                self._end_step(m, left)

    def _end_step(self, m: Module, left: Signal) -> None:
        """End the step; begin the next one if there are steps ``left``."""
        m.d.comb += self.step_ends.eq(1)
        m.d.sync += left.eq(left - 1)
        m.next = "BEGIN"
        with m.If(left == 1):
            m.next = "IDLE"
