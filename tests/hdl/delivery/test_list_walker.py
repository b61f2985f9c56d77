"""From list descriptors to words of weights."""

from itertools import count as count_up
from itertools import pairwise

import pytest
from amaranth import Module
from amaranth.lib import wiring

from backspike.hdl.delivery.list_planner import ListPlanner
from backspike.hdl.delivery.list_walker import ListWalker
from backspike.hdl.dendrite.activity import Activity
from backspike.hdl.layouts import ListKind, Visit, widest_stride
from backspike.hdl.payloads import list_job_layout
from backspike.sim.engines.simulate import simulate

DENSE, SPARSE, REWARD, COLUMN = (kind.value for kind in ListKind)
SPIKED, TRACED, ALWAYS = (visit.value for visit in Visit)


class WithActivity(wiring.Elaboratable):
    def __init__(self, p):
        self.planner, self.walker, self.activity = ListPlanner(p), ListWalker(p), Activity(p)

    def elaborate(self, platform):
        m = Module()
        m.submodules.planner, m.submodules.walker = self.planner, self.walker
        m.submodules.activity = self.activity
        wiring.connect(m, self.planner.o, self.walker.i)
        wiring.connect(m, self.walker.walk, self.activity.walk)
        return m


def random_job(p, words):
    rng = words.rng
    job = words.fields(list_job_layout(p))
    entry = job["list"]
    entry["row"] = rng.randrange(p.compartment_rows)
    room = (p.compartment_rows - entry["row"]) * p.lanes
    entry["post"] = rng.randrange(entry["row"] + 1)  # rows to learn from, as many
    entry["count"] = (
        rng.randrange(room + 1) if entry["kind"] in (DENSE, COLUMN) else rng.randrange(6)
    )
    if entry["kind"] != REWARD:
        entry["address"] = rng.randrange(8)
    job["source"]["x1"] = rng.choice([0, 0, 1, 127])
    return job


def stride_of(p, entry):
    return entry["post"] or widest_stride(p)


def words_of(p, job, learn, spikes):
    """Sparse flag, address, row and mask of each word; row and mask of dense ones only."""
    entry, rule, source = job["list"], job["rule"], job["source"]
    if learn:
        admitted = rule["pre"] == ALWAYS or (rule["pre"] == TRACED and source["x1"])
        if not (source["x0"] or admitted):
            return []
    if entry["kind"] == SPARSE:
        return [(1, entry["address"] + k, None, None) for k in range(entry["count"])]
    column = entry["kind"] == COLUMN
    if entry["kind"] == REWARD or (column and learn):
        return []
    result = []
    for k in range(-(-entry["count"] // p.lanes)):
        row, left = entry["post" if learn else "row"] + k, entry["count"] - k * p.lanes
        address = entry["address"] + k * (stride_of(p, entry) * p.lanes if column else 1)
        if not learn or rule["post"] == ALWAYS or spikes[row]:
            mask = (1 << min(left, p.lanes)) - 1
            result.append((0, address % p.dense_words, row, mask))
    return result


async def fill(ctx, activity, spikes):
    ctx.set(activity.fired.valid, 1)
    for row in reversed(range(len(spikes))):
        ctx.set(activity.fired.first, row == len(spikes) - 1)
        ctx.set(activity.fired.spikes, {"row": row, "bits": spikes[row]})
        await ctx.tick()
    ctx.set(activity.fired.valid, 0)


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("learn", [0, 1])
@pytest.mark.parametrize("lanes", [1, 2, 4])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_words_of_lists(lanes, learn, compact, p_idle, p_stall, words, bus, small):
    p, rng = small(lanes, 4, 2, reinforcements=4, compact=compact), words.rng
    dut = WithActivity(p)
    walker = dut.walker
    spikes = [rng.choice([0, rng.randrange(1, 1 << lanes)]) for _ in range(p.rows)]
    jobs = [random_job(p, words) for _ in range(40)]
    for job, following in pairwise(jobs):
        if rng.random() < 0.5:  # as the lists of one axon often have
            following["rule"], following["source"] = job["rule"], job["source"]
    expected, rewards = [], []
    changes, last = True, {}  # of rule or source, since the word before
    for job in jobs:
        learned_by = {name: job[name] for name in ("rule", "source")}
        changes, last = changes or learned_by != last, learned_by
        carried = {name: job["list"][name] for name in ("sign", "lsb")}
        carried |= {"rule": job["rule"], "source": job["source"]}
        carried["column"] = int(job["list"]["kind"] == COLUMN)
        if job["list"]["kind"] in (DENSE, COLUMN):
            names = ("exponent", "delay", "rotate", "negate")
            carried |= {name: job["list"][name] for name in names}
        carried["stride"] = stride_of(p, job["list"]) if carried["column"] else 0
        for sparse, address, row, mask in words_of(p, job, learn, spikes):
            place = {} if sparse else {"row": row, "mask": mask}
            carried["same"], changes = int(not changes), False
            expected.append({"sparse": sparse, "address": address, **place, **carried})
        if job["list"]["kind"] == REWARD and not learn:
            impulse = (job["list"]["address"] + 128) % 256 - 128
            rewards.append((impulse, job["list"]["lsb"] % 4))
    seen, n_lists = [], []

    async def feed(ctx):
        await fill(ctx, dut.activity, spikes)
        ctx.set(dut.planner.learn, learn)
        await bus.put_all(ctx, dut.planner.i, jobs, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, walker.o, len(expected), rng, p_stall)
        for number, (word, wanted) in enumerate(zip(got, expected, strict=True)):
            assert {name: word[name] for name in wanted} == wanted, number
        while len(n_lists) < len(jobs):
            await ctx.tick()

    async def count(ctx):
        rewards = walker.rewards
        while len(n_lists) < len(jobs):
            _, _, done, reward_en, *reward = await ctx.tick().sample(
                walker.n_lists, rewards.r1, rewards.impulse, rewards.channel
            )
            n_lists.extend([1] * done)
            seen.extend([tuple(reward)] * reward_en)

    simulate(dut, feed, check, count)
    assert seen == rewards


def cycles_of(p, spikes, kind, count, learn, post):
    """From the cycle in which a list is taken to the one in which the next one is."""
    dut, taken = WithActivity(p), []
    walker = dut.walker

    async def bench(ctx):
        await fill(ctx, dut.activity, spikes)
        ctx.set(dut.planner.learn, learn)
        ctx.set(dut.planner.i.p.list.kind, kind)
        ctx.set(dut.planner.i.p.list.count, count)
        ctx.set(dut.planner.i.p.rule.post, post)
        ctx.set(dut.planner.i.p.source.x0, 1)
        ctx.set(dut.planner.i.valid, 1)
        ctx.set(walker.o.ready, 1)
        for cycle in count_up():
            if ctx.get(walker.i.valid & walker.i.ready):
                taken.append(cycle)
            if len(taken) == 2:
                return
            await ctx.tick()

    simulate(dut, bench, limit_cycles=100)
    return taken[1] - taken[0]


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize(
    ("kind", "count", "learn", "post", "cycles"),
    [
        (DENSE, 8, 0, SPIKED, 4),
        (DENSE, 7, 0, SPIKED, 4),
        (SPARSE, 5, 0, SPIKED, 5),
        (REWARD, 3, 0, SPIKED, 1),
        (DENSE, 0, 0, SPIKED, 1),
        (COLUMN, 7, 0, SPIKED, 4),
        (COLUMN, 7, 1, ALWAYS, 1),
        (DENSE, 8, 1, ALWAYS, 4),
    ],
)
def test_cycles_of_a_list(kind, count, learn, post, cycles, compact, small):
    p = small(2, 4, 2, compact=compact)
    assert cycles_of(p, [0, 1, 0, 2, 0, 0], kind, count, learn, post) == cycles


@pytest.mark.parametrize(
    ("spikes", "count", "cycles", "compact"),
    [
        ([0, 1, 0, 2, 0, 0], 8, 2, 2),
        ([0, 1, 0, 2, 0, 0], 6, 1, 2),
        ([0, 1, 0, 0, 0, 0], 8, 1, 2),
        ([0, 1, 0, 2, 0, 0], 2, 1, 1),
        ([0, 0, 0, 0, 0, 0], 8, 1, 1),
    ],
)
def test_cycles_of_a_list_that_seeks_spikes(spikes, count, cycles, compact, small):
    """A compact core must ask for another row, unless the last one of the list has spikes."""
    for params, expected in ((small(2, 4, 2), cycles), (small(2, 4, 2, compact=True), compact)):
        assert cycles_of(params, spikes, DENSE, count, 1, SPIKED) == expected


@pytest.mark.parametrize("count", [5, 6, 7])
def test_a_list_beyond_the_last_row_ends(count, small):
    """No compiler makes one, but a host may write it: it goes on to the last row, or one or two
    beyond it."""
    p = small(1, 4, 4)
    dut = WithActivity(p)
    entry = {"kind": DENSE, "row": 3, "post": 3, "count": count}
    rows = []

    async def bench(ctx):
        await fill(ctx, dut.activity, [1] * p.rows)
        ctx.set(dut.planner.learn, 1)
        ctx.set(dut.planner.i.p, {"list": entry, "rule": {"post": SPIKED}, "source": {"x0": 1}})
        ctx.set(dut.planner.i.valid, 1)
        ctx.set(dut.walker.o.ready, 1)
        await ctx.tick()
        ctx.set(dut.planner.i.valid, 0)
        await ctx.tick()
        assert ctx.get(dut.walker.busy)
        while ctx.get(dut.walker.busy):
            if ctx.get(dut.walker.o.valid):
                rows.append(ctx.get(dut.walker.o.p.row))
            await ctx.tick()

    simulate(dut, bench, limit_cycles=50)
    assert rows == [row % p.compartment_rows for row in range(3, p.rows)]


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"i.valid": 1, "i.p": {"first": 0, "last": 3}}, {"i.valid": 0}, {}], None),
        (
            [{"i.valid": 1, "i.p": {"single": 1, "first": 0, "last": 3}}],
            "a list of one word ends with its first",
        ),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(ListWalker(small()), *inputs)
    assert told == (promise and f"ListWalker: {promise}")
