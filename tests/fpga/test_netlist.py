"""What FPGA tools make of a core: netlists of vendor cells that must learn as the model does."""

import pytest

from backspike.fpga.netlist import NETLIST_FAMILIES, NetlistEngine, netlist_verilog
from backspike.fpga.toolchain import ToolError, find_tool
from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.folded_circuit import folded_circuit
from backspike.hdl.params import CoreParams
from backspike.sim.verify import verify_engine

PARAMS = CoreParams(
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


def needs_yosys():
    try:
        find_tool("yosys")
    except ToolError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=NETLIST_FAMILIES)
def engine(request):
    needs_yosys()
    engine = NetlistEngine(PARAMS, request.param)
    yield engine
    engine.close()


def test_a_netlist_runs_as_the_golden_core(engine):
    changed = 0
    for seed in range(3):
        found = verify_engine(GoldenCore(PARAMS), engine, seed)
        assert found.difference is None
        changed += found.synapses_changed
    assert changed


def test_a_netlist_learns_the_weights_of_the_equations(engine, folded_case, compare):
    layers, _, weights, x, y = folded_case(3)
    program = compile_network(folded_circuit(weights), params=PARAMS)
    compare(engine, program, layers, weights, x, y)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"^family must be one of ecp5, not 'xc7'$"):
        netlist_verilog(PARAMS, "xc7")
