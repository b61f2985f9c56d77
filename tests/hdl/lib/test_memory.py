"""Memories of the core: banks, the host's words, clearing, and look-ups in streams."""

import pytest
from amaranth import signed, unsigned
from amaranth.lib import data

from backspike.hdl.lib.memory import HostedMemory, LookupTable
from backspike.sim.engines.simulate import simulate

DEPTH = 4


async def read(ctx, dut, row):
    ctx.set(dut.r_en, 1)
    ctx.set(dut.r_address, row)
    await ctx.tick()
    ctx.set(dut.r_en, 0)
    return [ctx.get(bank) for bank in dut.r_data]


@pytest.mark.parametrize(("banks", "group"), [(1, 1), (2, 1), (2, 2), (4, 2), (8, 4)])
def test_core_and_host_see_the_same_rows(banks, group, rng, bus):
    dut = HostedMemory(depth=DEPTH, shape=signed(6), banks=banks, group=group)
    rows = [[0] * banks for _ in range(DEPTH)]
    groups = banks // group
    layout = data.ArrayLayout(signed(6), group)

    async def bench(ctx):
        for _ in range(60):
            row, number = rng.randrange(DEPTH), rng.randrange(groups)
            group_lanes = slice(number * group, (number + 1) * group)
            values = [rng.randrange(-32, 32) for _ in range(banks)]
            match rng.choice(["write", "clear", "host write", "read", "host read"]):
                case "write":
                    mask = rng.randrange(1 << banks)
                    ctx.set(dut.w_en, mask)
                    ctx.set(dut.w_address, row)
                    for bank, value in enumerate(values):
                        ctx.set(dut.w_data[bank], value)
                        if mask >> bank & 1:
                            rows[row][bank] = value
                    await ctx.tick()
                    ctx.set(dut.w_en, 0)
                case "clear":
                    ctx.set(dut.clear.en, 1)
                    ctx.set(dut.clear.address, row)
                    rows[row] = [0] * banks
                    await ctx.tick()
                    ctx.set(dut.clear.en, 0)
                case "host write":
                    word = layout.const(values[group_lanes]).as_bits()
                    await bus.host_write(ctx, dut.host, row * groups + number, word)
                    rows[row][group_lanes] = values[group_lanes]
                case "read":
                    assert await read(ctx, dut, row) == rows[row]
                case "host read":
                    got = await bus.host_read(ctx, dut.host, row * groups + number)
                    assert got == layout.const(rows[row][group_lanes]).as_bits()

    simulate(dut, bench)


def test_every_bank_may_have_an_address_of_its_own(bus):
    dut = HostedMemory(depth=DEPTH, shape=unsigned(8), banks=4, per_bank=True)

    async def bench(ctx):
        for n in range(4 * DEPTH):
            await bus.host_write(ctx, dut.host, n, n)
        for bank, row in enumerate((2, 0, 1, 2)):
            ctx.set(dut.r_address[bank], row)
        ctx.set(dut.r_en, 1)
        await ctx.tick()
        assert [ctx.get(data) for data in dut.r_data] == [8, 1, 6, 11]
        assert await bus.host_read(ctx, dut.host, 7) == 7

    simulate(dut, bench)


def test_what_is_read_stays_until_the_next_read(bus):
    dut = HostedMemory(depth=DEPTH, shape=unsigned(8))

    async def bench(ctx):
        await bus.host_write(ctx, dut.host, 1, 11)
        await bus.host_write(ctx, dut.host, 2, 22)
        assert await read(ctx, dut, 1) == [11]
        ctx.set(dut.r_address, 2)
        ctx.set(dut.w_en, 1)
        ctx.set(dut.w_address, 1)
        await ctx.tick().repeat(3)
        assert ctx.get(dut.r_data[0]) == 11

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("clear", "host", "expected"), [(0, 0, 5), (1, 0, 0), (0, 1, 7), (1, 1, 7)]
)
def test_precedence_of_writers(clear, host, expected, bus):
    dut = HostedMemory(depth=DEPTH, shape=unsigned(8))

    async def bench(ctx):
        for port, value in ((dut.w_en, 1), (dut.w_data[0], 5), (dut.clear.en, clear)):
            ctx.set(port, value)
        if host:
            await bus.host_write(ctx, dut.host, 0, 7)
        else:
            await ctx.tick()
        ctx.set(dut.w_en, 0)
        ctx.set(dut.clear.en, 0)
        assert await read(ctx, dut, 0) == [expected]

    simulate(dut, bench)


def test_a_host_read_has_precedence_over_the_core(bus):
    dut = HostedMemory(depth=DEPTH, shape=unsigned(8))

    async def bench(ctx):
        await bus.host_write(ctx, dut.host, 3, 33)
        ctx.set(dut.r_en, 1)
        ctx.set(dut.r_address, 0)
        assert await bus.host_read(ctx, dut.host, 3) == 33

    simulate(dut, bench)


def lookup_table():
    return LookupTable(
        depth=8,
        row=data.StructLayout({"value": signed(9)}),
        carry=data.StructLayout({"tag": unsigned(5)}),
    )


@pytest.mark.parametrize(("p_idle", "p_stall"), [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.7)])
def test_lookups_keep_order_and_their_carries(p_idle, p_stall, rng, bus):
    dut = lookup_table()
    table = [rng.randrange(-256, 256) for _ in range(8)]
    accesses = [(rng.randrange(8), rng.randrange(32)) for _ in range(40)]

    async def feed(ctx):
        for address, value in enumerate(table):
            await bus.host_write(ctx, dut.host, address, value & 0x1FF)
        payloads = [{"address": address, "carry": {"tag": tag}} for address, tag in accesses]
        await bus.put_all(ctx, dut.i, payloads, rng, p_idle)

    async def check(ctx):
        got = await bus.get_all(ctx, dut.o, len(accesses), rng, p_stall)
        assert got == [
            {"row": {"value": table[address]}, "carry": {"tag": tag}} for address, tag in accesses
        ]

    simulate(dut, feed, check)


def test_a_lookup_takes_one_cycle_and_one_starts_per_cycle():
    dut = lookup_table()

    async def bench(ctx):
        ctx.set(dut.o.ready, 1)
        ctx.set(dut.i.valid, 1)
        for tag in range(10):
            ctx.set(dut.i.p.carry.tag, tag)
            assert ctx.get(dut.i.ready)
            await ctx.tick()
            assert ctx.get(dut.o.valid)
            assert ctx.get(dut.o.p.carry.tag) == tag

    simulate(dut, bench)
