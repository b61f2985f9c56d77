"""What walking a synapse list takes, worked out a cycle ahead."""

from amaranth import Const, Module, Mux, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out, connect, flipped

from backspike.hdl.layouts import ListKind, Visit
from backspike.hdl.lib.stream_buffer import StreamBuffer
from backspike.hdl.params import CoreParams
from backspike.hdl.payloads import is_traced, list_job_layout, plan_layout, source_traces

__all__ = ["ListPlanner"]


class ListPlanner(wiring.Component):
    """Turns descriptors of lists into plans for :class:`backspike.hdl.delivery.list_walker.ListWalker`.

    Timing
    ------
    Latency 1 cycle, throughput one list per cycle; a :class:`StreamBuffer` holds the plans.

    Members
    -------
    learn : In(1)
        Walk lists to learn: what the rule cannot change is passed over.
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
        m.submodules.plans = plans = StreamBuffer(plan_layout(p), depth=0 if p.compact else 2)
        connect(m, plans.o, flipped(self.o))
        job, plan = self.i.p, plans.i.p
        here = job.list
        sparse, dense = here.kind == ListKind.SPARSE, here.kind == ListKind.DENSE
        column = (here.kind == ListKind.COLUMN) if p.columns else Const(0)
        row = Mux(self.learn, here.post, here.row) if p.columns else here.row
        first, behind = Signal.like(plan.first), Signal.like(here.count)
        more = Mux(sparse, behind, behind >> p.lane_bits)
        m.d.comb += [
            plans.i.valid.eq(self.i.valid),
            self.i.ready.eq(plans.i.ready),
            first.eq(Mux(sparse, 0, row)),
            behind.eq(here.count - 1),
            plan.job.eq(job),
            plan.sparse.eq(sparse),
            plan.column.eq(column),
            plan.reward.eq((here.kind == ListKind.REWARD) & ~self.learn),
            plan.first.eq(first),
            plan.single.eq(more == 0),
            plan.last.eq(first + more),
            plan.base.eq(here.address - Mux(column, 0, first)),
        ]
        for lane in range(p.lanes):
            m.d.comb += plan.mask[lane].eq(behind[: p.lane_bits] >= lane if lane else 1)
        skips = (here.count == 0) | ~(sparse | dense | column)
        if p.learning:
            source = job.source
            traced = (job.rule.pre == Visit.TRACED) & is_traced(source_traces(p, source))
            useless = ~(source.x0 | (job.rule.pre == Visit.ALWAYS) | traced)
            skips |= self.learn & (useless | column)
            m.d.comb += plan.seeks.eq(self.learn & dense & (job.rule.post != Visit.ALWAYS))
        m.d.comb += plan.skips.eq(skips)
        return m
