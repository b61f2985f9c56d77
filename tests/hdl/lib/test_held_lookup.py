"""Look-ups that wait for their row."""

import pytest
from amaranth import unsigned
from amaranth.lib import data

from backspike.hdl.lib.held_lookup import HeldLookup
from backspike.sim.engines.simulate import simulate


def held_lookup(halved):
    return HeldLookup(
        depth=8,
        row=data.StructLayout({"value": unsigned(9)}),
        carry=data.StructLayout({"tag": unsigned(5)}),
        halved=halved,
    )


@pytest.mark.parametrize("halved", [False, True])
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.7)])
def test_lookups_keep_order_and_their_carries(halved, p_idle, p_stall, rng, bus):
    dut = held_lookup(halved)
    table = [rng.randrange(512) for _ in range(8)]
    accesses = [(rng.randrange(8), rng.randrange(32)) for _ in range(40)]

    async def feed(ctx):
        for address, value in enumerate(table):
            await bus.host_write(ctx, dut.host, address, value, cycles=1 + halved)
        payloads = [{"address": address, "carry": {"tag": tag}} for address, tag in accesses]
        await bus.put_all(ctx, dut.i, payloads, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, len(accesses), rng, p_stall)
        assert got == [
            {"row": {"value": table[address]}, "carry": {"tag": tag}} for address, tag in accesses
        ]

    simulate(dut, feed, check)


@pytest.mark.parametrize("halved", [False, True])
def test_a_transfer_stays_until_its_row_is_taken(halved):
    dut = held_lookup(halved)

    async def bench(ctx):
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        for tag in range(5):
            ctx.set(dut.i.p.carry.tag, tag)
            for _ in range(1 + halved):
                assert not ctx.get(dut.i.ready | dut.o.valid)
                await ctx.tick()
            assert ctx.get(dut.i.ready & dut.o.valid)
            assert ctx.get(dut.o.p.carry.tag) == tag
            await ctx.tick()

    simulate(dut, bench)


def test_the_host_waits_for_the_rows(break_contract):
    words = "HeldLookup: the host waits for the rows"
    assert break_contract(held_lookup(True), {"host.en": 1, "i.valid": 1}, {}) == words
