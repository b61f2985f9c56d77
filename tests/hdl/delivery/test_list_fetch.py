"""From axons to list descriptors."""

import pytest

from backspike.hdl import layouts
from backspike.hdl.delivery.list_fetch import ListFetch
from backspike.sim.engines.simulate import simulate

CORES = {
    "fast": {},
    "compact": {"compact": True},
    "halves": {"compact": True, "single_port": True},
}


@pytest.mark.parametrize("core", CORES.values(), ids=CORES)
@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.parametrize("learn", [0, 1])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_lists_of_axons(core, learning, learn, p_idle, p_stall, words, bus, small):
    p, rng = small(2, 4, 2, lists=64, learning=learning, **core), words.rng
    dut = ListFetch(p)
    axons = [{"list": 0, "lists": 63, "plastic": 63, "silent": 0}]  # as many as an axon has
    while len(axons) < p.axons:
        n = rng.randrange(4)
        axons.append({
            "list": rng.randrange(p.lists - n),
            "lists": n - (silent := rng.randrange(n + 1)),
            "plastic": rng.randrange(n + 1),
            "silent": silent,
        })
    descriptors = words.many(layouts.list_layout(p), p.lists)
    rules = words.many(layouts.rule_layout(p), p.rules)
    served = [
        {"axon": rng.randrange(p.axons), "x0": rng.randrange(2), "x1": rng.randrange(128)}
        for _ in range(25)
    ]
    served[7]["axon"] = 0
    expected = []
    for axon in served:
        entry = axons[axon["axon"]]
        first = entry["list"] + (0 if learn else entry["silent"])
        for n in range(entry["plastic" if learn else "lists"]):
            descriptor = descriptors[first + n]
            source = {"x0": axon["x0"], "x1": axon["x1"]}
            job = {"list": descriptor, "rule": rules[descriptor["rule"]], "source": source}
            expected.append(job)

    async def feed(ctx):
        cycles = 1 + p.halves_tables
        await bus.load(ctx, dut.memories.axons, layouts.axon_layout(p), axons, cycles)
        await bus.load(ctx, dut.memories.lists, layouts.list_layout(p), descriptors, cycles)
        if learning:
            await bus.load(ctx, dut.memories.rules, layouts.rule_layout(p), rules)
        ctx.set(dut.learn, learn)
        await bus.put_all(ctx, dut.i, served, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, len(expected), rng, p_stall)
        if not learning:
            got = [job | {"rule": rules[job["list"]["rule"]]} for job in got]
        assert got == expected
        assert not ctx.get(dut.busy)

    simulate(dut, feed, check)


@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.parametrize("halves", [False, True])
def test_a_small_core_takes_its_time(halves, learning, bus, small):
    p = small(learning=learning, compact=True, single_port=halves)
    dut = ListFetch(p)
    read = 1 + halves

    async def bench(ctx):
        axon = {"list": 1, "lists": 3, "plastic": 0, "silent": 0}
        await bus.load(ctx, dut.memories.axons, layouts.axon_layout(p), [axon], read)
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        came = []
        for cycle in range(40):
            if ctx.get(dut.o.valid):
                came.append(cycle)
            taken = ctx.get(dut.i.ready)
            await ctx.tick()
            if taken:
                ctx.set(dut.i.valid, 0)
        first, each = 2 * read + learning + 1, read + learning + 1
        assert came == [first + each * n for n in range(3)]

    simulate(dut, bench)


@pytest.mark.parametrize(("learning", "latency"), [(False, 3), (True, 4)])
def test_latency_and_one_list_per_cycle(learning, latency, bus, small):
    p = small(learning=learning)
    dut = ListFetch(p)

    async def bench(ctx):
        axons = [{"list": 0, "lists": 5}, {"list": 5, "lists": 3}]
        axons = [axon | {"plastic": 0, "silent": 0} for axon in axons]
        await bus.load(ctx, dut.memories.axons, layouts.axon_layout(p), axons)
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        await ctx.tick()
        ctx.set(dut.i.p.axon, 1)
        valid = [ctx.get(dut.o.valid)]
        for _ in range(latency + 8):
            assert ctx.get(dut.busy) == (len(valid) < latency + 8)
            taken = ctx.get(dut.i.ready)
            await ctx.tick()
            if taken:
                ctx.set(dut.i.valid, 0)
            valid.append(ctx.get(dut.o.valid))
        assert valid == [0] * (latency - 1) + [1] * 8 + [0] * 2

    simulate(dut, bench)
