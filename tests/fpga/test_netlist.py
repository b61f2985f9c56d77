"""Netlists of vendor cells that FPGA tools make of a core: they must learn as the model does."""

import pytest

from backspike.fpga.netlist import NETLIST_FAMILIES, NetlistEngine, netlist_verilog
from backspike.fpga.resources import cell_counts
from backspike.fpga.toolchain import ToolError, find_tool
from backspike.golden.core.golden_core import GoldenCore
from backspike.hdl.params import CoreParams
from backspike.sim.verify.verification import verify_engine

SMALL = CoreParams(
    compartments=256,
    input_axons=32,
    lists=512,
    dense_words=512,
    sparse_words=32,
    lanes=2,
    dendrite_lanes=1,
    delay_slots=2,
    traces=False,
    stochastic=False,
    rules=2,
    microcode_words=8,
)
#: For ECP5 with all that compartments have; for iCE40 compact, with all that may be in one port.
CORES = {
    "ecp5": SMALL.with_(subtract=True, watch=True),
    "ice40": SMALL.with_(
        dense_words=16384,
        lanes=1,
        dynamics=False,
        single_port=True,
        operations=2,
        counters=False,
        compact=True,
    ),
}


def needs_yosys():
    try:
        find_tool("yosys")
    except ToolError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=NETLIST_FAMILIES)
def engine(request):
    needs_yosys()
    engine = NetlistEngine(CORES[request.param], request.param)
    yield engine
    engine.close()


def test_a_netlist_runs_as_the_golden_core(engine):
    changed = 0
    for seed in range(2):
        found = verify_engine(GoldenCore(engine.params), engine, seed)
        assert found.difference is None
        changed += found.synapses_changed
    assert changed


def test_a_netlist_learns_the_weights_of_the_equations(engine, folded_case, compare):
    _, _, weights, x, y = folded_case(3)
    compare(engine, weights, x[:60], y[:60])


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"^family must be one of ecp5, ice40, not 'xc7'$"):
        netlist_verilog(SMALL, "xc7")


def test_weights_axons_and_lists_fill_the_single_port_rams_of_an_ice40():
    needs_yosys()
    assert cell_counts(CORES["ice40"], "ice40")["SPRAM"] == 1 + 1 + 2
