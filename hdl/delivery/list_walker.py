"""Walker of synapse lists: one word of weights per cycle."""

from amaranth import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import REWARD_BITS
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import plan_layout, word_layout
from backspike.hdl.ports import RewardPort, activity_reader

__all__ = ["ListWalker"]


def _stride(entry) -> Value:
    """Words from one source's list to the next one's, of a COLUMN."""
    return Cat(entry.post, ~entry.post.any())


class ListWalker(wiring.Component):
    """Turns plans of lists into words. To learn, it passes over words that the rule cannot change.

    Timing
    ------
    Latency 1 cycle, then one word per cycle; a list without words, a reward and a list passed over
    take one cycle. To learn, a dense list whose rule asks for postsynaptic spikes has as many words
    as rows with such spikes; a ``compact`` core takes a cycle more to see that no other follows,
    unless its last row has spikes.

    Members
    -------
    busy : Out(1)
        A list is being walked.
    i : In(stream.Signature(plan_layout(params)))
    o : Out(stream.Signature(word_layout(params)))
    rewards : Out(RewardPort(params))
        Impulses of lists of kind REWARD.
    walk : Out(activity_reader(params))
    n_lists : Out(1)
        A list is taken in this cycle, to count.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "busy": Out(1),
            "i": In(stream.Signature(plan_layout(params))),
            "o": Out(stream.Signature(word_layout(params))),
            "rewards": Out(RewardPort(params)),
            "walk": Out(activity_reader(params)),
            "n_lists": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        following = self.i.p
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
                plan.eq(following),
                counts.eq(self.i.valid & ~following.skips & ~following.seeks),
                seeks.eq(self.i.valid & ~following.skips & following.seeks),
            ]
        found = no_other = is_last = Const(0)
        if p.learning:
            found, no_other, is_last = self._seek(m, seeks, free)
            self._compare(m, plan, free)
        number, offset, ends = self._count(m, plan, free)
        m.d.comb += [
            free.eq(~self.o.valid | (Mux(seeks, no_other, ends) & self.o.ready)),
            self.o.valid.eq(counts | found),
            last.eq(Mux(seeks, is_last, ends)),
            self.o.p.address.eq(plan.base + Mux(seeks, self.walk.data.row, offset)),
            self.o.p.row.eq(Mux(seeks, self.walk.data.row, number)),
            self.o.p.mask.eq(Mux(last, plan.mask, ~0)),
        ]
        self._describe(m, plan)

        reward, entry = self.i.valid & free & following.reward, following.job.list
        of_r0 = entry.rule[0] if p.has_more_factors else 0
        m.d.comb += [
            self.rewards.r1.eq(Mux(of_r0, 0, reward)),
            self.rewards.r0.eq(reward & of_r0),
            self.rewards.impulse.eq(entry.address[:REWARD_BITS].as_signed()),
            self.rewards.channel.eq(entry.lsb),
        ]
        contract = Contract(m, self, platform)
        contract.passes(self.i, self.o)
        walked = self.i.valid & ~following.skips
        single = following.single == (following.first == following.last)
        contract.needs("a list of one word ends with its first", single, where=walked)
        contract.at_most_one("words are counted or sought", counts, seeks)
        contract.holds("a sought word has spikes", self.walk.data.bits.any(), where=found)
        contract.holds(
            "a sought word is one of its list",
            (self.walk.data.row >= plan.first) & (self.walk.data.row <= plan.last),
            where=found & (plan.last < p.rows),
        )
        if p.learning:
            contract.reached("no word of a list is sought out", seeks & ~found & self.i.valid)
            contract.reached("a sought word waits to be taken", found & ~self.o.ready)
        return m

    def _describe(self, m: Module, plan) -> None:
        """Fill in the fields that all words of a list share."""
        word, entry = self.o.p, plan.job.list
        m.d.comb += [
            word.sparse.eq(plan.sparse),
            word.exponent.eq(entry.exponent),
            word.delay.eq(entry.delay),
        ]
        if self.params.columns:
            m.d.comb += [
                word.column.eq(plan.column),
                word.stride.eq(Mux(plan.column, _stride(entry), 0)),
                word.rotate.eq(entry.rotate),
                word.negate.eq(entry.negate),
            ]
        if self.params.learning:
            m.d.comb += [
                word.rule.eq(plan.job.rule),
                word.sign.eq(entry.sign),
                word.lsb.eq(entry.lsb),
                word.source.eq(plan.job.source),
            ]

    def _compare(self, m: Module, plan, free: Signal) -> None:
        """Set ``same``: the word has the rule and the source of the word before it.

        They change only from list to list. A list without a word is a link between those around
        it: the next word is the same only if this list agrees with both.
        """
        job, following = plan.job, self.i.p.job
        same, begun = Signal(), Signal()
        m.d.comb += self.o.p.same.eq(same | begun)
        with m.If(free):
            matches = (job.rule == following.rule) & (job.source == following.source)
            m.d.sync += [same.eq(matches & (self.o.valid | begun | same)), begun.eq(0)]
        with m.Elif(self.o.valid & self.o.ready):
            m.d.sync += begun.eq(1)

    def _count(self, m: Module, plan, free: Signal) -> tuple[Signal, Signal, Signal]:
        """Count words: number of the one in ``o``, its offset from the list's base, and 1 if it is
        the last. The words of a COLUMN lie ``lanes * stride`` apart, all others are neighbours.
        """
        p, plan_after = self.params, self.i.p
        number, ends, offset = Signal.like(plan.first), Signal(), Signal.like(self.o.p.address)
        following = (number + 1)[: len(number)]
        with m.If(free):
            m.d.sync += [number.eq(plan_after.first), ends.eq(plan_after.single)]
        with m.Elif(self.o.ready):
            m.d.sync += [number.eq(following), ends.eq(following == plan.last)]
        if not p.columns:
            return number, number, ends
        with m.If(free):
            m.d.sync += offset.eq(Mux(plan_after.column, 0, plan_after.first))
        with m.Elif(self.o.ready):
            apart = Mux(plan.column, _stride(plan.job.list) << p.lane_bits, 1)
            m.d.sync += offset.eq(offset + apart)
        return number, offset, ends

    def _seek(self, m: Module, seeks: Signal, free: Signal) -> tuple[Value, Value, Value]:
        """Visit the rows of a list that have spikes, by the chain. Returns three bits: there is a
        row now; no other follows, as far as the chain tells at once; this is the list's last one.
        """
        n_rows, found = self.params.rows, self.walk.data
        last, within = Signal(range(n_rows)), self.i.p.last < n_rows
        m.d.comb += [
            self.walk.en.eq(free | self.o.ready),
            self.walk.row.eq(Mux(free, self.i.p.first, found.row + 1)),
        ]
        with m.If(free):
            m.d.sync += last.eq(Mux(within, self.i.p.last, n_rows - 1))
        is_last = found.row == last
        no_other = is_last
        if not self.params.compact:
            no_other = is_last | ~found.more | (found.after > last)
        return seeks & found.any & (found.row <= last), no_other, is_last
