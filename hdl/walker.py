"""Walks a synapse list: one word of weights per cycle."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl import layouts
from backspike.hdl.activity import activity_layout
from backspike.hdl.layouts import REWARD_BITS, SignMode
from backspike.hdl.params import CoreParams
from backspike.hdl.plan import plan_layout
from backspike.hdl.source import source_layout

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
    """Turns plans of lists into words. To learn, it passes over words that the rule cannot change.

    Timing
    ------
    One word per cycle; a list without words, a reward and a list passed over take one cycle. To
    learn, a dense list whose rule asks for postsynaptic spikes takes one cycle more than it has
    words with such spikes, and another one if its last word has none.

    Members
    -------
    i : In(stream.Signature(plan_layout(params)))
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
            "i": In(stream.Signature(plan_layout(params))),
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
        plan, word = self.i.p, self.o.p
        here = plan.job.list

        # Which word of the list: counted, or found by the chain of active rows.
        number = Signal.like(plan.first)
        last, taken = Signal(), self.o.valid & self.o.ready
        m.d.comb += [
            word.sparse.eq(plan.sparse),
            word.address.eq(plan.base + number),
            word.row.eq(number),
            word.mask.eq(Mux(last, plan.mask, ~0)),
            word.exponent.eq(here.exponent),
            word.delay.eq(here.delay),
            self.n_lists.eq(self.i.valid & self.i.ready),
        ]
        if p.columns:
            self._columns(m, taken)
        if p.learning:
            m.d.comb += [
                word.rule.eq(plan.job.rule),
                word.sign.eq(here.sign),
                word.lsb.eq(here.lsb),
                word.source.eq(plan.job.source),
            ]
        with m.If(plan.skips):
            m.d.comb += self.i.ready.eq(1)
        if p.learning:
            with m.Elif(plan.seeks):
                self._seek(m, number, last)
        with m.Else():
            self._count(m, number, last, taken)
        rewards, of_r0 = self.i.valid & plan.reward, here.rule[0] if p.has_more_factors else 0
        m.d.comb += [
            self.reward_en.eq(Mux(of_r0, 0, rewards)),
            self.reward0_en.eq(rewards & of_r0),
            self.reward.eq(here.address[:REWARD_BITS].as_signed()),
        ]
        return m

    def _columns(self, m: Module, taken) -> None:
        """The addresses of a COLUMN, whose words lie ``stride`` apart."""
        word, plan = self.o.p, self.i.p
        here, passed = plan.job.list, Signal.like(word.address)
        m.d.comb += [
            word.column.eq(plan.column),
            word.stride.eq(here.post),
            word.rotate.eq(here.rotate),
            word.negate.eq(here.negate),
        ]
        with m.If(plan.column):
            m.d.comb += word.address.eq(here.address + passed)
        with m.If(self.i.valid & self.i.ready):
            m.d.sync += passed.eq(0)
        with m.Elif(taken):
            m.d.sync += passed.eq(passed + (here.post << self.params.lane_bits))

    def _count(self, m: Module, number: Signal, last: Signal, taken) -> None:
        """Visit every word of a list."""
        plan = self.i.p
        following, under_way, ends = Signal.like(number), Signal(), Signal()
        m.d.comb += [
            number.eq(Mux(under_way, following, plan.first)),
            last.eq(Mux(under_way, ends, plan.single)),
            self.o.valid.eq(self.i.valid),
            self.i.ready.eq(self.o.ready & last),
        ]
        with m.If(taken):
            m.d.sync += [
                following.eq(number + 1),
                ends.eq((number + 1)[: len(number)] == plan.last),
                under_way.eq(~last),
            ]

    def _seek(self, m: Module, number: Signal, last: Signal) -> None:
        """Visit the rows of a list that have spikes, by the chain."""
        plan, row, seeking = self.i.p, self.walk.row, Signal()
        m.d.comb += [
            number.eq(row),
            last.eq(row == plan.last),
            self.walk_en.eq(Mux(seeking, self.o.ready, self.i.valid)),
            self.walk_row.eq(Mux(seeking, row + 1, plan.first)),
        ]
        with m.If(~seeking):
            m.d.sync += seeking.eq(self.i.valid)
        with m.Elif(self.walk.any & (row <= plan.last)):
            m.d.comb += self.o.valid.eq(1)
            # No row behind the last can matter, and none is behind the last of all.
            with m.If(self.o.ready & (last | (row == self.params.rows - 1))):
                m.d.comb += self.i.ready.eq(1)
                m.d.sync += seeking.eq(0)
        with m.Else():
            m.d.comb += self.i.ready.eq(1)
            m.d.sync += seeking.eq(0)
