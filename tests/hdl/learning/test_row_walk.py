"""The walk over rows with traces."""

import pytest

from backspike.hdl.learning.row_walk import RowWalk
from backspike.hdl.params import CoreParams
from backspike.sim.engines.simulate import simulate


def test_rows_come_in_order(rng, small):
    p = small(2, 9, 3)
    dut = RowWalk(p)

    async def bench(ctx):
        for _ in range(40):
            ranges = {name: rng.randrange(9) for name in ("x_rows", "y_rows")}
            ranges |= {name: rng.randrange(9) for name in ("x_first", "y_first")}
            for name, value in ranges.items():
                ctx.set(getattr(dut, name), value)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            behind = {side: ranges[f"{side}_first"] + ranges[f"{side}_rows"] for side in "xy"}
            rows = [(1, row) for row in range(ranges["x_first"], min(p.rows, behind["x"]))]
            rows += [
                (0, row) for row in range(ranges["y_first"], min(p.compartment_rows, behind["y"]))
            ]
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


def test_the_largest_core_has_all_its_rows():
    sizes = {"compartments": 16384, "input_axons": 16384, "lanes": 1, "dendrite_lanes": 1}
    p = CoreParams(**sizes, lists=64, dense_words=64, sparse_words=64, columns=False)
    dut = RowWalk(p)

    async def bench(ctx):
        for side, rows in (("x", p.rows), ("y", p.compartment_rows)):
            for name in ("x_rows", "y_rows"):
                ctx.set(getattr(dut, name), rows if name[0] == side else 0)
            ctx.set(getattr(dut, f"{side}_first"), rows - 1)
            ctx.set(dut.start, 1)
            await ctx.tick()
            ctx.set(dut.start, 0)
            assert ctx.get(dut.valid)
            assert (ctx.get(dut.on_x), ctx.get(dut.row)) == (side == "x", rows - 1)
            assert ctx.get(dut.last)
            ctx.set(dut.next, 1)
            await ctx.tick()
            ctx.set(dut.next, 0)
            assert not ctx.get(dut.valid)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"start": 1, "x_rows": 1, "y_rows": 1}, {"start": 0, "next": 1}, {}, {}], None),
        ([{"start": 1, "x_rows": 2, "x_first": 12}], "its rows of x begin where some are"),
        ([{"start": 1, "y_rows": 2, "y_first": 9}], "its rows of y begin where some are"),
        ([{"start": 1, "x_rows": 2}, {}], "a walk begins when there is none"),
        ([{"start": 1, "x_rows": 1}, {"start": 0, "row": 12}], "there is such a row"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(RowWalk(small(2, 9, 3)), *inputs)
    assert told == (promise and f"RowWalk: {promise}")
