"""The walk over rows with traces."""

from backspike.hdl.learning.row_walk import RowWalk
from backspike.sim.engines.simulate import simulate


def test_rows_come_in_order(rng):
    dut = RowWalk()

    async def bench(ctx):
        for _ in range(40):
            ranges = {name: rng.randrange(4) for name in ("x_rows", "y_rows")}
            ranges |= {name: rng.randrange(9) for name in ("x_first", "y_first")}
            for name, value in ranges.items():
                ctx.set(getattr(dut, name), value)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            rows = [(1, ranges["x_first"] + n) for n in range(ranges["x_rows"])]
            rows += [(0, ranges["y_first"] + n) for n in range(ranges["y_rows"])]
            for number, row in enumerate(rows, start=1):
                while rng.random() < 0.4:
                    await ctx.tick()
                assert ctx.get(dut.valid)
                assert (ctx.get(dut.on_x), ctx.get(dut.row)) == row
                assert ctx.get(dut.last) == (number == len(rows))
                ctx.set(dut.next, 1)
                await ctx.tick()
                ctx.set(dut.next, 0)
            assert not ctx.get(dut.valid)

    simulate(dut, bench)
