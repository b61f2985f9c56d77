"""Planner of synapse lists: works out, a cycle ahead, how to walk each."""

from amaranth import Const, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import ListKind, Visit
from backspike.hdl.lib.contract import Contract
from backspike.hdl.lib.stream_buffer import register_slice
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import is_traced, list_job_layout, plan_layout, source_traces

__all__ = ["ListPlanner"]


class ListPlanner(wiring.Component):
    """Turns descriptors of lists into plans for the list walker.

    Timing
    ------
    Latency 1 cycle, none in a ``compact`` core; throughput one list per cycle.

    Members
    -------
    learn : In(1)
        Walk lists to learn: words that the rule cannot change are passed over.
    i : In(stream.Signature(list_job_layout(params)))
    o : Out(stream.Signature(plan_layout(params)))
    """

    def __init__(self, params: CoreParams):
        self.params = params
        super().__init__({
            "learn": In(1),
            "i": In(stream.Signature(list_job_layout(params))),
            "o": Out(stream.Signature(plan_layout(params))),
        })

    def elaborate(self, platform):
        m = Module()
        p = self.params
        m.submodules.plans = plans = register_slice(p, plan_layout(p))
        connect(m, plans.o, flipped(self.o))
        job, plan = self.i.p, plans.i.p
        entry = job.list
        sparse, dense = entry.kind == ListKind.SPARSE, entry.kind == ListKind.DENSE
        column = (entry.kind == ListKind.COLUMN) if p.columns else Const(0)
        row = Mux(self.learn, entry.post, entry.row) if p.columns else entry.row
        first, before_last = Signal.like(plan.first), Signal.like(entry.count)
        more = Mux(sparse, before_last, before_last >> p.lane_bits)
        m.d.comb += [
            plans.i.valid.eq(self.i.valid),
            self.i.ready.eq(plans.i.ready),
            first.eq(Mux(sparse, 0, row)),
            before_last.eq(entry.count - 1),
            plan.job.eq(job),
            plan.sparse.eq(sparse),
            plan.column.eq(column),
            plan.reward.eq((entry.kind == ListKind.REWARD) & ~self.learn),
            plan.first.eq(first),
            plan.single.eq(more == 0),
            plan.last.eq(first + more),
            plan.base.eq(entry.address - Mux(column, 0, first)),
        ]
        for lane in range(p.lanes):
            m.d.comb += plan.mask[lane].eq(before_last[: p.lane_bits] >= lane if lane else 1)
        skips = (entry.count == 0) | ~(sparse | dense | column)
        if p.learning:
            source = job.source
            traced = (job.rule.pre == Visit.TRACED) & is_traced(source_traces(p, source))
            useless = ~(source.x0 | (job.rule.pre == Visit.ALWAYS) | traced)
            skips |= self.learn & (useless | column)
            m.d.comb += plan.seeks.eq(self.learn & dense & (job.rule.post != Visit.ALWAYS))
        m.d.comb += plan.skips.eq(skips)
        contract = Contract(m, self, platform)
        steady = self.learn == contract.past("learn", self.learn)
        offered = self.i.valid & contract.past("offered", self.i.valid)
        contract.needs("what a list is for stays", steady, where=offered)
        contract.reached("a list of one word", self.i.valid & ~skips & plan.single)
        return m
