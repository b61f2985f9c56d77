"""Rows in two halves, as the core and the host see them."""

import pytest
from amaranth import unsigned

from backspike.hdl.lib.halved_memory import HalvedMemory
from backspike.sim.engines.simulate import simulate

DEPTH = 5


@pytest.mark.parametrize("width", [2, 9, 58])
def test_core_and_host_see_what_was_written_last(width, rng, bus):
    dut = HalvedMemory(depth=DEPTH, shape=unsigned(width))
    rows = [None] * DEPTH

    async def bench(ctx):
        for _ in range(60):
            row, word = rng.randrange(DEPTH), rng.randrange(1 << width)
            match rng.choice(["write", "read", "host read"]):
                case "write":
                    await bus.host_write(ctx, dut.host, row, word, cycles=2)
                    rows[row] = word
                case "host read" if rows[row] is not None:
                    assert await bus.host_read(ctx, dut.host, row, cycles=2) == rows[row]
                case "read" if rows[row] is not None:
                    ctx.set(dut.r_en, 1)
                    ctx.set(dut.r_address, row)
                    await ctx.tick()
                    assert ctx.get(dut.ends)
                    await ctx.tick()
                    ctx.set(dut.r_en, 0)
                    for _ in range(rng.randrange(3)):
                        await ctx.tick()
                    assert not ctx.get(dut.ends)
                    assert ctx.get(dut.r_data) == rows[row]

    simulate(dut, bench)


HOST = {"host.en": 1, "host.write": 1, "host.address": 1, "host.w_data": 6}


@pytest.mark.parametrize(
    "change",
    [{"host.en": 0}, {"host.address": 2}, {"host.w_data": 7}, {"host.write": 0}],
    ids=["en", "address", "data", "write"],
)
def test_an_access_that_changes_half_way_breaks_the_contract(change, break_contract):
    broken = "HalvedMemory: an access stays for two cycles"
    dut = HalvedMemory(depth=DEPTH, shape=unsigned(6))
    assert break_contract(dut, HOST, HOST, {"host.en": 0}) is None
    dut = HalvedMemory(depth=DEPTH, shape=unsigned(6))
    assert break_contract(dut, HOST, change, {}) == broken


def test_the_host_names_rows_that_there_are(break_contract):
    dut = HalvedMemory(depth=DEPTH, shape=unsigned(6))
    words = "HalvedMemory: the host names a row that there is"
    assert break_contract(dut, {"host.en": 1, "host.address": DEPTH}, {}) == words
