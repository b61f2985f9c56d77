"""Control of the learning lanes: follows each word and its operations through their stages."""

from amaranth import Cat, Module, Signal, signed, unsigned
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import COEFFICIENT_BITS, FRACTION_BITS, SignMode, Target
from backspike.hdl.learning.lane_control import lane_control_layout
from backspike.hdl.learning.rule_setup import lane_op_layout
from backspike.hdl.learning.word_issue import issued_layout
from backspike.hdl.lib.contract import Contract
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import word_layout

__all__ = ["WordPipeline"]


def step_layout(p: CoreParams) -> data.StructLayout:
    """A lane operation, once the lanes have their factors."""
    fields = {
        "valid": 1,
        "begins": 1,  # first of its word
        "ends": 1,  # last of its word
        "adds": 1,  # the product is finished
    }
    if p.has_targets:
        fields["target"] = Target
    if p.has_lava:
        fields |= {"shift": unsigned(5), "exponent": signed(5)}
    return data.StructLayout(fields)


class WordPipeline(wiring.Component):
    """Tells the lanes what to do, stage by stage.

    Timing
    ------
    A word is in ``word``, to be written, 5 cycles after its last operation was issued, 6 in a core
    with ``lava``. In a compact core, it stays the issued one.

    Members
    -------
    take : In(1)
        A word is taken.
    issued : In(issued_layout(params))
        The operation of this cycle.
    coefficient : In(signed(18))
        What its product starts from.
    control : Out(lane_control_layout(params))
        What the lanes do.
    draw : Out(1)
        Advance the random numbers: they are used in the next cycle.
    en, word : Out
        Write what the lanes have learned, and of which word it is.
    busy : Out(1)
        A word is on its way.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "take": In(1),
            "issued": In(issued_layout(params)),
            "coefficient": In(signed(COEFFICIENT_BITS)),
            "control": Out(lane_control_layout(params)),
            "draw": Out(1),
            "en": Out(1),
            "word": Out(word_layout(params)),
            "busy": Out(1),
        })

    def elaborate(self, platform):
        m = Module()
        p, issued, control = self.params, self.issued, self.control
        m.d.comb += [
            control.take.en.eq(self.take),
            control.factor.valid.eq(issued.valid),
            control.factor.op.eq(issued.op),
            control.factor.starts.eq(issued.valid & (issued.op.first | issued.begins)),
            control.factor.coefficient.eq(self.coefficient),
        ]
        step, word = self._choose(m), self._pass(m, issued.valid, issued.word, "chosen")
        steps = [step]
        m.d.comb += control.product.valid.eq(step.valid)
        step, word = self._follow(m, step, "multiplied"), self._pass(m, 1, word, "multiplied")
        steps.append(step)
        if p.has_lava:
            m.d.comb += [
                control.scale.shift.eq(step.shift),
                control.scale.exponent.eq(step.exponent),
            ]
            step, word = self._follow(m, step, "scaled"), self._pass(m, 1, word, "scaled")
            steps.append(step)
        m.d.comb += [
            control.term.adds.eq(step.adds),
            control.term.negate.eq(word.negate if p.columns else 0),
            self.draw.eq(step.valid & step.ends & word.rule.stochastic),
        ]
        step, word = self._follow(m, step, "signed"), self._pass(m, 1, word, "signed")
        steps.append(step)
        m.d.comb += [
            control.total.valid.eq(step.valid),
            control.total.begins.eq(step.begins),
            control.total.stochastic.eq(word.rule.stochastic),
            control.total.fraction.eq((1 << (FRACTION_BITS + word.lsb)) - 1),
        ]
        if p.has_targets:
            m.d.comb += control.total.target.eq(step.target)
        self._limit(m, word)
        summed = Signal()
        m.d.sync += summed.eq(step.valid & step.ends)
        word = self._pass(m, step.valid, word, "summed")
        m.d.comb += control.round.sparse.eq(word.sparse)
        m.d.sync += self.en.eq(summed)
        m.d.comb += [
            control.write.en.eq(self.en),
            self.word.eq(self._pass(m, 1, word, "written")),
            self.busy.eq(Cat(*(step.valid for step in steps), summed, self.en).any()),
        ]
        contract = Contract(m, self, platform)
        goes_on = contract.latest("goes_on", ~issued.ends, issued.valid)
        in_order = issued.begins != goes_on
        contract.needs("a word is issued from its first operation on", in_order, where=issued.valid)
        if p.compact:
            alone = ~(self.busy | issued.valid)
            contract.needs("one word at a time", alone, where=self.take)
        return m

    def _choose(self, m: Module) -> data.View:
        """The step of an issued operation, a cycle later."""
        issued, op = self.issued, self.issued.op
        step = Signal(step_layout(self.params), name="chosen", reset_less=True)
        m.d.sync += step.valid.eq(issued.valid)
        from_op = dict(step_layout(self.params)).keys() & dict(lane_op_layout(self.params)).keys()
        with m.If(issued.valid):
            m.d.sync += [
                step.begins.eq(issued.begins),
                step.ends.eq(issued.ends),
                step.adds.eq(op.last),
                *(step[name].eq(op[name]) for name in sorted(from_op)),
            ]
        return step

    def _follow(self, m: Module, step: data.View, name: str) -> data.View:
        """A step one cycle later."""
        after = Signal(step_layout(self.params), name=name, reset_less=True)
        m.d.sync += after.eq(step)
        return after

    def _pass(self, m: Module, en, word: data.View, name: str) -> data.View:
        """A word for the next stage, where it stays if no other follows; a compact core has one
        word at a time."""
        if self.params.compact:
            return word
        after = Signal(word_layout(self.params), name=f"{name}_word", reset_less=True)
        with m.If(en):
            m.d.sync += after.eq(word)
        return after

    def _limit(self, m: Module, word: data.View) -> None:
        """Unit and rails of the weights of a word, for the next stage."""
        stage = self.control.round
        unit = (1 << word.lsb)[:9]
        m.d.sync += stage.keeps.eq(-unit)
        with m.Switch(word.sign):
            with m.Case(SignMode.EXCITATORY):
                m.d.sync += [stage.low.eq(0), stage.high.eq(256 - unit)]
            with m.Case(SignMode.INHIBITORY):
                m.d.sync += [stage.low.eq(unit - 256), stage.high.eq(0)]
            with m.Default():
                m.d.sync += [stage.low.eq(-256), stage.high.eq(256 - unit)]
