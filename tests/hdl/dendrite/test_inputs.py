"""Input spikes that wait for the next step."""

import pytest

from backspike.hdl.dendrite.inputs import InputSpikes
from backspike.sim.engines.simulate import simulate


async def take(ctx, dut, row):
    ctx.set(dut.rows.en, 1)
    ctx.set(dut.rows.row, row)
    await ctx.tick()
    ctx.set(dut.rows.en, 0)
    return ctx.get(dut.rows.data)


@pytest.mark.parametrize("lanes", [1, 2, 4])
@pytest.mark.parametrize("p_idle", [0, 0.5])
def test_spikes_are_ored_and_taken_once(lanes, p_idle, rng, bus, small):
    p = small(lanes, input_rows=4)
    dut = InputSpikes(p)

    async def bench(ctx):
        for _ in range(6):
            sent = [(rng.randrange(4), rng.randrange(1 << lanes)) for _ in range(8)]
            waiting = [0] * 4
            for row, bits in sent:
                waiting[row] |= bits
            await bus.put_all(
                ctx, dut.i, [{"row": row, "bits": bits} for row, bits in sent], rng, p_idle
            )
            cleared = rng.randrange(4)
            ctx.set(dut.clear.en, 1)
            ctx.set(dut.clear.address, cleared)
            await ctx.tick()
            ctx.set(dut.clear.en, 0)
            await ctx.tick()
            waiting[cleared] = 0
            # One row after the other, without a pause, as the dendrite phase does.
            assert [await take(ctx, dut, row) for row in (3, 2, 1, 0)] == waiting[::-1]
            await ctx.tick()
            assert [await take(ctx, dut, row) for row in (3, 2, 1, 0)] == [0] * 4
            await ctx.tick()

    simulate(dut, bench)


def test_a_row_every_second_cycle(small):
    dut = InputSpikes(small())

    async def bench(ctx):
        ctx.set(dut.i.valid, 1)
        ready = []
        for _ in range(6):
            ready.append(ctx.get(dut.i.ready))
            await ctx.tick()
        assert ready == [0, 1, 0, 1, 0, 1]

    simulate(dut, bench)
