"""The learning engine: evaluates a sum of products in all lanes, rounds, clips and writes back."""

from amaranth import Cat, Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import popcount, saturate
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LANE_OPS,
    REWARD_BITS,
    TRACE_BITS,
    Factor,
    SignMode,
)
from backspike.hdl.memory import HOST_PORT
from backspike.hdl.params import CoreParams
from backspike.hdl.rule_setup import RuleSetup
from backspike.hdl.walker import word_layout

__all__ = ["LearningEngine"]

PRODUCT = signed(COEFFICIENT_BITS)
DELTA = signed(COEFFICIENT_BITS + 3)  # a sum of LANE_OPS products
EXACT = signed(COEFFICIENT_BITS + 4)  # that, a weight and a random fraction


class LearningEngine(wiring.Component):
    """Learns one word of weights per cycle and lane operation.

    ``dw`` is the sum of the rule's products, each a coefficient times its lane factors, saturating
    at 18 bits with 7 fraction bits. Then ``w = clip(round(w + dw))``: rounded down or at random to
    a multiple of ``2**lsb``, and clipped to the range of the list's sign mode.

    Timing
    ------
    ``n_lane_ops`` cycles per word (at least 1); a change of rule or of the axon's activity costs
    a set-up of ``count + 4`` cycles, one more if the last instruction adds to a coefficient. A
    word is written 3 cycles after its last operation.

    Members
    -------
    start : In(1)
        A learning phase begins: the reward may have changed.
    busy : Out(1)
        A word is on its way.
    i : In(stream.Signature(word_layout(params)))
        Words to learn.
    weights : In(signed(9)).array(lanes)
        Weights of the word in ``i``.
    r1 : In
        Reward trace.
    look_en, look_row, look_bits, traces
        Spikes and traces of a row of compartments, one cycle after ``look_en``.
    draw, random
        See :class:`backspike.hdl.random.RandomBank`.
    asked, locked : In, Out(1)
        Whether the dense word at an address is being learned, and not yet written.
    w_en, w, w_weights : Out
        Learned weights: see :class:`backspike.hdl.synapses.Synapses`.
    n_words, n_visited, n_changed : Out
        Words taken, synapses evaluated and weights changed in this cycle, to count.
    host_microcode : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        count = range(params.lanes + 1)
        super().__init__({
            "start": In(1),
            "busy": Out(1),
            "i": In(stream.Signature(word_layout(params))),
            "weights": In(signed(9)).array(params.lanes),
            "r1": In(signed(REWARD_BITS)),
            "look_en": Out(1),
            "look_row": Out(range(params.compartment_rows)),
            "look_bits": In(params.lanes),
            "traces": In(TRACE_BITS).array(params.lanes),
            "draw": Out(1),
            "random": In(16).array(params.lanes),
            "asked": In(range(max(params.dense_words, params.sparse_words))),
            "locked": Out(1),
            "w_en": Out(1),
            "w": Out(word_layout(params)),
            "w_weights": Out(signed(9)).array(params.lanes),
            "n_words": Out(1),
            "n_visited": Out(count),
            "n_changed": Out(count),
            "host_microcode": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.setup = setup = RuleSetup(p)
        wiring.connect(m, wiring.flipped(self.host_microcode), setup.host_microcode)
        s1, w1 = self._stage("s1")
        chosen, w_chosen = self._stage("chosen")
        s2, w2 = self._stage("s2")
        s1_valid, chosen_valid, s2_valid, s3_valid = Signal(), Signal(), Signal(), Signal()

        # Set-up: only when a word comes whose rule or axon differs from the last.
        word = self.i.p
        known = Signal()
        same = (word.rule.as_value() == setup.rule.as_value()) & (
            word.source.as_value() == setup.source.as_value()
        )
        ready = known & same & ~setup.busy
        m.d.comb += setup.r1.eq(self.r1)
        m.d.sync += setup.start.eq(0)
        with m.If(self.i.valid & ~ready & ~setup.busy & ~setup.start & ~s1_valid):
            m.d.sync += [
                setup.start.eq(1),
                setup.rule.eq(word.rule),
                setup.source.eq(word.source),
                known.eq(1),
            ]
        with m.If(self.start):
            m.d.sync += known.eq(0)

        # Stage 1 takes a word and chooses factors, one lane operation per cycle.
        number, last_op = Signal(range(LANE_OPS + 1)), Signal()
        accept = Signal()
        m.d.comb += [
            last_op.eq(number + 1 >= setup.n_lane_ops),
            self.i.ready.eq(ready & ~setup.start & (~s1_valid | last_op)),
            accept.eq(self.i.valid & self.i.ready),
            self.look_en.eq(accept),
            self.look_row.eq(word.row),
            self.busy.eq(s1_valid | chosen_valid | s2_valid | s3_valid | setup.busy | setup.start),
            self.n_words.eq(accept),
            self.n_visited.eq(Mux(accept, popcount(word.mask), 0)),
        ]
        with m.If(accept):
            m.d.sync += [s1.eq(self.i.p), s1_valid.eq(1), number.eq(0)]
            m.d.sync += [held.eq(weight) for held, weight in zip(w1, self.weights, strict=True)]
        with m.Elif(s1_valid & last_op):
            m.d.sync += s1_valid.eq(0)
        with m.Elif(s1_valid):
            m.d.sync += number.eq(number + 1)
        products = self._multiply(m, setup, w1, s1_valid, chosen_valid, number)
        op = setup.lane_ops[number]
        chosen_marks = Signal(data.StructLayout({"adds": 1, "begins": 1, "ends": 1}))
        m.d.sync += chosen_valid.eq(s1_valid)
        with m.If(s1_valid):
            m.d.sync += [after.eq(before) for before, after in zip(w1, w_chosen, strict=True)]
            m.d.sync += [
                chosen.eq(s1),
                chosen_marks.adds.eq(op.last),
                chosen_marks.begins.eq(number == 0),
                chosen_marks.ends.eq(last_op),
            ]

        # Stage 2 adds the products, then the weight and the random fraction.
        marks = Signal.like(chosen_marks)
        m.d.comb += self.draw.eq(chosen_valid & chosen_marks.ends & chosen.rule.stochastic)
        m.d.sync += [s2_valid.eq(chosen_valid), s3_valid.eq(s2_valid & marks.ends)]
        with m.If(chosen_valid):
            m.d.sync += [after.eq(before) for before, after in zip(w_chosen, w2, strict=True)]
            m.d.sync += [s2.eq(chosen), marks.eq(chosen_marks)]
        exact = [Signal(EXACT, name=f"exact{lane}", reset_less=True) for lane in range(p.lanes)]
        fraction, negate = Signal(16), s2.negate if p.columns else 0
        m.d.comb += fraction.eq((1 << (FRACTION_BITS + s2.lsb)) - 1)
        for lane in range(p.lanes):
            before, total = Signal(DELTA, reset_less=True), Signal(DELTA)
            m.d.comb += total.eq(Mux(marks.begins, 0, before) + Mux(marks.adds, products[lane], 0))
            random = Mux(s2.rule.stochastic, self.random[lane] & fraction, 0)
            if not p.has_random:
                random = 0
            with m.If(s2_valid):
                m.d.sync += [
                    before.eq(total),
                    exact[lane].eq(
                        Mux(negate, -total, total) + (w2[lane] << FRACTION_BITS) + random
                    ),
                ]

        # Stage 3 rounds, clips and writes.
        s3 = self._write(m, s2, w2, s2_valid, s3_valid, exact)
        stages = ((s1, s1_valid), (chosen, chosen_valid), (s2, s2_valid), (s3, s3_valid))
        m.d.comb += self.locked.eq(
            Cat(valid & ~s.sparse & (s.address == self.asked) for s, valid in stages).any()
        )
        return m

    def _stage(self, name: str) -> tuple[Signal, list[Signal]]:
        """Registers of a pipeline stage: the word, and its weights by lane."""
        weights = [
            Signal(signed(9), name=f"{name}_weight{lane}", reset_less=True)
            for lane in range(self.params.lanes)
        ]
        return Signal(word_layout(self.params), name=name, reset_less=True), weights

    def _multiply(self, m: Module, setup, weights, s1_valid, chosen_valid, number) -> list[Signal]:
        """The product of every lane after each operation: its factors first, then the product."""
        products = []
        op = setup.lane_ops[number]
        begin, starts = Signal(PRODUCT), Signal()
        with m.If(s1_valid):
            m.d.sync += [
                begin.eq(Mux(op.first, setup.coefficients[op.coefficient], 0)),
                starts.eq(op.first | (number == 0)),
            ]
        for lane in range(self.params.lanes):
            product, value = Signal(PRODUCT, name=f"product{lane}"), Signal(signed(9))
            factor = Signal(signed(10), name=f"factor{lane}")
            with m.Switch(op.factor):
                with m.Case(Factor.Y0):
                    m.d.comb += value.eq(self.look_bits[lane])
                with m.Case(Factor.Y1):
                    m.d.comb += value.eq(self.traces[lane])
                with m.Case(Factor.W):
                    m.d.comb += value.eq(weights[lane])
                with m.Default():
                    m.d.comb += value.eq(1)
            with m.If(s1_valid):
                m.d.sync += factor.eq(value + op.constant)
            with m.If(chosen_valid):
                exact = Mux(starts, begin, product) * factor
                m.d.sync += product.eq(saturate(exact, PRODUCT))
            products.append(product)
        return products

    def _write(self, m: Module, s2, w2, s2_valid, s3_valid, exact) -> Signal:
        """Round, clip, count and write the word in stage 3; returns it."""
        p = self.params
        s3, w3 = self._stage("s3")
        with m.If(s2_valid):
            m.d.sync += s3.eq(s2)
            m.d.sync += [after.eq(before) for before, after in zip(w2, w3, strict=True)]
        unit, low, high = Signal(9), Signal(signed(10)), Signal(signed(10))
        m.d.comb += unit.eq(1 << s3.lsb)
        with m.Switch(s3.sign):
            with m.Case(SignMode.EXCITATORY):
                m.d.comb += [low.eq(0), high.eq(256 - unit)]
            with m.Case(SignMode.INHIBITORY):
                m.d.comb += [low.eq(unit - 256), high.eq(0)]
            with m.Default():
                m.d.comb += [low.eq(-256), high.eq(256 - unit)]
        changed = Signal(p.lanes)
        m.d.comb += [self.w_en.eq(s3_valid), self.w.eq(s3)]
        for lane in range(p.lanes):
            rounded = Signal(signed(len(exact[lane]) - FRACTION_BITS))
            clipped = Signal(signed(9))
            m.d.comb += [
                rounded.eq((exact[lane] >> FRACTION_BITS) & -unit),
                clipped.eq(Mux(rounded < low, low, Mux(rounded > high, high, rounded))),
                self.w_weights[lane].eq(clipped),
                changed[lane].eq((self.w_weights[lane] != w3[lane]) & s3.mask[lane]),
            ]
            if p.weight_low:
                with m.If(~s3.sparse):
                    m.d.comb += self.w_weights[lane].eq(clipped & -(1 << p.weight_low))
        m.d.comb += self.n_changed.eq(Mux(s3_valid, popcount(changed), 0))
        return s3
