"""Microcode of a learning rule, run once per list: what depends on the axon and the reward."""

from amaranth import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    REWARD_BITS,
    TRACE_BITS,
    Factor,
    MicroOp,
    Moment,
    microcode_layout,
    rewards_layout,
    rule_layout,
)
from backspike.hdl.learning.trace_memory import past_reader
from backspike.hdl.lib.arith import saturate
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import source_layout, source_traces

__all__ = ["RuleRun", "RuleSetup", "lane_op_layout", "lava_clip"]

COEFFICIENT = signed(COEFFICIENT_BITS)


def lane_op_layout(p: CoreParams) -> data.StructLayout:
    """One operation of a lane, ``product *= factor + constant``: an instruction without ``op``."""
    kept = {str(name): field.shape for name, field in microcode_layout(p) if name != "op"}
    if not p.has_lava:
        del kept["exponent"]
    return data.StructLayout(kept)


def lava_clip(factor, value: Value) -> Value:
    """A factor as Lava limits it, signed 10 bits. Combinational."""
    one, seven = saturate(value, signed(2)), saturate(value, signed(8))
    is_spike = (factor == Factor.X0) | (factor == Factor.Y0)
    traces = (Factor.X1, Factor.X2, Factor.Y1, Factor.Y2, Factor.Y3)
    is_trace = Cat(factor == trace for trace in traces).any()
    return Mux(is_spike, one, Mux(is_trace, seven, saturate(value, signed(10))))


class RuleRun(wiring.Signature):
    """A run of a rule's microcode, seen by what starts it.

    Members
    -------
    start : Out(1)
        Run ``rule`` for ``source``, which must stay until ``busy`` falls.
    rule, source : Out
        The rule, and the activity of the axon.
    busy : In(1)
        It runs.
    coefficients, lane_ops, n_lane_ops : In
        The result, valid while ``busy`` is low.
    """

    def __init__(self, params: CoreParams):
        self.params = params
        operations = params.operations
        super().__init__({
            "start": Out(1),
            "rule": Out(rule_layout(params)),
            "source": Out(source_layout(params)),
            "busy": In(1),
            "coefficients": In(data.ArrayLayout(COEFFICIENT, operations)),
            "lane_ops": In(data.ArrayLayout(lane_op_layout(params), operations)),
            "n_lane_ops": In(range(operations + 1)),
        })


class RuleSetup(wiring.Component):
    """Evaluates the coefficients of a rule and lays out its lane operations.

    See :class:`backspike.hdl.layouts.MicroOp`. Scalars and coefficients have 7 fraction bits and
    saturate at 18 bits. Lane operations beyond ``operations`` are dropped.

    Timing
    ------
    ``busy`` is high for ``count + 2`` cycles after ``start`` of a rule that has instructions, for
    one more with each multiplication by a factor, and for one more if the last instruction adds to
    a coefficient; for a rule with ``recall`` at least ``history + 1``.

    Members
    -------
    run : In(RuleRun(params))
        The rule to run, and its result.
    r1, r0, epochs_done : In
        Reward traces by channel and the register of this name, which must stay while it runs.
    past : Out(past_reader(params, "x"))
        Traces of a row of axons after a step: see ``TraceUnit``.
    recalled : Out
        Traces of the source after each step of the epoch; 0, unless the rule has ``recall``.
    host_microcode : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "run": In(RuleRun(params)),
            "r1": In(rewards_layout(params)),
            "r0": In(rewards_layout(params)),
            "epochs_done": In(16),
            "host_microcode": In(HOST_PORT),
            **({} if not params.has_history else self._history_ports()),
        })

    def _history_ports(self) -> dict:
        p = self.params
        return {
            "past": Out(past_reader(p, "x")),
            "recalled": Out(p.x_kinds * TRACE_BITS).array(p.history),
        }

    def elaborate(self, platform):
        m = Module()
        run, operations = self.run, self.params.operations
        m.submodules.microcode = microcode = HostedMemory(
            depth=self.params.microcode_words, shape=microcode_layout(self.params)
        )
        wiring.connect(m, wiring.flipped(self.host_microcode), microcode.host)

        # Fetch one instruction per cycle, but none while the last one turns out to multiply: it
        # takes two cycles, and those that follow may need its product.
        left, address = Signal(6), Signal.like(microcode.r_address)
        fetched, executing, adding = Signal(), Signal(), Signal()
        recalling = self._recall(m) if self.params.has_history else 0
        fetches, multiplies, multiplying = Signal(), Signal(), Signal()
        word = microcode.r_data[0]
        m.d.comb += [
            multiplies.eq(fetched & (word.op == MicroOp.MUL)),
            fetches.eq((left != 0) & ~multiplies),
            microcode.r_en.eq(fetches),
            microcode.r_address.eq(address),
            run.busy.eq((left != 0) | fetched | executing | multiplying | adding | recalling),
        ]
        m.d.sync += [fetched.eq(fetches), executing.eq(fetched)]
        with m.If(fetches):
            m.d.sync += [left.eq(left - 1), address.eq(address + 1)]

        # Decode: what to load or to multiply by.
        op = Signal.like(word, reset_less=True)
        value, factor = Signal(signed(REWARD_BITS + 1)), Signal(signed(REWARD_BITS + 2))
        loaded = Signal(signed(9 + 15))
        self._operand(m, word, value)
        operand = value + word.constant
        with m.If(fetched):
            m.d.sync += [
                op.eq(word),
                factor.eq(lava_clip(word.factor, operand) if self.params.has_lava else operand),
                loaded.eq(word.constant << (word.exponent + FRACTION_BITS).as_unsigned()[:4]),
            ]

        # Execute: the running scalar, or the next lane operation. The register behind the
        # multiplier leaves the product and its limits a cycle each.
        scalar = Signal(COEFFICIENT)
        product = Signal((scalar * factor).shape(), reset_less=True)
        loads = executing & (op.op == MicroOp.LOAD)
        m.d.sync += [
            product.eq(scalar * factor),
            multiplying.eq(executing & (op.op == MicroOp.MUL)),
            adding.eq((loads | multiplying) & op.last),
        ]
        target = Signal(range(operations))
        with m.If(executing):
            m.d.sync += target.eq(op.coefficient)
        with m.If(executing & (op.op == MicroOp.LANE)):
            self._append(m, op)
        with m.If(loads | multiplying):
            m.d.sync += scalar.eq(saturate(Mux(loads, loaded, product), COEFFICIENT))

        # Add the finished product to its coefficient.
        with m.If(adding), m.Switch(target):
            for n in range(operations):
                with m.Case(n):
                    total = run.coefficients[n] + scalar
                    m.d.sync += run.coefficients[n].eq(saturate(total, COEFFICIENT))

        with m.If(run.start):
            m.d.sync += [
                left.eq(run.rule.count),
                address.eq(run.rule.start),
                scalar.eq(0),
                run.n_lane_ops.eq(0),
                run.coefficients.eq(0),
                run.lane_ops.eq(0),
            ]
        self._promise(Contract(m, self, platform), multiplying, product)
        return m

    def _promise(self, contract: Contract, multiplies: Value, product: Value) -> None:
        """One run at a time, of what stays; its result stays until the next one."""
        run = self.run
        contract.needs("a run begins when there is none", ~run.busy, where=run.start)
        for name in ("rule", "source"):
            value = Value.cast(getattr(run, name))
            same = value == contract.past(name, value)
            contract.needs(f"the {name} stays meanwhile", same, where=run.busy)
        result = [Value.cast(getattr(run, name)) for name in ("coefficients", "n_lane_ops")]
        rests, same = ~run.busy & ~run.start, Cat(*result) == contract.past("result", Cat(*result))
        contract.holds("a result stays", same, where=rests & contract.past("rests", rests))
        within = run.n_lane_ops <= self.params.operations
        contract.holds("the lanes have place for all operations", within)
        fits = saturate(product, COEFFICIENT) == product
        contract.reached("a product saturates", multiplies & ~fits)

    def _append(self, m: Module, op) -> None:
        """Append a lane operation, unless there are too many."""
        run, operations = self.run, self.params.operations
        with m.If(run.n_lane_ops != operations):
            m.d.sync += run.n_lane_ops.eq(run.n_lane_ops + 1)
        with m.Switch(run.n_lane_ops):
            for n in range(operations):
                with m.Case(n):
                    m.d.sync += [
                        run.lane_ops[n][name].eq(op[name])
                        for name, _ in lane_op_layout(self.params)
                    ]

    def _operand(self, m: Module, op, value: Signal) -> None:
        """The variable of a scalar factor."""
        p = self.params
        traces = source_traces(p, self.run.source)
        channel = self.run.rule.channel if p.reinforcements > 1 else 0

        def trace(kind: int) -> Value:
            now = traces[f"trace{kind}"]
            if not p.has_history:
                return now
            return Mux(op.moment == Moment.PRE, traces[f"then{kind}"], now)

        with m.Switch(op.factor):
            with m.Case(Factor.X0):
                m.d.comb += value.eq(self.run.source.x0)
            with m.Case(Factor.X1):
                m.d.comb += value.eq(trace(1))
            with m.Case(Factor.R1):
                m.d.comb += value.eq(self.r1[channel])
            if p.has_more_factors:
                with m.Case(Factor.X2):
                    m.d.comb += value.eq(trace(2))
                with m.Case(Factor.R0):
                    m.d.comb += value.eq(self.r0[channel])
                with m.Case(Factor.U):
                    number, low = Signal(16), Signal(16)
                    m.d.comb += [
                        number.eq(self.epochs_done + 1),
                        low.eq((1 << op.exponent[:4]) - 1),
                        value.eq((number & low) == 0),
                    ]
            with m.Default():
                m.d.comb += value.eq(1)

    def _recall(self, m: Module) -> Value:
        """Collect what the traces of the source were; returns whether some are missing."""
        p, past, source = self.params, self.past, self.run.source
        slot = Signal(range(p.history + 1), init=p.history)
        answers, answered = Signal(), Signal(range(p.history))
        lane, row = source.axon[: p.lane_bits], source.axon[p.lane_bits :]
        m.d.comb += [past.en.eq(slot != p.history), past.row.eq(row * p.history + slot)]
        m.d.sync += [answers.eq(past.en), answered.eq(slot)]
        with m.If(past.en):
            m.d.sync += slot.eq(slot + 1)
        with m.If(answers), m.Switch(answered):
            for n in range(p.history):
                with m.Case(n):
                    m.d.sync += self.recalled[n].eq(
                        past.data[lane] if p.lanes > 1 else past.data[0]
                    )
        with m.If(self.run.start):
            m.d.sync += [recalled.eq(0) for recalled in self.recalled]
        with m.If(self.run.start & self.run.rule.recall):
            m.d.sync += slot.eq(0)
        return past.en | answers
