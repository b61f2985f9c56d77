"""Claims about learning: factors, and what the operations of a rule make of a synapse."""

from collections.abc import Iterable
from functools import partial
from typing import Any, cast

import numpy as np
from amaranth import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data

from backspike.golden.core import rule_kernels
from backspike.golden.core.learning_kernels import learn_word
from backspike.golden.core.state import Size
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    TRACE_BITS,
    Factor,
    y_trace_layout,
)
from backspike.hdl.learning.lane_factor import LaneFactor
from backspike.hdl.learning.learning_lane import LearningLane
from backspike.hdl.learning.targets import synapse_layout
from backspike.hdl.learning.word_issue import issued_layout
from backspike.hdl.learning.word_pipeline import WordPipeline
from backspike.hdl.lib.arrays import each
from backspike.hdl.params import CoreParams
from backspike.proof.bench import Bench
from backspike.proof.checker import Pipeline
from backspike.proof.claims.cores import learns
from backspike.proof.claims.lib import lemmas
from backspike.proof.claims.records import any_random, array, past_word
from backspike.proof.formula import formula
from backspike.proof.proof import Proof
from backspike.proof.symbols import Record, Symbol, choose, symbol

__all__ = ["PROOFS"]


#: Cycles after the last operation of a word in which it is written; one more in a core with lava.
_LATENCY = 5
#: What is learned of a synapse, in the order of the golden core.
_FIELDS = ("weight", "tag", "delay")
_JOB, _WORD = Record({"list": 0, "rule": 0, "axon": 0}), Record({"target": 0, "lane": 0, "n": 1})


def _operation(op: data.View) -> Record:
    """A lane operation, whose product starts from the only coefficient."""
    absent = dict.fromkeys(("sgn", "moment", "target", "shift", "exponent"), 0)
    fields = {str(name): symbol(op[name]) for name, _ in op.shape()}
    if "target" in fields:
        fields["target"] = Symbol(Value.cast(op.target), 0, 2)
    return Record({**absent, **fields, "coefficient": 0})


def _synapse(synapse: data.View) -> np.ndarray:
    """A synapse as it is, by target."""
    fields = {str(name): symbol(synapse[name]) for name, _ in synapse.shape()}
    return array(*([fields.get(name, 0)] for name in _FIELDS))


def _by_kind(traces: Iterable[Symbol]) -> list[Any]:
    """Traces of a neuron, as many as there are in the largest core."""
    return [*traces, 0, 0][:3]


def _factor(p: CoreParams) -> Bench:
    """The factor of an operation is the golden core's."""
    bench = Bench()
    dut = bench.add("dut", LaneFactor(p))
    y, kinds = data.View(y_trace_layout(p), dut.y), p.y_kinds
    recalls = bench.free(1, "recalls")
    if p.has_history:
        # So the set-up of a rule leaves them.
        bench.assume(recalls | (Cat(*dut.recalled) == 0))

    def traces(name: str) -> list[Any]:
        return _by_kind(symbol(y[f"{name}{kind + 1}"]) for kind in range(kinds))

    def past(word: Value) -> list[Any]:
        kinds = range(len(word) // TRACE_BITS)
        return _by_kind(symbol(word.word_select(kind, TRACE_BITS)) for kind in kinds)

    def run(kernel: Any) -> dict[str, Any]:
        of_y: dict[str, Any] = {"now": array(traces("trace"))}
        of_x: dict[str, Any] = {"time": [0]}
        if p.has_history:
            # Those of the compartment after the axon's spike, whenever that was.
            of_y |= {"then": array(traces("then")), "time": [symbol(y.time)]}
            of_y["past"] = array(*[[past(dut.y_past)]] * p.history)
            of_x["past"] = array(*([past(word)] for word in dut.recalled))
        core: Any = Record({
            "size": Size.of(p),
            "rules": [Record({"recall": symbol(recalls)})],
            "factor": array(0),
            "before": _synapse(dut.synapse),
            "seen": array(symbol(dut.fired)),
            "x": Record(of_x),
            "y": Record(of_y),
        })
        kernel(core, _JOB, _operation(dut.op), _WORD)
        return {"factor": core.factor[0]}

    (factor,) = formula(bench.m, rule_kernels._load_factor, run).values()
    bench.claim("it is the golden core's", dut.o == factor)
    adds = (dut.op.factor == Factor.Y1) & (dut.op.constant == -3)
    bench.reach("it is a trace and a constant", adds & (dut.o == 97))
    return bench


def _issue(bench: Bench, p: CoreParams, orders: Any, count: int) -> None:
    """Take a word in cycle 0, then issue its operations one by one.

    Other words come before and behind it; in a compact core, only once it is written.
    """
    issued = orders.issued
    bench.m.d.comb += [
        orders.take.eq(bench.free(1, "take")),
        issued.eq(bench.free(issued_layout(p), "issued")),
    ]
    with bench.m.If(bench.cycle(0)):
        bench.m.d.comb += orders.take.eq(1)
    for n in range(1, 1 + count + (_LATENCY if p.compact else 0)):
        with bench.m.If(bench.cycle(n)):
            bench.m.d.comb += [
                issued.valid.eq(n <= count),
                issued.begins.eq(n == 1),
                issued.ends.eq(n == count),
            ]
            if n != count or p.compact:
                bench.m.d.comb += orders.take.eq(0)
        if n > 1:
            bench.assume(~bench.cycle(n) | (issued.word == past_word(bench, issued.word)))
    bench.assume(issued.word.lsb <= 8)
    if p.has_targets:
        bench.assume(Value.cast(issued.op.target) <= 2)


def _add_factor(bench: Bench, p: CoreParams, lane: Any, orders: Any) -> Value:
    """Factors of the lane, by a second unit, as it is proved to be the golden core's."""
    m, factor, taken = bench.m, cast(Any, LaneFactor(p)), Signal(synapse_layout(p))
    m.submodules.factor = factor
    with m.If(orders.take):
        m.d.sync += taken.eq(lane.synapse)
    m.d.comb += [factor.op.eq(orders.issued.op), factor.synapse.eq(taken)]
    m.d.comb += [factor.fired.eq(lane.fired), factor.y.eq(lane.y)]
    if p.has_history:
        m.d.comb += [factor.y_past.eq(lane.y_past), *each(factor.recalled, lane.recalled)]
    return factor.o


class _Lane:
    """Account of a synapse beside the RTL: its product and sums, as the golden core has them."""

    def __init__(self, m: Module, p: CoreParams, before: data.View) -> None:
        self.m, self.size, self.before = m, Size.of(p), before
        self.keeps = -(1 << p.weight_low)
        self.product = symbol(Const(0))
        self.after = [number << FRACTION_BITS for number in _synapse(before)[:, 0]]

    def operate(self, op: data.View, start: Value, factor: Value, sign: Any) -> None:
        """Do an operation, with its factor, and what its product starts from."""

        def run(kernel: Any) -> dict[str, Any]:
            core: Any = Record({
                "size": self.size,
                "coefficients": [symbol(start)],
                "product": array(self.product),
                "factor": array(symbol(factor)),
                "after": array(*([total] for total in self.after)),
            })
            kernel(core, _JOB, _operation(op), sign, _WORD)
            return {"product": core.product[0], **dict(zip("012", core.after[:, 0], strict=True))}

        loaded = {"_load_factor": lambda *arguments: None}
        result = formula(self.m, rule_kernels._operate, run, {**loaded, **lemmas()})
        self.product, *self.after = map(symbol, result.values())

    def learn(self, word: data.View, random: Value) -> dict[str, Value]:
        """The stored synapse, by field; and 1 as ``changed`` if its weight is another."""
        entry = Record({"sign": symbol(word.sign), "lsb": Symbol(word.lsb, 0, 8)})
        keep = choose(symbol(word.sparse), -1, self.keeps)

        def run(kernel: Any) -> dict[str, Any]:
            names = ("words_learned", "synapses_visited", "synapses_changed")
            core: Any = Record({
                "size": self.size,
                "rules": [Record({"stochastic": symbol(word.rule.stochastic)})],
                "lists": [entry],
                "random": None,
                "before": _synapse(self.before),
                "after": array(*([total] for total in self.after)),
                "counters": Record(dict.fromkeys(names, 0)),
            })
            kernel(core, _JOB, None, Record({**vars(_WORD), "keep": keep}))
            learned = dict(zip(_FIELDS, core.after[:, 0], strict=True))
            return {**learned, "changed": core.counters.synapses_changed}

        applied = {"apply_rule": lambda *arguments: None}
        return formula(self.m, learn_word, run, {**applied, **any_random(random)})


def _word(p: CoreParams, count: int) -> Bench:
    """After ``count`` operations, any ones, a synapse is that of the golden core."""
    bench = Bench()
    orders = bench.add("orders", WordPipeline(p), take=None, issued=None, coefficient=None)
    lane = bench.add("lane", LearningLane(p), control=orders.control, masked=orders.word.mask)
    op, start = orders.issued.op, bench.free(signed(COEFFICIENT_BITS), "coefficient")
    bench.m.d.comb += orders.coefficient.eq(Mux(op.first, start, 0))
    _issue(bench, p, orders, count)
    factor = _add_factor(bench, p, lane, orders)
    written = count + _LATENCY + p.has_lava
    done, word = bench.cycle(written), past_word(bench, orders.issued.word, written - 1)
    account = _Lane(bench.m, p, past_word(bench, lane.synapse, written))
    sign = choose(symbol(word.negate), -1, 1) if p.columns else 1
    for n in range(1, count + 1):
        ago = written - n
        numbers = bench.past(start, "start", ago), bench.past(factor, "factor", ago)
        account.operate(past_word(bench, op, ago), *numbers, sign)
    expected = account.learn(word, bench.past(lane.random, "random", 2))
    for name, _ in synapse_layout(p):
        same = lane.learned[name] == expected[name]
        bench.claim(f"the {name} is the golden core's", same, where=done)
    bench.claim("it is written", orders.en & (orders.word == word), where=done)
    changed = bench.past(expected["changed"] & word.mask, "changed")
    after = bench.cycle(written + 1)
    bench.claim("a change of the weight is counted", lane.changed == changed, where=after)
    rises = (lane.learned.weight == 78) & (account.before.weight == 9)
    bench.reach("a weight is learned", done & rises)
    return bench


_RULES = {
    "weights": learns(epochs=False, weight_bits=8),
    "compact": learns(epochs=False, compact=True),
    "everything": learns(
        more_factors=True, history=2, tags=True, delays=True, delay_slots=4, columns=True
    ),
    "lava": learns(history=2, lava=True, columns=True),
}
PROOFS = [
    *(
        Proof(
            f"factor-{name}",
            "hdl/learning/lane_factor.py",
            f"the factor of an operation is that of the golden core, for all inputs ({name})",
            partial(_factor, p),
            Pipeline(1),
        )
        for name, p in _RULES.items()
    ),
    *(
        Proof(
            f"word-{name}-{count}",
            "hdl/learning/learning_lane.py",
            f"{count} operations, any ones, make of a synapse what the golden core does ({name})",
            partial(_word, p, count),
            Pipeline(_LATENCY + 2 + count + p.has_lava),
        )
        for name, p in _RULES.items()
        for count in (1, 2)
    ),
]
