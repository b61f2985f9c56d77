"""Test benches in Icarus through cocotb: how many passed, and why one did not."""

import shutil

import pytest

from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.engines import cocotb_run as unit
from backspike.sim.engines.cocotb_run import run_cocotb
from backspike.sim.engines.cxx import BuildError

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


@pytest.mark.parametrize(
    ("simulator", "where", "message"),
    [
        ("icarus", "/nowhere", "Icarus is not installed: apt install iverilog"),
        ("verilator", "/nowhere", "perl is not installed: apt install perl"),
    ],
)
def test_a_missing_tool_is_named(simulator, where, message, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", where)
    with pytest.raises(BuildError, match=f"^{message}$"):
        run_cocotb(simulator, SMALL, "bench", tmp_path)


def test_what_cannot_work_here_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "which", lambda name: name)
    with pytest.raises(BuildError, match=r"takes no path with a space: .*/a b$"):
        run_cocotb("verilator", SMALL, "bench", tmp_path / "a b")
    monkeypatch.setattr(unit, "find_spec", lambda name: None)
    with pytest.raises(BuildError, match=r"^cocotb is not installed: pip install 'cocotb~=2\.1'$"):
        run_cocotb("icarus", SMALL, "bench", tmp_path)
