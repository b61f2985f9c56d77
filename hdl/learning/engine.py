"""The learning engine: evaluates a sum of products in all lanes, rounds, clips and writes back."""

from amaranth import Cat, Module, Mux, Signal, signed, unsigned
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import (
    TAG_BITS,
    rewards_layout,
)
from backspike.hdl.learning.learning_lane import LearningLane
from backspike.hdl.learning.rule_setup import RuleSetup
from backspike.hdl.learning.trace_history import past_slot
from backspike.hdl.learning.trace_memory import past_reader
from backspike.hdl.learning.word_issue import WordIssue
from backspike.hdl.learning.word_pipeline import WordPipeline
from backspike.hdl.lib.arith import popcount
from backspike.hdl.lib.arrays import each
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.lib.optional import when
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import source_traces, word_layout
from backspike.hdl.ports import RowReader, WriteBack, trace_reader

__all__ = ["LearningEngine"]

#: More words than can be taken and not yet written.
ON_WAY = 8


class LearningEngine(wiring.Component):
    """Learns one word of weights per cycle and lane operation.

    Each change is the sum of the rule's products, each a coefficient times its lane factors; what
    saturates where, and how results are rounded and clipped, is in ``docs/learning.md``.

    Timing
    ------
    ``n_lane_ops`` cycles per word (at least 1); a change of rule or of the axon's activity costs a
    set-up of ``count + 4`` cycles, one more with each multiplication by a factor, and one more if
    the last instruction adds to a coefficient. A word is written 5 cycles after its last operation,
    6 in a core with ``lava``.

    Members
    -------
    start : In(1)
        A learning phase begins: the reward may have changed.
    busy : Out(1)
        A word is on its way.
    i : In(stream.Signature(word_layout(params)))
        Words to learn.
    weights, tags, delays : In
        Those of the word in ``i``, by lane.
    r1, r0, epochs_done : In
        Reward traces; register of this name.
    spikes, y : Out(RowReader)
        Spikes of a row of compartments in this epoch, a bit per lane; its words of ``y_traces``.
    x_past, y_past : Out(RowReader)
        See :class:`backspike.hdl.learning.traces.TraceUnit`.
    draw, random
        See :class:`backspike.hdl.lib.random_bank.RandomBank`.
    learned : Out(WriteBack(params))
        Synapses to write.
    n_words, n_visited, n_changed : Out
        Words taken, synapses evaluated and weights changed in this cycle, to count.
    host_microcode : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = p = params
        count = range(p.lanes + 1)
        past = {
            "x_past": Out(past_reader(p, "x")),
            "y_past": Out(past_reader(p, "y")),
        }
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            "i": In(stream.Signature(word_layout(p))),
            "weights": In(signed(9)).array(p.lanes),
            "r1": In(rewards_layout(p)),
            "r0": In(rewards_layout(p)),
            "epochs_done": In(16),
            "spikes": Out(RowReader(p.compartment_rows, p.lanes)),
            "y": Out(trace_reader(p, "y")),
            "draw": Out(1),
            "random": In(16).array(p.lanes),
            "learned": Out(WriteBack(p)),
            "n_words": Out(1),
            "n_visited": Out(count),
            "n_changed": Out(count),
            "host_microcode": In(HOST_PORT),
            **when(p.has_tags, {"tags": In(signed(TAG_BITS)).array(p.lanes)}),
            **when(p.delays, {"delays": In(unsigned(p.slot_bits)).array(p.lanes)}),
            **when(p.has_history, past),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.setup = setup = RuleSetup(self.params)
        m.submodules.issue = issue = WordIssue(self.params)
        m.submodules.pipeline = pipeline = WordPipeline(self.params)
        connect(m, flipped(self.host_microcode), setup.host_microcode)
        connect(m, flipped(self.i), issue.i)
        connect(m, issue.setup, setup.run)
        if self.params.has_history:
            connect(m, setup.past, flipped(self.x_past))

        op, taken = issue.issued.op, issue.issued.word
        changed = Signal(self.params.lanes)
        m.d.comb += [
            setup.r1.eq(self.r1),
            setup.r0.eq(self.r0),
            setup.epochs_done.eq(self.epochs_done),
            issue.start.eq(self.start),
            pipeline.take.eq(issue.take),
            pipeline.issued.eq(issue.issued),
            pipeline.coefficient.eq(Mux(op.first, setup.run.coefficients[op.coefficient], 0)),
            self.draw.eq(pipeline.draw),
            self.learned.en.eq(pipeline.en),
            self.learned.word.eq(pipeline.word),
            self.busy.eq(issue.busy | pipeline.busy | changed.any()),
            self.n_words.eq(issue.take),
            self.n_visited.eq(Mux(issue.first, popcount(taken.mask), 0)),
            self.n_changed.eq(popcount(changed)),
        ]
        self._look_up(m, issue.take)
        for lane in range(self.params.lanes):
            m.submodules[f"lane{lane}"] = unit = self._add_lane(m, lane, pipeline, setup)
            m.d.comb += changed[lane].eq(unit.changed)
        self._promise(Contract(m, self, platform), issue, pipeline)
        return m

    def _promise(self, contract: Contract, issue: WordIssue, pipeline: WordPipeline) -> None:
        """Every word is written once, with synapses that the memories can hold."""
        on_way = contract.on_way("words", issue.take, pipeline.en, ON_WAY)
        contract.holds("a word that is taken is written", on_way == 0, where=~self.busy)
        contract.needs("a phase begins with no word on its way", on_way == 0, where=self.start)
        p, learned, word = self.params, self.learned, self.learned.word
        parts = Cat(weight[: p.weight_low].any() for weight in learned.weights)
        whole = word.sparse | ~(parts & word.mask).any()
        contract.holds("weights of dense words have whole units", whole, where=learned.en)
        if p.delays:
            late = Cat(delay > p.max_delay for delay in learned.delays)
            contract.holds("each delay has its slot", ~(late & word.mask).any(), where=learned.en)
        if not p.compact:
            contract.reached("several words are on their way", on_way > 2)

    def _look_up(self, m: Module, take) -> None:
        """Read what the lanes need of a word's compartments."""
        p, word = self.params, self.i.p
        m.d.comb += [
            self.spikes.en.eq(take),
            self.spikes.row.eq(word.row),
            self.y.en.eq(take),
            self.y.row.eq(word.row),
        ]
        if p.has_history:
            slot = past_slot(p, source_traces(p, word.source).time)
            m.d.comb += [self.y_past.en.eq(take), self.y_past.row.eq(word.row * p.history + slot)]

    def _add_lane(self, m: Module, lane: int, pipeline, setup) -> LearningLane:
        """One lane, and its wires."""
        p, unit = self.params, LearningLane(self.params)
        m.d.comb += [
            unit.control.eq(pipeline.control),
            unit.masked.eq(pipeline.word.mask[lane]),
            unit.fired.eq(self.spikes.data[lane]),
            unit.y.eq(self.y.data[lane]),
            unit.random.eq(self.random[lane]),
            unit.synapse.weight.eq(self.weights[lane]),
            self.learned.weights[lane].eq(unit.learned.weight),
        ]
        if p.has_tags:
            m.d.comb += unit.synapse.tag.eq(self.tags[lane])
            m.d.comb += self.learned.tags[lane].eq(unit.learned.tag)
        if p.delays:
            m.d.comb += unit.synapse.delay.eq(self.delays[lane])
            m.d.comb += self.learned.delays[lane].eq(unit.learned.delay)
        if p.has_history:
            m.d.comb += unit.y_past.eq(self.y_past.data[lane])
            m.d.comb += each(unit.recalled, setup.recalled)
        return unit
