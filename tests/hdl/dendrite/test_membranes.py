"""Membranes against a list of rows: those that watch see what the rows above them had."""

import pytest

from backspike.hdl.dendrite.membranes import Membranes, look_layout
from backspike.hdl.dendrite.part_walk import part_layout, parts_of_row
from backspike.sim.engines.simulate import simulate

LIMIT = (1 << 23) - 1


@pytest.mark.parametrize(("lanes", "dendrite_lanes"), [(1, 1), (4, 2), (2, 2)])
def test_rows_see_the_voltages_of_the_rows_above_them(lanes, dendrite_lanes, words, small):
    """Rows come one after the other, without a gap, and some watch the one just above."""
    p = small(lanes, 5, dendrite_lanes=dendrite_lanes, watch=True)
    rng, dut, parts = words.rng, Membranes(p), parts_of_row(p)
    kept = [[0] * dendrite_lanes for _ in range(p.compartment_rows * parts)]

    async def bench(ctx):
        seen = None
        for _ in range(40):
            looks = [
                words.fields(look_layout(p), row=min(row + rng.randrange(1, 3), 4))
                for row in range(5)
            ]
            for row in reversed(range(5)):
                for part in range(parts):
                    item = words.fields(part_layout(p), valid=1, input=0, row=row, part=part)
                    if rng.random() < 0.2:  # a row of inputs, or none: it does nothing
                        item |= rng.choice([{"valid": 0}, {"input": 1}])
                    voltages = [rng.choice([-LIMIT, LIMIT, rng.randrange(-999, 999)])
                                for _ in range(dendrite_lanes)]  # fmt: skip
                    ctx.set(dut.item, item)
                    ctx.set(dut.look, looks[row])
                    for lane, voltage in enumerate(voltages):
                        ctx.set(dut.voltages[lane], voltage)
                    if seen is not None:
                        assert ctx.get(dut.watch)
                        assert [ctx.get(membrane) for membrane in dut.membranes] == seen
                    await ctx.tick()
                    works, look, seen = item["valid"] and not item["input"], looks[row], None
                    if works and look["watch"]:
                        sign = -1 if look["negate"] else 1
                        seen = [sign * v for v in kept[look["row"] * parts + part]]
                    elif works:
                        kept[row * parts + part] = voltages

    simulate(dut, bench)


@pytest.mark.parametrize(
    ("inputs", "promise"),
    [
        ([{"item": {"valid": 1, "row": 4}}, {"item": {"valid": 1, "row": 5, "input": 1}}], None),
        ([{"item": {"valid": 1, "row": 5}}], "there is such a row"),
    ],
)
def test_a_broken_promise_is_told(break_contract, inputs, promise, small):
    told = break_contract(Membranes(small(2, 5, watch=True)), *inputs)
    assert told == (promise and f"Membranes: {promise}")
