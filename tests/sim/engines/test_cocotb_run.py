"""Test benches in Icarus through cocotb: how many passed, and why one did not."""

import shutil

import pytest

from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines.cocotb_run import run_cocotb

SMALL = CORE_PRESETS["tiny"].with_(learning=False, compartments=8, input_axons=8)
BENCH = """
import os

import cocotb


@cocotb.test()
async def passes(dut):
    assert os.environ["WORD"] == "said"
"""
FAILS = """

@cocotb.test()
async def fails(dut):
    assert False, "on purpose"
"""


@pytest.fixture
def run(tmp_path):
    """Run a bench of this text."""
    if not shutil.which("iverilog"):
        pytest.skip("Icarus is not installed: apt install iverilog")
    benches, built = tmp_path / "benches", tmp_path / "built"

    def of(name, text):
        benches.mkdir()
        built.mkdir()
        (benches / f"{name}.py").write_text(text)
        return run_cocotb("icarus", SMALL, name, built, {"WORD": "said"}, benches)

    return of


def test_tests_that_pass_are_counted(run):
    assert run("tb_passes", BENCH + BENCH.replace("passes", "passes_too")) == 2


def test_a_failing_bench_is_reported(run):
    with pytest.raises(RuntimeError, match=r"(?s)^icarus failed \(1\):.*on purpose"):
        run("tb_fails", BENCH + FAILS)


def test_a_bench_without_a_test_is_no_success(run):
    with pytest.raises(RuntimeError, match=r"^(icarus failed|0 of 0 tests failed in icarus)"):
        run("tb_empty", "import cocotb\n")
