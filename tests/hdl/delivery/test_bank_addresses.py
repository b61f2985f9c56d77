"""Addresses of the banks of a word."""

import pytest

from backspike.hdl.delivery.bank_addresses import BankAddresses
from backspike.hdl.payloads import word_layout
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize(
    ("changes", "latency"),
    [({}, 1), ({"compact": True}, 0), ({"columns": False}, 0)],
)
@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.3, 0.5)])
def test_banks_of_a_column_have_neighbouring_words(
    changes, latency, p_idle, p_stall, words, bus, small, clocked
):
    p = small(4, **changes)
    dut = BankAddresses(p)
    assert dut.registered == bool(latency)
    offered, seen = words.many(word_layout(p), 40), []

    async def feed(ctx):
        await bus.put_all(ctx, dut.i, offered, words.rng, p_idle)

    async def check(ctx):
        assert await bus.get_all(ctx, dut.o, len(offered), words.rng, p_stall) == offered

    async def watch(ctx):
        while len(seen) < len(offered):
            _, _, valid, ready, *addresses = await ctx.tick().sample(
                dut.o.valid, dut.o.ready, *dut.addresses
            )
            if valid and ready:
                seen.append(addresses)

    simulate(clocked(dut), feed, check, watch)
    for word, addresses in zip(offered, seen, strict=True):
        rotate, stride = (word.get(name, 0) for name in ("rotate", "stride"))
        for lane in range(p.lanes):
            row = word["address"] + stride * lane
            assert addresses[(lane + rotate) % p.lanes] == row % p.dense_words
