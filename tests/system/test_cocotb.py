"""The whole core in Verilog simulators, under cocotb."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from backspike.sim.engines.cocotb_run import run_cocotb

HERE = Path(__file__).parent
TESTS = {"tb_core": 9, "tb_paper_circuit": 1}


def bench(name):
    """The module of a test bench."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def needs(simulator):
    if simulator == "icarus" and not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")


@pytest.mark.parametrize("name", TESTS)
@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_core(simulator, name, tmp_path):
    needs(simulator)
    seed = os.environ.get("COCOTB_RANDOM_SEED", "1")
    environment = {"COCOTB_RANDOM_SEED": seed, "PYTHONWARNINGS": "default"}
    count = run_cocotb(simulator, bench(name).PARAMS, name, tmp_path, environment, HERE)
    assert count == TESTS[name]
