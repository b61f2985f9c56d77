"""Front of the learning engine: takes words, has their rules set up, issues lane operations."""

from amaranth import Module, Mux, Signal, Value
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.learning.rule_setup import RuleRun, lane_op_layout
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["WordIssue", "issued_layout"]


def issued_layout(p: CoreParams) -> data.StructLayout:
    """A lane operation of a word."""
    return data.StructLayout({
        "valid": 1,
        "begins": 1,  # first of its word
        "ends": 1,  # last of its word
        "op": lane_op_layout(p),
        "word": word_layout(p),
    })


class WordIssue(wiring.Component):
    """Issues the operations of each word, one per cycle.

    Timing
    ------
    The first operation of a word is issued in the cycle after it is taken, and the next word is
    taken with the last one: a word takes ``n_lane_ops`` cycles, at least 1. A word whose rule or
    axon differs from the last, or the first one after ``start``, waits for a run of the microcode,
    and for a cycle before it.

    Members
    -------
    start : In(1)
        A learning phase begins: the reward may have changed.
    i : In(stream.Signature(word_layout(params)))
        Words to learn.
    setup : Out(RuleRun(params))
        Runs the microcode.
    take : Out(1)
        A word is taken.
    first : Out(1)
        The first operation of a word is issued, or would be if it had one.
    issued : Out(issued_layout(params))
        The operation of this cycle; ``word`` stays after the last.
    busy : Out(1)
        A word waits, or is being issued.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "start": In(1),
            "i": In(stream.Signature(word_layout(params))),
            "setup": Out(RuleRun(params)),
            "take": Out(1),
            "first": Out(1),
            "issued": Out(issued_layout(params)),
            "busy": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        setup, issued = self.setup, self.issued
        word, valid, ends = Signal(word_layout(self.params), reset_less=True), Signal(), Signal()
        number = Signal(range(self.params.operations + 1))
        ready = self._set_up(m, valid)
        m.d.comb += [
            self.i.ready.eq(ready & ~setup.start & (~valid | ends)),
            self.take.eq(self.i.valid & self.i.ready),
            self.busy.eq(self.i.valid | valid | setup.busy | setup.start),
        ]
        m.d.sync += self.first.eq(self.take)
        with m.If(self.take):
            m.d.sync += [word.eq(self.i.p), valid.eq(1), ends.eq(setup.n_lane_ops <= 1)]
        with m.Elif(valid & ends):
            m.d.sync += valid.eq(0)
        with m.Elif(valid):
            m.d.sync += ends.eq(number + 2 >= setup.n_lane_ops)

        # The operation of the next cycle is fetched in this one.
        op, following = Signal(lane_op_layout(self.params)), Signal.like(number)
        m.d.comb += following.eq(number + valid)
        m.d.sync += [
            number.eq(Mux(self.take, 0, following)),
            op.eq(Mux(self.take, setup.lane_ops[0], setup.lane_ops[following])),
        ]
        m.d.comb += [
            issued.valid.eq(valid),
            issued.begins.eq(number == 0),
            issued.ends.eq(ends),
            issued.op.eq(op),
            issued.word.eq(word),
        ]
        contract = Contract(m, self, platform)
        contract.needs_to_stay("i", self.i)
        contract.needs("a rule has its operations", setup.n_lane_ops <= self.params.operations)
        at_last = valid & (number + 1 >= self.params.operations)
        contract.holds("a word ends with its last operation", ends, where=at_last)
        begun = contract.latest("begun", ~self.start, self.start | self.take)
        repeats = self.i.valid & self.i.p.same & begun
        for name in ("rule", "source"):
            own = Value.cast(getattr(setup, name)) == Value.cast(getattr(self.i.p, name))
            contract.holds(f"a word is learned by its own {name}", own, where=self.take)
            offered = Value.cast(getattr(self.i.p, name))
            last = contract.latest(name, offered, self.take)
            contract.needs(
                f"the same {name} is that of the word before", offered == last, where=repeats
            )
        contract.reached("a word follows at once", self.take & valid)
        contract.reached("a word waits for its rule", self.i.valid & setup.busy)
        contract.reached("a word has the rule of the one before", self.take & self.i.p.same)
        return m

    def _set_up(self, m: Module, issuing: Signal):
        """Run the microcode when a word comes whose rule or axon differs from the last; returns
        whether that has been done."""
        setup, word = self.setup, self.i.p
        known, done = Signal(), Signal()
        ready = known & (word.same | done) & ~setup.busy
        m.d.sync += setup.start.eq(0)
        with m.If(self.take):
            m.d.sync += done.eq(0)
        with m.If(self.i.valid & ~ready & ~setup.busy & ~setup.start & ~issuing):
            m.d.sync += [
                setup.start.eq(1),
                setup.rule.eq(word.rule),
                setup.source.eq(word.source),
                known.eq(1),
                done.eq(1),
            ]
        with m.If(self.start):
            m.d.sync += known.eq(0)
        return ready
