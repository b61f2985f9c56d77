"""Plans of random lists against plain Python."""

import pytest

from backspike.hdl.delivery.list_planner import ListPlanner
from backspike.hdl.layouts import ListKind, Visit
from backspike.hdl.payloads import list_job_layout
from backspike.sim.engines.simulate import simulate

DENSE, SPARSE, REWARD, COLUMN = (kind.value for kind in ListKind)
N_JOBS = 60


def random_job(p, words):
    rng = words.rng
    job = words.fields(list_job_layout(p))
    entry = job["list"]
    entry["row"] = rng.randrange(p.compartment_rows)
    entry["count"] = rng.randrange(p.compartments + 1)
    entry["address"] = rng.randrange(256)
    job["source"]["x1"] = rng.choice([0, 0, 1, 127])
    if "more" in job["source"]:
        job["source"]["more"] = rng.choice([0, 0, 1 << 6])
    return job


def plan_of(p, job, learn):
    """Fields of the plan of a list; of one that is passed over, only that it is."""
    entry, rule, source = job["list"], job.get("rule"), job["source"]
    kind, count = entry["kind"], entry["count"]
    has_words = kind in ((DENSE, SPARSE, COLUMN) if p.columns and not learn else (DENSE, SPARSE))
    if learn:
        traced = source["x1"] or source.get("more")
        admitted = {Visit.SPIKED: 0, Visit.TRACED: traced, Visit.ALWAYS: 1}[Visit(rule["pre"])]
        has_words &= bool(source["x0"] or admitted)
    reward = {"reward": int(kind == REWARD and not learn)}
    if not has_words or not count:
        return reward | {"skips": 1}
    first = 0 if kind == SPARSE else entry["post" if learn and p.columns else "row"]
    last = first + (count if kind == SPARSE else -(-count // p.lanes)) - 1
    base = entry["address"] - (0 if kind == COLUMN else first)
    plan = {
        "skips": 0,
        "sparse": int(kind == SPARSE),
        "column": int(kind == COLUMN),
        "first": first,
        "single": int(first == last),
        "last": last,
        "base": base % 256,
        "mask": (1 << (count - 1) % p.lanes + 1) - 1,
    }
    if p.learning:
        plan["seeks"] = int(learn and kind == DENSE and Visit(rule["post"]) != Visit.ALWAYS)
    return reward | plan


@pytest.mark.parametrize(
    ("learn", "changes"),
    [
        (0, {}),
        (1, {}),
        (1, {"more_factors": True}),
        (0, {"columns": False, "learning": False}),
        (1, {"columns": False, "compact": True}),
    ],
)
@pytest.mark.parametrize("lanes", [1, 2, 8])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_plans_of_lists(lanes, learn, changes, p_idle, p_stall, words, bus, small, clocked):
    p, rng = small(lanes, 4, 2, **changes), words.rng
    dut = ListPlanner(p)
    jobs = [random_job(p, words) for _ in range(N_JOBS)]
    plans = [plan_of(p, job, learn) for job in jobs]

    async def feed(ctx):
        ctx.set(dut.learn, learn)
        await bus.put_all(ctx, dut.i, jobs, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, N_JOBS, rng, p_stall)
        for number, (plan, job, wanted) in enumerate(zip(got, jobs, plans, strict=True)):
            assert plan["job"] == job
            assert {name: plan[name] for name in wanted} == wanted, number

    simulate(clocked(dut), feed, check)
    assert len({plan["skips"] for plan in plans}) == 2


@pytest.mark.parametrize(("compact", "latency"), [(False, 1), (True, 0)])
def test_latency(compact, latency, small, clocked):
    dut = ListPlanner(small(compact=compact))

    async def bench(ctx):
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        offered = [ctx.get(dut.o.valid)]
        await ctx.tick()
        ctx.set(dut.i.valid, 0)
        offered.append(ctx.get(dut.o.valid))
        assert offered.index(1) == latency

    simulate(clocked(dut), bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"i.valid": 1}, {"i.valid": 0, "learn": 1}], None),
        ([{"i.valid": 1}, {"learn": 1}], "what a list is for stays"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(ListPlanner(small()), *inputs)
    assert told == (promise and f"ListPlanner: {promise}")
