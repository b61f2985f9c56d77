"""Runs the microcode of a learning rule: what depends on the axon and the reward, once per list."""

from amaranth import Module, Mux, Signal, signed
from amaranth.lib import data, wiring
from amaranth.lib.wiring import In, Out

from backspike.hdl.arith import saturate
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    COEFFICIENTS,
    FRACTION_BITS,
    LANE_OPS,
    REWARD_BITS,
    Factor,
    MicroOp,
    microcode_layout,
    rule_layout,
)
from backspike.hdl.lists import source_layout
from backspike.hdl.memory import HOST_PORT, HostedMemory
from backspike.hdl.params import CoreParams

__all__ = ["RuleSetup", "lane_op_layout"]

COEFFICIENT = signed(COEFFICIENT_BITS)


def lane_op_layout() -> data.StructLayout:
    """One operation of a lane: ``product *= factor + constant``."""
    return data.StructLayout({
        "factor": Factor,
        "constant": signed(9),
        "coefficient": range(COEFFICIENTS),
        "first": 1,  # start from the coefficient rather than from the product before
        "last": 1,  # add the product to dw
    })


class RuleSetup(wiring.Component):
    """Evaluates the coefficients of a rule and lays out its lane operations.

    See :class:`backspike.hdl.layouts.MicroOp`. Scalars and coefficients have 7 fraction bits and
    saturate at 18 bits. Lane operations beyond :data:`LANE_OPS` are dropped.

    Timing
    ------
    ``busy`` is high for ``count + 2`` cycles after ``start``, and for one more if the last
    instruction adds to a coefficient.

    Members
    -------
    start : In(1)
        Run ``rule`` for ``source`` and ``r1``, which must stay until ``busy`` falls.
    rule, source, r1 : In
        The rule, the axon's activity, the reward trace.
    busy : Out(1)
    coefficients, lane_ops, n_lane_ops : Out
        The result, valid while ``busy`` is low.
    host_microcode : In(HOST_PORT)
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "start": In(1),
            "rule": In(rule_layout(params)),
            "source": In(source_layout(params)),
            "r1": In(signed(REWARD_BITS)),
            "busy": Out(1),
            "coefficients": Out(data.ArrayLayout(COEFFICIENT, COEFFICIENTS)),
            "lane_ops": Out(data.ArrayLayout(lane_op_layout(), LANE_OPS)),
            "n_lane_ops": Out(range(LANE_OPS + 1)),
            "host_microcode": In(HOST_PORT),
        })

    def elaborate(self, platform):
        m = Module()
        m.submodules.microcode = microcode = HostedMemory(
            depth=self.params.microcode_words, shape=microcode_layout(self.params)
        )
        wiring.connect(m, wiring.flipped(self.host_microcode), microcode.host)

        # Fetch one instruction per cycle.
        left, address = Signal(6), Signal.like(microcode.r_address)
        fetched, executing, adding = Signal(), Signal(), Signal()
        m.d.comb += [
            microcode.r_en.eq(left != 0),
            microcode.r_address.eq(address),
            self.busy.eq((left != 0) | fetched | executing | adding),
        ]
        m.d.sync += [fetched.eq(left != 0), executing.eq(fetched)]
        with m.If(left != 0):
            m.d.sync += [left.eq(left - 1), address.eq(address + 1)]

        # Decode: what to load or to multiply by.
        word = microcode.r_data[0]
        op = Signal.like(word, reset_less=True)
        value, factor = Signal(signed(REWARD_BITS + 1)), Signal(signed(REWARD_BITS + 2))
        loaded = Signal(signed(9 + 15))
        with m.Switch(word.factor):
            with m.Case(Factor.X0):
                m.d.comb += value.eq(self.source.x0)
            with m.Case(Factor.X1):
                m.d.comb += value.eq(self.source.x1)
            with m.Case(Factor.R1):
                m.d.comb += value.eq(self.r1)
            with m.Default():
                m.d.comb += value.eq(1)
        with m.If(fetched):
            m.d.sync += [
                op.eq(word),
                factor.eq(value + word.constant),
                loaded.eq(word.constant << (word.exponent + FRACTION_BITS).as_unsigned()[:4]),
            ]

        # Execute: the running scalar, or the next lane operation.
        scalar = Signal(COEFFICIENT)
        m.d.sync += adding.eq(executing & (op.op != MicroOp.LANE) & op.last)
        target = Signal(range(COEFFICIENTS))
        with m.If(executing):
            m.d.sync += target.eq(op.coefficient)
            with m.If(op.op == MicroOp.LANE):
                with m.If(self.n_lane_ops != LANE_OPS):
                    m.d.sync += self.n_lane_ops.eq(self.n_lane_ops + 1)
                with m.Switch(self.n_lane_ops):
                    for n in range(LANE_OPS):
                        with m.Case(n):
                            m.d.sync += [
                                getattr(self.lane_ops[n], name).eq(getattr(op, name))
                                for name, _ in lane_op_layout()
                            ]
            with m.Else():
                product = scalar * factor
                exact = Mux(op.op == MicroOp.LOAD, loaded, product)
                m.d.sync += scalar.eq(saturate(exact, COEFFICIENT))

        # Add the finished product to its coefficient.
        with m.If(adding), m.Switch(target):
            for n in range(COEFFICIENTS):
                with m.Case(n):
                    total = self.coefficients[n] + scalar
                    m.d.sync += self.coefficients[n].eq(saturate(total, COEFFICIENT))

        with m.If(self.start):
            m.d.sync += [
                left.eq(self.rule.count),
                address.eq(self.rule.start),
                scalar.eq(0),
                self.n_lane_ops.eq(0),
                self.coefficients.eq(0),
                self.lane_ops.eq(0),
            ]
        return m
