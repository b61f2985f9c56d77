"""Walks a synapse list: one word of weights per cycle."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl import layouts
from backspike.hdl.activity import activity_layout
from backspike.hdl.layouts import REWARD_BITS, ListKind, SignMode, Visit
from backspike.hdl.lists import list_job_layout
from backspike.hdl.params import CoreParams
from backspike.hdl.source import is_traced, source_layout, source_traces

__all__ = ["Walker", "word_layout"]


def word_layout(p: CoreParams) -> data.StructLayout:
    """A word of weights to read: of dense lists, or a single synapse of a sparse one."""
    words = max(p.dense_words, p.sparse_words)
    fields = {
        "sparse": 1,
        "address": range(words),
        "row": range(p.compartment_rows),  # DENSE: of the targets or, to learn, of the teachers
        "mask": p.lanes,  # DENSE: lanes that hold synapses of the list
        "exponent": signed(4),  # DENSE
        "delay": p.slot_bits,  # DENSE
    }
    if p.columns:
        fields |= {
            "column": 1,  # one weight of each of `lanes` words, `stride` words apart
            "stride": range(p.compartment_rows),
            "rotate": max(1, p.lane_bits),  # lane n is in bank n + rotate
            "negate": 1,
        }
    if p.learning:
        fields |= {
            "rule": layouts.rule_layout(p),
            "sign": SignMode,
            "lsb": 4,
            "source": source_layout(p),
        }
    return data.StructLayout(fields)


class Walker(wiring.Component):
    """Turns lists into words. To learn, it passes over words that the rule cannot change.

    Timing
    ------
    One word per cycle; a list without words, a reward and a list passed over take one cycle. To
    learn, a dense list whose rule asks for postsynaptic spikes takes one cycle more than it has
    words with such spikes, and another one if its last word has none.

    Members
    -------
    learn : In(1)
        Pass over what cannot change; may change while ``busy`` is low.
    i : In(stream.Signature(list_job_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
    reward_en, reward0_en, reward : Out
        A list of kind REWARD: its impulse, for r1 or r0.
    walk_en, walk_row, walk
        Reader of :class:`backspike.hdl.activity.Activity`.
    n_lists : Out(1)
        A list is done in this cycle, to count.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "learn": In(1),
            "i": In(stream.Signature(list_job_layout(params))),
            "o": Out(stream.Signature(word_layout(params))),
            "reward_en": Out(1),
            "reward0_en": Out(1),
            "reward": Out(signed(REWARD_BITS)),
            "walk_en": Out(1),
            "walk_row": Out(range(params.rows)),
            "walk": In(activity_layout(params)),
            "n_lists": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        job, word = self.i.p, self.o.p
        sparse = job.list.kind == ListKind.SPARSE
        dense = job.list.kind == ListKind.DENSE
        reward = job.list.kind == ListKind.REWARD
        column = (job.list.kind == ListKind.COLUMN) if p.columns else 0

        # Which word of the list: counted, or found by the chain of active rows.
        count_bits = p.compartments.bit_length()
        words, number, index = Signal(count_bits), Signal(count_bits), Signal(count_bits)
        m.d.comb += words.eq(
            Mux(sparse, job.list.count, (job.list.count + p.lanes - 1) >> p.lane_bits)
        )
        left = job.list.count - (index << p.lane_bits)
        m.d.comb += [
            index.eq(number),
            word.sparse.eq(sparse),
            word.address.eq(job.list.address + index),
            word.row.eq(self._first_row() + index),
            word.exponent.eq(job.list.exponent),
            word.delay.eq(job.list.delay),
        ]
        for lane in range(p.lanes):
            m.d.comb += word.mask[lane].eq(left > lane)

        taken = self.o.valid & self.o.ready
        m.d.comb += self.n_lists.eq(self.i.valid & self.i.ready)

        def count_through():
            with m.If((words == 0) | ~(sparse | dense | column)):
                m.d.comb += self.i.ready.eq(1)
            with m.Else():
                m.d.comb += [
                    self.o.valid.eq(self.i.valid),
                    self.i.ready.eq(self.o.ready & (number + 1 == words)),
                ]
                with m.If(taken):
                    m.d.sync += number.eq(Mux(number + 1 == words, 0, number + 1))

        if p.columns:
            self._columns(m, column, taken)
        if not p.learning:
            count_through()
        else:
            m.d.comb += [
                word.rule.eq(job.rule),
                word.sign.eq(job.list.sign),
                word.lsb.eq(job.list.lsb),
                word.source.eq(job.source),
            ]
            x = job.source
            useless = ~(
                x.x0
                | (job.rule.pre == Visit.ALWAYS)
                | ((job.rule.pre == Visit.TRACED) & is_traced(source_traces(p, x)))
            )
            seeks = self.learn & dense & (job.rule.post != Visit.ALWAYS)
            with m.If(self.learn & (useless | reward | column)):
                m.d.comb += self.i.ready.eq(1)
            with m.Elif(seeks):
                self._seek(m, index, words, taken)
            with m.Else():
                count_through()
        rewards, of_r0 = self.i.valid & reward & ~self.learn, 0
        if p.has_more_factors:
            of_r0 = job.list.rule[0]
        m.d.comb += [
            self.reward_en.eq(Mux(of_r0, 0, rewards)),
            self.reward0_en.eq(rewards & of_r0),
            self.reward.eq(job.list.address[:REWARD_BITS].as_signed()),
        ]
        return m

    def _first_row(self):
        """Row of the first word: of its targets or, to learn, of its teachers."""
        here = self.i.p.list
        return Mux(self.learn, here.post, here.row) if self.params.columns else here.row

    def _columns(self, m: Module, column, taken) -> None:
        """The addresses of a COLUMN, whose words lie ``stride`` apart."""
        word, here = self.o.p, self.i.p.list
        passed = Signal.like(word.address)
        m.d.comb += [
            word.column.eq(column),
            word.stride.eq(here.post),
            word.rotate.eq(here.rotate),
            word.negate.eq(here.negate),
        ]
        with m.If(column):
            m.d.comb += word.address.eq(here.address + passed)
        with m.If(self.i.valid & self.i.ready):
            m.d.sync += passed.eq(0)
        with m.Elif(taken):
            m.d.sync += passed.eq(passed + (here.post << self.params.lane_bits))

    def _seek(self, m: Module, index: Signal, words: Signal, taken) -> None:
        """Visit the rows of a list that have spikes, by the chain."""
        first = self._first_row()
        seeking, inside = Signal(), Signal()
        m.d.comb += [
            index.eq(self.walk.row - first),
            inside.eq(self.walk.any & (self.walk.row < first + words)),
        ]
        with m.If(~seeking):
            m.d.comb += [self.walk_en.eq(self.i.valid), self.walk_row.eq(first)]
            m.d.sync += seeking.eq(self.i.valid)
        with m.Elif(inside):
            m.d.comb += [
                self.o.valid.eq(1),
                self.walk_en.eq(taken),
                self.walk_row.eq(self.walk.row + 1),
            ]
            # No row behind the last can matter.
            with m.If(taken & (index + 1 == words)):
                m.d.comb += self.i.ready.eq(1)
                m.d.sync += seeking.eq(0)
        with m.Else():
            m.d.comb += self.i.ready.eq(1)
            m.d.sync += seeking.eq(0)
