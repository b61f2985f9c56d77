"""The whole core in Verilog simulators, under cocotb."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from backspike.sim.engines.cocotb_run import run_cocotb

HERE = Path(__file__).parent
#: Tests of each bench that run, and how many these are: all in Verilator; in Icarus, which is
#: slower by far, those that show that another reader of the Verilog sees the same core.
RUNS = {
    ("verilator", "tb_core"): ("", 9),
    ("icarus", "tb_core"): ("read_only|idle=0.3/stall=0.5|back_to_back/stall=0.4", 3),
    ("icarus", "tb_paper_circuit"): ("", 1),
}


def bench(name):
    """The module of a test bench."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def needs(simulator):
    if simulator == "icarus" and not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")


@pytest.mark.parametrize(("simulator", "name"), RUNS)
def test_core(simulator, name, tmp_path):
    needs(simulator)
    chosen, expected = RUNS[simulator, name]
    environment = {
        "COCOTB_RANDOM_SEED": os.environ.get("COCOTB_RANDOM_SEED", "1"),
        "COCOTB_TEST_FILTER": chosen,
        "PYTHONWARNINGS": "default",
    }
    params = bench(name).PARAMS
    count = run_cocotb(simulator, params, name, tmp_path, environment, HERE, only_ports=True)
    assert count == expected
