"""The learning engine: evaluates a sum of products in all lanes, rounds, clips and writes back."""

from amaranth import Cat, Module, Mux, Shape, Signal, signed, unsigned
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LAVA_BITS,
    PRODUCT_BITS,
    TAG_BITS,
    TRACE_BITS,
    SignMode,
    Target,
    rewards_layout,
    y_trace_layout,
)
from backspike.hdl.learning.lane_factor import LaneFactor
from backspike.hdl.learning.rule_setup import RuleSetup
from backspike.hdl.learning.traces import past_slot
from backspike.hdl.lib.arith import popcount, saturate
from backspike.hdl.lib.memory import HOST_PORT
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import source_traces, word_layout

__all__ = ["LearningEngine"]

PRODUCT = signed(COEFFICIENT_BITS)
EXACT = signed(COEFFICIENT_BITS + 4)  # a weight, eight products and a random fraction


def old_layout(p: CoreParams) -> data.StructLayout:
    """What a lane's synapse was before."""
    fields = {"weight": signed(9)}
    if p.has_tags:
        fields["tag"] = signed(TAG_BITS)
    if p.delays:
        fields["delay"] = unsigned(p.slot_bits)
    return data.StructLayout(fields)


def step_layout(p: CoreParams) -> data.StructLayout:
    """What comes out of one lane operation, but for the products."""
    fields = {
        "valid": 1,
        "begins": 1,  # first of its word
        "ends": 1,  # last of its word
        "adds": 1,  # the product is finished
        "word": word_layout(p),
    }
    if p.has_targets:
        fields["target"] = Target
    if p.has_lava:
        fields |= {"shift": unsigned(5), "exponent": signed(5)}
    return data.StructLayout(fields)


class LearningEngine(wiring.Component):
    """Learns one word of weights per cycle and lane operation.

    Each change is the sum of the rule's products, each a coefficient times its lane factors; what
    saturates where, and how results are rounded and clipped, is in ``docs/learning.md``.

    Timing
    ------
    ``n_lane_ops`` cycles per word (at least 1); a change of rule or of the axon's activity costs a
    set-up of ``count + 4`` cycles, one more if the last instruction adds to a coefficient. A word
    is written 5 cycles after its last operation, 6 in a core with ``lava``.

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
    look_en, look_row, look_bits, traces
        Spikes and words of ``y_traces`` of a row of compartments, one cycle after ``look_en``.
    x_past_en, x_past_address, x_past, y_past_address, y_past
        See :class:`backspike.hdl.learning.timed_traces.TimedTraces`; that of y follows ``look_en``.
    draw, random
        See :class:`backspike.hdl.lib.random_bank.RandomBank`.
    w_en, w, w_weights, w_tags, w_delays : Out
        What was learned: see :class:`backspike.hdl.delivery.synapses.Synapses`.
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
            "r1": In(rewards_layout(params)),
            "r0": In(rewards_layout(params)),
            "epochs_done": In(16),
            "look_en": Out(1),
            "look_row": Out(range(params.compartment_rows)),
            "look_bits": In(params.lanes),
            "traces": In(Shape.cast(y_trace_layout(params)).width).array(params.lanes),
            "draw": Out(1),
            "random": In(16).array(params.lanes),
            "w_en": Out(1),
            "w": Out(word_layout(params)),
            "w_weights": Out(signed(9)).array(params.lanes),
            "n_words": Out(1),
            "n_visited": Out(count),
            "n_changed": Out(count),
            "host_microcode": In(HOST_PORT),
            **self._optional_ports(),
        })

    def _optional_ports(self) -> dict:
        p = self.params
        ports = {}
        if p.has_tags:
            tags = signed(TAG_BITS)
            ports |= {"tags": In(tags).array(p.lanes), "w_tags": Out(tags).array(p.lanes)}
        if p.delays:
            delays = unsigned(p.slot_bits)
            ports |= {"delays": In(delays).array(p.lanes), "w_delays": Out(delays).array(p.lanes)}
        if p.has_history:
            ports |= {
                "x_past_en": Out(1),
                "x_past_address": Out(range(p.rows * p.history)),
                "x_past": In(p.x_kinds * TRACE_BITS).array(p.lanes),
                "y_past_address": Out(range(p.compartment_rows * p.history)),
                "y_past": In(p.y_kinds * TRACE_BITS).array(p.lanes),
            }
        return ports

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.setup = setup = RuleSetup(p)
        wiring.connect(m, wiring.flipped(self.host_microcode), setup.host_microcode)
        word, old = self.i.p, self._old_synapses(m)
        s1, s1_valid = Signal(word_layout(p), reset_less=True), Signal()
        old1 = self._old("s1")
        ready = self._set_up(m, setup, s1_valid)

        # Stage 1 takes a word and chooses factors, one lane operation per cycle.
        number, last_op = Signal(range(p.operations + 1)), Signal()
        accept = Signal()
        m.d.comb += [
            self.i.ready.eq(ready & ~setup.start & (~s1_valid | last_op)),
            accept.eq(self.i.valid & self.i.ready),
            self.look_en.eq(accept),
            self.look_row.eq(word.row),
            self.n_words.eq(accept),
        ]
        if p.has_history:
            slot = past_slot(p, source_traces(p, word.source).time)
            m.d.comb += self.y_past_address.eq(word.row * p.history + slot)
        taken, changed = Signal(), Signal(p.lanes)
        m.d.sync += taken.eq(accept)
        m.d.comb += [
            self.n_visited.eq(Mux(taken, popcount(s1.mask), 0)),
            self.n_changed.eq(popcount(changed)),
        ]
        with m.If(accept):
            m.d.sync += [s1.eq(word), s1_valid.eq(1)]
            m.d.sync += last_op.eq(setup.n_lane_ops <= 1)
            m.d.sync += [old1[lane].eq(old[lane]) for lane in range(p.lanes)]
        with m.Elif(s1_valid & last_op):
            m.d.sync += s1_valid.eq(0)
        with m.Elif(s1_valid):
            m.d.sync += last_op.eq(number + 2 >= setup.n_lane_ops)
        # The operation of the next cycle is fetched in this one.
        op, following = Signal.like(setup.lane_ops[0]), Signal.like(number)
        m.d.comb += following.eq(number + s1_valid)
        m.d.sync += number.eq(Mux(accept, 0, following))
        m.d.sync += op.eq(Mux(accept, setup.lane_ops[0], setup.lane_ops[following]))
        chosen = Signal(step_layout(p), reset_less=True)
        word1, old_chosen = self._pass(m, s1_valid, s1, old1, "chosen")
        m.d.comb += chosen.word.eq(word1)
        m.d.sync += chosen.valid.eq(s1_valid)
        with m.If(s1_valid):
            m.d.sync += [
                chosen.begins.eq(number == 0),
                chosen.ends.eq(last_op),
                chosen.adds.eq(op.last),
                *(
                    getattr(chosen, name).eq(getattr(op, name))
                    for name, _ in step_layout(p)
                    if name in ("target", "shift", "exponent")
                ),
            ]
        terms = self._multiply(m, setup, op, old1, s1_valid, number, chosen.valid)

        # Stage 2 has the products, with their signs; stage 3 adds them to what was there.
        step, old2 = self._follow(m, chosen, old_chosen, "s2")
        valid = [s1_valid, chosen.valid, step.valid]
        if p.has_lava:
            terms = self._scale_down(m, step, terms)
            step, old2 = self._follow(m, step, old2, "scaled")
            valid.append(step.valid)
        terms = self._with_signs(m, step, terms)
        drawing = step.valid & step.ends & step.word.rule.stochastic
        step, old3 = self._follow(m, step, old2, "s3")
        exact = self._accumulate(m, step, old3, terms)

        # Stage 4 rounds and clips, stage 5 writes.
        s4_valid = Signal()
        m.d.sync += s4_valid.eq(step.valid & step.ends)
        s4, old4 = self._pass(m, step.valid, step.word, old3, "s4")
        limits = self._limits(m, step)
        self._write(m, s4, s4_valid, old4, exact, limits, changed)
        valid += [step.valid, s4_valid, self.w_en, changed.any()]
        m.d.comb += [
            self.draw.eq(drawing),
            self.busy.eq(Cat(self.i.valid, valid).any() | setup.busy | setup.start),
        ]
        return m

    def _old(self, name: str) -> list[data.View]:
        """Registers of a pipeline stage: what each lane's synapse was."""
        return [
            Signal(old_layout(self.params), name=f"{name}_old{lane}", reset_less=True)
            for lane in range(self.params.lanes)
        ]

    def _follow(self, m: Module, step, old, name: str) -> tuple:
        """A stage that has ``step`` and ``old`` one cycle later."""
        after = Signal(step_layout(self.params), name=name, reset_less=True)
        word, old_after = self._pass(m, 1, step.word, old, name)
        m.d.comb += after.word.eq(word)
        m.d.sync += [
            getattr(after, field).eq(getattr(step, field))
            for field, _ in step_layout(self.params)
            if field != "word"
        ]
        return after, old_after

    def _pass(self, m: Module, en, word, old, name: str) -> tuple:
        """A word and its old synapses for the next stage; they stay if no other word follows."""
        if self.params.compact:
            return word, old
        after, old_after = Signal(word_layout(self.params), reset_less=True), self._old(name)
        with m.If(en):
            m.d.sync += [after.eq(word), *(a.eq(b) for a, b in zip(old_after, old, strict=True))]
        return after, old_after

    def _old_synapses(self, m: Module) -> list[data.View]:
        """What each lane's synapse is, of the word in ``i``."""
        p = self.params
        lanes = [Signal(old_layout(p), name=f"old{lane}") for lane in range(p.lanes)]
        for lane, old in enumerate(lanes):
            m.d.comb += old.weight.eq(self.weights[lane])
            if p.has_tags:
                m.d.comb += old.tag.eq(self.tags[lane])
            if p.delays:
                m.d.comb += old.delay.eq(self.delays[lane])
        return lanes

    def _set_up(self, m: Module, setup, s1_valid):
        """Run the microcode when a word comes whose rule or axon differs from the last; returns
        whether that has been done."""
        given, known, done = self.i, Signal(), Signal()
        m.d.comb += [
            setup.r1.eq(self.r1),
            setup.r0.eq(self.r0),
            setup.epochs_done.eq(self.epochs_done),
        ]
        if self.params.has_history:
            m.d.comb += [
                self.x_past_en.eq(setup.past_en),
                self.x_past_address.eq(setup.past_address),
                *(here.eq(there) for here, there in zip(setup.past, self.x_past, strict=True)),
            ]
        ready = known & (given.p.same | done) & ~setup.busy
        m.d.sync += setup.start.eq(0)
        with m.If(given.valid & given.ready):
            m.d.sync += done.eq(0)
        with m.If(given.valid & ~ready & ~setup.busy & ~setup.start & ~s1_valid):
            m.d.sync += [
                setup.start.eq(1),
                setup.rule.eq(given.p.rule),
                setup.source.eq(given.p.source),
                known.eq(1),
                done.eq(1),
            ]
        with m.If(self.start):
            m.d.sync += known.eq(0)
        return ready

    def _multiply(self, m: Module, setup, op, old, s1_valid, number, chosen_valid) -> list[Signal]:
        """The product of every lane after each operation: its factors first, then the product."""
        p = self.params
        shape = signed(PRODUCT_BITS) if p.has_lava else PRODUCT
        products = []
        begin, starts = Signal(PRODUCT), Signal()
        m.d.comb += [
            begin.eq(Mux(op.first, setup.coefficients[op.coefficient], 0)),
            starts.eq(s1_valid & (op.first | (number == 0))),
        ]
        for lane in range(p.lanes):
            product = Signal(shape, name=f"product{lane}")
            result = Signal(shape, name=f"result{lane}", reset_less=True)
            factor = LaneFactor(p)
            m.submodules[f"factor{lane}"] = factor
            m.d.comb += [
                factor.op.eq(op),
                factor.fired.eq(self.look_bits[lane]),
                factor.y.eq(self.traces[lane]),
                factor.weight.eq(old[lane].weight),
            ]
            if p.has_tags:
                m.d.comb += factor.tag.eq(old[lane].tag)
            if p.delays:
                m.d.comb += factor.delay.eq(old[lane].delay)
            if p.has_history:
                m.d.comb += factor.y_past.eq(self.y_past[lane])
                recalled = zip(factor.recalled, setup.recalled, strict=True)
                m.d.comb += [here.eq(there) for here, there in recalled]
            multiplier = Signal.like(factor.o, name=f"multiplier{lane}", reset_less=True)
            exact = product * multiplier
            exact = exact if p.has_lava else saturate(exact, PRODUCT)
            with m.If(s1_valid):
                m.d.sync += multiplier.eq(factor.o)
            with m.If(chosen_valid):
                m.d.sync += [result.eq(exact), product.eq(exact)]
            with m.If(starts):
                m.d.sync += product.eq(begin)
            products.append(result)
        return products

    def _scale_down(self, m: Module, step, products) -> list[Signal]:
        """Lava's scaling of finished products, a stage of its own."""
        terms = []
        for lane, product in enumerate(products):
            term, kept = Signal(signed(LAVA_BITS + 2), name=f"term{lane}"), Signal(PRODUCT_BITS)
            m.d.comb += kept.eq(product >> step.shift)
            raised = kept.as_signed() << (step.exponent + FRACTION_BITS)[:4]
            m.d.sync += term.eq(self._lava_limits(raised))
            terms.append(term)
        return terms

    def _lava_limits(self, value):
        """Lava's range of a product and of a sum: one more than 16 bits below."""
        high = (1 << LAVA_BITS) - 1
        low = -high - 2
        return Mux(value > high, high, Mux(value < low, low, value))

    def _with_signs(self, m: Module, step, terms) -> list[Signal]:
        """What the products add, a stage of its own: nothing unless they are finished."""
        negate = step.word.negate if self.params.columns else 0
        out = []
        for lane, term in enumerate(terms):
            added = Signal(signed(len(term) + 1), name=f"added{lane}", reset_less=True)
            m.d.sync += added.eq(Mux(step.adds, Mux(negate, -term, term), 0))
            out.append(added)
        return out

    def _accumulate(self, m: Module, step, old, terms) -> dict[str, list[Signal]]:
        """Weight, tag and delay of each lane with what the products add, and a random fraction."""
        p = self.params
        targets = {
            name: getattr(Target, name.upper())
            for name, _ in old_layout(p)
            if name == "weight" or p.has_targets
        }
        mask = Signal(16)
        m.d.comb += mask.eq((1 << (FRACTION_BITS + step.word.lsb)) - 1)
        exact = {name: [] for name in targets}
        for lane in range(p.lanes):
            random = Mux(step.word.rule.stochastic, self.random[lane], 0) if p.has_random else 0
            for name, target in targets.items():
                before = Signal(EXACT, name=f"{name}_before{lane}", reset_less=True)
                total = Signal(EXACT, name=f"{name}_total{lane}")
                done = Signal(EXACT, name=f"{name}_exact{lane}", reset_less=True)
                begun = Mux(step.begins, getattr(old[lane], name) << FRACTION_BITS, before)
                mine = step.target == target if p.has_targets else 1
                added = begun + Mux(mine, terms[lane], 0)
                m.d.comb += total.eq(self._lava_limits(added) if p.has_lava else added)
                fraction = random & (mask if name == "weight" else (1 << FRACTION_BITS) - 1)
                with m.If(step.valid):
                    m.d.sync += [before.eq(total), done.eq(total + fraction)]
                exact[name].append(done)
        return exact

    def _limits(self, m: Module, step) -> tuple[Signal, Signal, Signal]:
        """The bits that rounding keeps, the least and the greatest weight, of the word behind."""
        keeps, low, high = Signal(signed(10)), Signal(signed(10)), Signal(signed(10))
        one = (1 << step.word.lsb)[:9]
        m.d.sync += keeps.eq(-one)
        with m.Switch(step.word.sign):
            with m.Case(SignMode.EXCITATORY):
                m.d.sync += [low.eq(0), high.eq(256 - one)]
            with m.Case(SignMode.INHIBITORY):
                m.d.sync += [low.eq(one - 256), high.eq(0)]
            with m.Default():
                m.d.sync += [low.eq(-256), high.eq(256 - one)]
        return keeps, low, high

    def _write(self, m: Module, s4, s4_valid, old, exact, limits, changed) -> None:
        """Round and clip the word in stage 4; write it in the cycle after, count it in the next."""
        p = self.params
        keeps, low, high = limits
        written, earlier = self._pass(m, 1, s4, old, "written")
        m.d.sync += self.w_en.eq(s4_valid)
        m.d.comb += self.w.eq(written)
        for lane in range(p.lanes):
            rounded = Signal(signed(EXACT.width - FRACTION_BITS))
            clipped, kept = Signal(signed(9)), Signal(signed(9))
            m.d.comb += [
                rounded.eq((exact["weight"][lane] >> FRACTION_BITS) & keeps),
                clipped.eq(Mux(rounded < low, low, Mux(rounded > high, high, rounded))),
                kept.eq(clipped),
            ]
            differs = (self.w_weights[lane] != earlier[lane].weight) & self.w.mask[lane]
            m.d.sync += changed[lane].eq(self.w_en & differs)
            m.d.sync += self.w_weights[lane].eq(kept)
            if p.weight_low:
                with m.If(~s4.sparse):
                    m.d.comb += kept.eq(clipped & -(1 << p.weight_low))
            if p.has_tags:
                tag = exact["tag"][lane] >> FRACTION_BITS
                m.d.sync += self.w_tags[lane].eq(saturate(tag, signed(TAG_BITS)))
            if p.delays:
                delay = exact["delay"][lane] >> FRACTION_BITS
                most = Mux(delay > p.max_delay, p.max_delay, delay)
                m.d.sync += self.w_delays[lane].eq(Mux(delay < 0, 0, most))
