"""Cells and bitstreams of components."""

import pytest
from amaranth import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from backspike.fpga.toolchain import ToolError, find_tool
from backspike.lessons.synthesis import count_cells, place


@pytest.fixture(autouse=True)
def tools():
    try:
        for name in ("yosys", "nextpnr-ice40", "icepack"):
            find_tool(name)
    except ToolError as error:
        pytest.skip(str(error))


class Counter(wiring.Component):
    factor: In(8)
    count: Out(8)

    def elaborate(self, platform):
        m = Module()
        m.d.sync += self.count.eq(self.count + self.factor)
        return m


@pytest.mark.parametrize("family", ["ecp5", "ice40"])
def test_a_register_of_8_bits_takes_8_flip_flops(family):
    cells = count_cells(Counter(), family)
    assert (cells["FF"], cells["BRAM"], cells["multiplier"]) == (8, 0, 0)


def test_a_clock_is_as_fast_as_the_longest_path():
    placed = place(Counter(), mhz=12)
    assert placed.path[0][0] == "clk-to-q"
    assert placed.path[-1][0] == "setup"
    total = sum(delay for _, delay in placed.path)
    assert placed.fmax_mhz == pytest.approx(1000 / total, rel=0.01)
    assert placed.used["ICESTORM_LC"] >= 8
    assert placed.bitstream.startswith(b"\xff\x00\x00\xff")
