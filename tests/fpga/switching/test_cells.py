"""Netlists of standard cells: as they are read and written, and a core that runs as one."""

import pytest

from backspike.fpga.switching.cells import library_text, simulation_text, synthesise
from backspike.fpga.toolchain import ToolError, find_tool
from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams
from backspike.hdl.verilog import TOP
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import build_core
from backspike.sim.verify.verification import verify_engine

#: As small as a core that learns can be, so that it is synthesised in seconds.
SMALL = CoreParams(
    compartments=64,
    input_axons=16,
    lists=64,
    dense_words=256,
    sparse_words=32,
    lanes=1,
    dendrite_lanes=1,
    delay_slots=2,
    dynamics=False,
    traces=False,
    stochastic=False,
    counters=False,
    compact=True,
    rules=2,
    operations=2,
    microcode_words=8,
)


def test_cells_belong_to_clusters(netlist):
    assert [(cell.kind, cell.cluster) for cell in netlist.cells] == [
        ("INVX1", "dendrite"),
        ("DFFPOSX1", "dendrite"),
        ("NAND2X1", "learning"),
    ]
    (ram,) = netlist.memories
    assert (ram.cluster, ram.parameters) == ("history", {"WIDTH": 2, "DEPTH": 4})
    assert (ram.pins["r_en"], ram.pins["w_data"]) == ([1], [0, 5])
    assert netlist.nets == 10


def test_a_netlist_is_written_with_its_memories(netlist):
    lines = netlist.verilog(memories=True).splitlines()
    assert lines[0] == "module backspike_core (clk, i__payload, o__payload);"
    assert "input [1:0] i__payload;" in lines
    assert "assign n4 = i__payload[1];" in lines
    assert "assign o__payload[1] = 1'b1;" in lines
    assert "DFFPOSX1 c1 (.CLK({n2}), .D({n5}), .Q({n6}));" in lines
    assert (
        "backspike_core_ram #(.WIDTH(2), .DEPTH(4)) m0 (.clk({n2}), .r_en({1'b1}), "
        ".r_data({n8, n7}), .w_en({n6}), .w_data({n5, 1'b0}));"
    ) in lines


def test_what_memories_return_comes_from_without_for_timing(netlist):
    lines = netlist.verilog(memories=False).splitlines()
    assert lines[0] == "module backspike_core (clk, i__payload, o__payload, n7, n8);"
    assert "input n7;" in lines
    assert "wire n7;" not in lines
    assert not any("ram" in line for line in lines)


def test_a_netlist_of_cells_runs_as_the_golden_core():
    try:
        library_text()
        find_tool("yosys")
    except ToolError as error:
        pytest.skip(str(error))
    netlist = synthesise(SMALL)
    assert {"dendrite", "delivery", "learning", "host"} <= {cell.cluster for cell in netlist.cells}
    library = Library(build_core(simulation_text(netlist), TOP, brief=True))
    engine = LinkEngine(SMALL, library, "netlist")
    found = [verify_engine(GoldenCore(SMALL), engine, seed) for seed in range(2)]
    engine.close()
    assert [one.difference for one in found] == [None, None]
    assert any(one.synapses_changed for one in found)
