"""Spikes by row and the chain that skips silent rows."""

import pytest

from backspike.hdl.dendrite.activity import Activity
from backspike.sim.engines.simulate import simulate


def first_active(spikes, row, rows):
    """From ``row`` on; ``None`` if there is none."""
    return next((n for n in range(row, rows) if spikes.get(n)), None)


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("lanes", [1, 2, 4])
@pytest.mark.parametrize("density", [0, 0.2, 1])
def test_chain_finds_the_next_active_rows(lanes, density, compact, rng, bus, small):
    """The first one and, but in a compact core, the one behind it."""
    p = small(lanes, 4, 3, compact=compact)
    dut = Activity(p)

    async def ask(ctx, reader, row):
        for name, value in (("en", 1), ("row", row)):
            ctx.set(getattr(getattr(dut, reader), name), value)
        await ctx.tick()
        ctx.set(getattr(dut, reader).en, 0)
        # The answer stays when another question is not asked.
        ctx.set(getattr(dut, reader).row, rng.randrange(p.rows))
        if rng.random() < 0.5:
            await ctx.tick()

    async def bench(ctx):
        for _ in range(5):
            # Rows that are not in use stay as they are, and are not asked for.
            rows = sorted(rng.sample(range(p.rows), rng.randrange(1, p.rows + 1)), reverse=True)
            spikes = {
                row: rng.randrange(1, 1 << lanes) if rng.random() < density else 0 for row in rows
            }
            ctx.set(dut.fired.valid, 1)
            for row in rows:
                ctx.set(dut.fired.first, row == rows[0])
                ctx.set(dut.fired.spikes, {"row": row, "bits": spikes[row]})
                await ctx.tick()
                if rng.random() < 0.2:
                    ctx.set(dut.fired.valid, 0)
                    await ctx.tick()
                    ctx.set(dut.fired.valid, 1)
            ctx.set(dut.fired.valid, 0)
            for row in rows:
                await ask(ctx, "look", row)
                assert ctx.get(dut.look.data) == spikes[row]
                found = first_active(spikes, row, p.rows)
                for reader in ("scan", "walk"):
                    await ask(ctx, reader, row)
                    got = bus.plain(ctx.get(getattr(dut, reader).data))
                    assert got["any"] == (found is not None)
                    if found is not None:
                        assert (got["row"], got["bits"]) == (found, spikes[found])
                    if found is not None and not compact:
                        behind = first_active(spikes, found + 1, p.rows)
                        assert got["more"] == (behind is not None)
                        assert behind is None or got["after"] == behind

    simulate(dut, bench)


def test_readers_are_independent(small):
    p = small(2, 4, 2)
    dut = Activity(p)

    async def bench(ctx):
        ctx.set(dut.fired.valid, 1)
        for row, bits in ((5, 1), (4, 0), (3, 2), (2, 0), (1, 0), (0, 3)):
            ctx.set(dut.fired.first, row == 5)
            ctx.set(dut.fired.spikes, {"row": row, "bits": bits})
            await ctx.tick()
        ctx.set(dut.fired.valid, 0)
        for reader, row in (("scan", 1), ("walk", 4), ("look", 0)):
            ctx.set(getattr(dut, reader).en, 1)
            ctx.set(getattr(dut, reader).row, row)
        await ctx.tick()
        assert (ctx.get(dut.scan.data.row), ctx.get(dut.walk.data.row), ctx.get(dut.look.data)) == (
            3,
            5,
            3,
        )

    simulate(dut, bench)


def test_clear_silences_a_row(small):
    dut = Activity(small())

    async def bench(ctx):
        ctx.set(dut.fired.valid, 1)
        ctx.set(dut.fired.first, 1)
        ctx.set(dut.fired.spikes, {"row": 3, "bits": 3})
        await ctx.tick()
        ctx.set(dut.fired.valid, 0)
        ctx.set(dut.clear.en, 1)
        ctx.set(dut.clear.address, 3)
        await ctx.tick()
        ctx.set(dut.clear.en, 0)
        for reader in ("scan", "look"):
            ctx.set(getattr(dut, reader).en, 1)
            ctx.set(getattr(dut, reader).row, 3)
        await ctx.tick()
        assert not ctx.get(dut.scan.data.any)
        assert not ctx.get(dut.look.data)

    simulate(dut, bench)
