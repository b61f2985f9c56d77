"""Learning: traces, random numbers and the engine."""

from amaranth import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.host_ports import Counts, MemoryPorts, RegisterValues
from backspike.hdl.learning.engine import LearningEngine
from backspike.hdl.learning.traces import TraceUnit, trace_constants
from backspike.hdl.lib.arrays import each
from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.lib.random_bank import RandomBank
from backspike.hdl.params import CoreParams
from backspike.hdl.ports import (
    LearnedWord,
    Phase,
    RewardValues,
    WriteBack,
    spikes_reader,
    sweep_depth,
    trace_reader,
)
from backspike.hdl.seeds import default_seeds

__all__ = ["Learning"]


class Learning(wiring.Component):
    """All that only a core that learns has, but for the reward traces.

    Members
    -------
    trace_phase : In(Phase())
        Move the traces.
    phase : In(Phase())
        Learn the words that come; busy while one is on its way.
    registers : In(RegisterValues(params))
    rewards : In(RewardValues(params))
    words : In(LearnedWord(params))
    write_back : Out(WriteBack(params))
    x_traces : In(trace_reader(params, "x"))
        Words of ``x_traces``, in a core that has them; else 0.
    step_look, epoch_look : Out(spikes_reader(params))
        Spikes of the step, for the traces, and of the epoch, for the engine.
    counts : Out(Counts("words_learned", "synapses_visited", "synapses_changed"))
    clear : In(ClearPort(sweep_depth(params)))
        Zero a row of the traces.
    memories : In(MemoryPorts(params, "microcode", "x_traces", "y_traces", "random"))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "trace_phase": In(Phase()),
            "phase": In(Phase()),
            "registers": In(RegisterValues(params)),
            "rewards": In(RewardValues(params)),
            "words": In(LearnedWord(params)),
            "write_back": Out(WriteBack(params)),
            "x_traces": In(trace_reader(params, "x")),
            "step_look": Out(spikes_reader(params)),
            "epoch_look": Out(spikes_reader(params)),
            "counts": Out(Counts("words_learned", "synapses_visited", "synapses_changed")),
            "clear": In(ClearPort(sweep_depth(params))),
            "memories": In(MemoryPorts(params, "microcode", "x_traces", "y_traces", "random")),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.engine = engine = LearningEngine(p)
        connect(m, flipped(self.memories.microcode), engine.host_microcode)
        connect(m, flipped(self.words.word), engine.i)
        connect(m, engine.learned, flipped(self.write_back))
        m.d.comb += [
            engine.start.eq(self.phase.start),
            self.phase.busy.eq(engine.busy),
            engine.r1.eq(self.rewards.r1),
            engine.r0.eq(self.rewards.r0),
            engine.epochs_done.eq(self.registers.epochs_done),
            self.epoch_look.en.eq(engine.spikes.en),
            self.epoch_look.row.eq(engine.spikes.row),
            engine.spikes.data.eq(self.epoch_look.data),
            self.counts.words_learned.eq(engine.n_words),
            self.counts.synapses_visited.eq(engine.n_visited),
            self.counts.synapses_changed.eq(engine.n_changed),
        ]
        for name in self.words.signature.members:
            if name != "word":
                m.d.comb += each(getattr(engine, name), getattr(self.words, name))
        draw = engine.draw
        if p.has_traces:
            m.submodules.traces = traces = TraceUnit(p)
            self._add_traces(m, traces, engine)
            draw |= traces.draw
        if p.has_random:
            m.submodules.random = random = RandomBank(default_seeds(p))
            connect(m, flipped(self.memories.random), random.host)
            m.d.comb += [random.draw.eq(draw), random.dither.eq(self.registers.dither)]
            for part in (engine, traces) if p.has_traces else (engine,):
                m.d.comb += each(part.random, random.bits)
        return m

    def _add_traces(self, m: Module, traces: TraceUnit, engine: LearningEngine) -> None:
        """Traces: updated before learning, read by the scanner (x1) and the engine (y1)."""
        p, registers = self.params, self.registers
        connect(m, flipped(self.memories.x_traces), traces.host_x)
        connect(m, flipped(self.memories.y_traces), traces.host_y)
        connect(m, flipped(self.x_traces), traces.x)
        connect(m, engine.y, traces.y)
        connect(m, traces.spikes, flipped(self.step_look))
        connect(m, flipped(self.clear), traces.clear)
        m.d.comb += [
            traces.start.eq(self.trace_phase.start),
            self.trace_phase.busy.eq(traces.busy),
            *(
                getattr(traces, name).eq(getattr(registers, name))
                for name in ("x_first", "x_rows", "y_first", "y_rows", *trace_constants(p))
            ),
        ]
        if p.has_history:
            connect(m, engine.x_past, traces.x_past)
            connect(m, engine.y_past, traces.y_past)
            m.d.comb += [
                traces.epoch_step.eq(registers.epoch_step),
                traces.epoch_ends.eq(registers.epoch_ends),
            ]
