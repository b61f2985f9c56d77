"""Groups of wires: sizes, directions, and both ends of one connection."""

import pytest
from amaranth import Module, signed
from amaranth.lib.wiring import Flow, connect
from amaranth.sim import Simulator

from backspike.hdl.lib.memory import ClearPort
from backspike.hdl.ports import RowReader, sweep_depth


def test_sizes_and_directions():
    reader, clear = RowReader(5, signed(9)).members, ClearPort(17).members
    assert {name: member.flow for name, member in reader.items()} == {
        "en": Flow.Out,
        "row": Flow.Out,
        "data": Flow.In,
    }
    assert reader["row"].shape == range(5)
    assert reader["data"].shape == signed(9)
    assert clear["address"].shape == range(17)


@pytest.mark.parametrize(
    ("changes", "depth"),
    [
        ({}, 8 * 6),  # accumulators
        ({"delay_slots": 2, "dendrite_lanes": 1}, 6 * 4),  # states
        ({"delay_slots": 2, "input_rows": 20}, 6 + 20),  # spikes
        ({"history": 16}, 16 * (6 + 3)),
        ({"history": 16, "epochs": False}, 8 * 6),
    ],
)
def test_a_sweep_is_as_long_as_the_deepest_memory(changes, depth, small):
    sizes = {"input_rows": 3, "delay_slots": 8, "dendrite_lanes": 2}
    assert sweep_depth(small(4, 6, **(sizes | changes))) == depth


def test_both_ends_connect():
    m = Module()
    reader, memory = RowReader(4, 8).create(), RowReader(4, 8).flip().create()
    sweep, swept = ClearPort(3).create(), ClearPort(3).flip().create()
    connect(m, reader, memory)
    connect(m, sweep, swept)

    async def bench(ctx):
        ctx.set(reader.row, 3)
        ctx.set(memory.data, 200)
        ctx.set(sweep.address, 2)
        await ctx.delay(1e-9)
        assert ctx.get(memory.row) == 3
        assert ctx.get(reader.data) == 200
        assert ctx.get(swept.address) == 2

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
