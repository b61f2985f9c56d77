"""The whole core in Verilog simulators, under cocotb."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from backspike.sim.cocotb_run import run_cocotb

HERE = Path(__file__).parent


def tb_core():
    """Parameters and number of tests of the test bench."""
    spec = importlib.util.spec_from_file_location("tb_core", HERE / "tb_core.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("simulator", ["verilator", "icarus"])
def test_core(simulator, tmp_path):
    if simulator == "icarus" and not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")
    seed = os.environ.get("COCOTB_RANDOM_SEED", "1")
    environment = {"COCOTB_RANDOM_SEED": seed, "PYTHONWARNINGS": "default"}
    count = run_cocotb(simulator, tb_core().PARAMS, "tb_core", tmp_path, environment, HERE)
    assert count == 9


def test_a_failing_bench_is_reported(tmp_path):
    (tmp_path / "tb_fails.py").write_text(
        "import cocotb\n\n\n@cocotb.test()\nasync def fails(dut):\n    assert False, 'on purpose'\n"
    )
    if not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")
    with pytest.raises(RuntimeError, match=r"(?s)^icarus failed \(1\):.*on purpose"):
        run_cocotb("icarus", tb_core().PARAMS, "tb_fails", tmp_path, module_folder=tmp_path)
