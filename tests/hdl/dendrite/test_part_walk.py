"""Walk over rows: their order, their parts, and its end."""

import pytest

from backspike.hdl.dendrite.part_walk import PartWalk
from backspike.sim.engines.simulate import simulate


@pytest.mark.parametrize("dendrite_lanes", [1, 2, 4])
@pytest.mark.parametrize(("input_rows", "rows"), [(0, 0), (2, 0), (0, 3), (2, 3)])
def test_inputs_then_compartments_each_from_the_highest_down(
    dendrite_lanes, input_rows, rows, small
):
    p = small(lanes=4, dendrite_lanes=dendrite_lanes)
    dut, parts = PartWalk(p), 4 // dendrite_lanes
    expected = [(1, p.compartment_rows + row, 0, 1) for row in reversed(range(input_rows))]
    expected += [
        (0, row, part, part == parts - 1) for row in reversed(range(rows)) for part in range(parts)
    ]

    async def bench(ctx):
        ctx.set(dut.input_rows, input_rows)
        ctx.set(dut.rows, rows)
        for _ in range(2):
            ctx.set(dut.start, 1)
            assert not ctx.get(dut.walking)
            await ctx.tick()
            ctx.set(dut.start, 0)
            for number, (is_input, row, part, last) in enumerate(expected):
                o = ctx.get(dut.o)
                assert o.valid
                assert (o.input, o.row, o.part, o.last) == (is_input, row, part, last)
                # All parts of the first row are marked.
                assert o.first == (row == expected[0][1] and number < parts)
                await ctx.tick()
            assert ctx.get(dut.walking)
            assert not ctx.get(dut.o.valid)
            await ctx.tick()
            assert not ctx.get(dut.walking)

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"start": 1, "rows": 4, "input_rows": 2}, *[{"start": 0}] * 30], None),
        ([{"start": 1, "rows": 5}], "it has no more rows than there are"),
        ([{"start": 1, "input_rows": 3}], "it has no more rows than there are"),
        ([{"start": 1, "rows": 2}, {}], "a walk begins when there is none"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(PartWalk(small(4)), *inputs)
    assert told == (promise and f"PartWalk: {promise}")
