"""Walks a synapse list: one word of weights per cycle."""

from amaranth import Const, Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import activity_layout, plan_layout, word_layout

__all__ = ["ListWalker"]


class ListWalker(wiring.Component):
    """Turns plans of lists into words. To learn, it passes over words that the rule cannot change.

    Timing
    ------
    Latency 1 cycle, then one word per cycle; a list without words, a reward and a list passed over
    take one cycle. To learn, a dense list whose rule asks for postsynaptic spikes takes one cycle
    more than it has words with such spikes, and another one if its last word has none.

    Members
    -------
    busy : Out(1)
        A list is being walked.
    i : In(stream.Signature(plan_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
    reward_en, reward0_en, reward, channel : Out
        A list of kind REWARD: its impulse, for r1 or r0 of a channel.
    walk_en, walk_row, walk
        Reader of :class:`backspike.hdl.dendrite.activity.Activity`.
    n_lists : Out(1)
        A list is taken in this cycle, to count.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "busy": Out(1),
            "i": In(stream.Signature(plan_layout(params))),
            "o": Out(stream.Signature(word_layout(params))),
            "reward_en": Out(1),
            "reward0_en": Out(1),
            "reward": Out(signed(REWARD_BITS)),
            "channel": Out(range(params.reinforcements)),
            "walk_en": Out(1),
            "walk_row": Out(range(params.rows)),
            "walk": In(activity_layout(params)),
            "n_lists": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        given = self.i.p
        # The list being walked: its words are counted, or found by the chain of active rows.
        plan = Signal(plan_layout(p), reset_less=True)
        counts, seeks = Signal(), Signal()
        last, free = Signal(), Signal()
        m.d.comb += [
            self.busy.eq(counts | seeks),
            self.i.ready.eq(free),
            self.n_lists.eq(self.i.valid & free),
        ]
        with m.If(free):
            m.d.sync += [
                plan.eq(given),
                counts.eq(self.i.valid & ~given.skips & ~given.seeks),
                seeks.eq(self.i.valid & ~given.skips & given.seeks),
            ]
        found = over = is_last = Const(0)
        if p.learning:
            found, over, is_last = self._seek(m, seeks, free)
            self._compare(m, plan, counts, free)
        number, offset, ends = self._count(m, plan, free)
        m.d.comb += [
            free.eq(Mux(counts, ends & self.o.ready, ~seeks | over)),
            self.o.valid.eq(counts | found),
            last.eq(Mux(seeks, is_last, ends)),
            self.o.p.address.eq(plan.base + Mux(seeks, self.walk.row, offset)),
            self.o.p.row.eq(Mux(seeks, self.walk.row, number)),
            self.o.p.mask.eq(Mux(last, plan.mask, ~0)),
        ]
        self._describe(m, plan)

        rewards = self.i.valid & free & given.reward
        of_r0 = given.job.list.rule[0] if p.has_more_factors else 0
        m.d.comb += [
            self.reward_en.eq(Mux(of_r0, 0, rewards)),
            self.reward0_en.eq(rewards & of_r0),
            self.reward.eq(given.job.list.address[:REWARD_BITS].as_signed()),
            self.channel.eq(given.job.list.lsb),
        ]
        return m

    def _describe(self, m: Module, plan) -> None:
        """What all words of a list say."""
        word, here = self.o.p, plan.job.list
        m.d.comb += [
            word.sparse.eq(plan.sparse),
            word.exponent.eq(here.exponent),
            word.delay.eq(here.delay),
        ]
        if self.params.columns:
            m.d.comb += [
                word.column.eq(plan.column),
                word.stride.eq(Mux(plan.column, here.post, 0)),
                word.rotate.eq(here.rotate),
                word.negate.eq(here.negate),
            ]
        if self.params.learning:
            m.d.comb += [
                word.rule.eq(plan.job.rule),
                word.sign.eq(here.sign),
                word.lsb.eq(here.lsb),
                word.source.eq(plan.job.source),
            ]

    def _compare(self, m: Module, plan, counts: Signal, free: Signal) -> None:
        """Whether a word has the rule and the source of the word before. A list may give no word:
        what it says of the list before it then counts for the list behind it."""
        job, given = plan.job, self.i.p.job
        same, begun = Signal(), Signal()
        m.d.comb += self.o.p.same.eq(same | begun)
        with m.If(free):
            matches = (job.rule == given.rule) & (job.source == given.source)
            m.d.sync += [same.eq(matches & (counts | begun | same)), begun.eq(0)]
        with m.Elif(self.o.valid & self.o.ready):
            m.d.sync += begun.eq(1)

    def _count(self, m: Module, plan, free: Signal) -> tuple[Signal, Signal, Signal]:
        """The number of the word in ``o``, how far it lies behind the list's base, and whether it
        is the last: the words of a COLUMN lie ``lanes * stride`` apart, all others are neighbours.
        """
        p, given = self.params, self.i.p
        number, ends, offset = Signal.like(plan.first), Signal(), Signal.like(self.o.p.address)
        following = (number + 1)[: len(number)]
        with m.If(free):
            m.d.sync += [number.eq(given.first), ends.eq(given.single)]
        with m.Elif(self.o.ready):
            m.d.sync += [number.eq(following), ends.eq(following == plan.last)]
        if not p.columns:
            return number, number, ends
        with m.If(free):
            m.d.sync += offset.eq(Mux(given.column, 0, given.first))
        with m.Elif(self.o.ready):
            apart = Mux(plan.column, plan.job.list.post << p.lane_bits, 1)
            m.d.sync += offset.eq(offset + apart)
        return number, offset, ends

    def _seek(self, m: Module, seeks: Signal, free: Signal) -> tuple[Value, Signal, Value]:
        """Visit the rows of a list that have spikes, by the chain: whether there is one now;
        whether there was none, or the last, in the cycle before; whether this is the last.

        The chain is asked for the row behind before it is known whether that matters, so that
        only registers decide when the next list begins."""
        row, over, n_rows = self.walk.row, Signal(), self.params.rows
        last, end = Signal(range(n_rows)), Signal(range(n_rows + 1))
        found = self.walk.any & (row < end)
        m.d.comb += [
            self.walk_en.eq(free | self.o.ready),
            self.walk_row.eq(Mux(free, self.i.p.first, row + 1)),
        ]
        with m.If(free):
            within = self.i.p.last < n_rows
            m.d.sync += [
                last.eq(Mux(within, self.i.p.last, n_rows - 1)),
                end.eq(Mux(within, self.i.p.last + 1, n_rows)),
                over.eq(0),
            ]
        with m.Elif(self.o.ready):
            m.d.sync += over.eq(~found | (row == last))
        return seeks & ~over & found, over, row == last
