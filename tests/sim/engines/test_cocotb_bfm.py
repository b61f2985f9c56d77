"""Streams in cocotb: a stream that breaks its contract is caught, one that keeps it is not."""

import contextlib
import shutil

import pytest

pytest.importorskip("cocotb", reason="cocotb is missing: pip install 'cocotb~=2.1'")

#: A stream of 3, 4, 5; with a fault, a waiting word changes or vanishes.
DESIGN = """
module source (input clk, input rst, output [31:0] o__payload, output o__valid, input o__ready);
    parameter FAULT = 0;
    reg [31:0] word = 3;
    reg [3:0] waited = 0;
    assign o__valid = !rst && word < 6 && !(FAULT == 2 && waited == 2);
    assign o__payload = word + ((FAULT == 1 && waited == 2) ? 8 : 0);
    always @(posedge clk) begin
        waited <= (o__valid && !o__ready) ? waited + 1 : 0;
        if (o__valid && o__ready) word <= word + 1;
    end
endmodule
"""

BENCH = """
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles

from backspike.sim.engines.cocotb_bfm import StreamMonitor


@cocotb.test()
async def takes_all(dut):
    dut.rst.value = 1
    monitor = StreamMonitor(dut, "o", random.Random(1))
    monitor.stall = STALL
    Clock(dut.clk, 10, "ns").start(start_high=False)
    await ClockCycles(dut.clk, 3)
    dut.rst.value = 0
    await ClockCycles(dut.clk, 300)
    assert monitor.words == [3, 4, 5], monitor.words
"""


#: Fault of the design, probability that the monitor stalls, tests that fail.
CASES = [(0, 0, 0), (0, 0.8, 0), (1, 0.8, 1), (2, 0.8, 1)]


def run(tmp_path, fault, stall):
    """Tests in Icarus, and how many of them failed."""
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    (tmp_path / "source.v").write_text(DESIGN)
    (tmp_path / "tb_stream.py").write_text(BENCH.replace("STALL", str(stall)))
    runner = get_runner("icarus")
    runner.build(
        sources=[tmp_path / "source.v"],
        hdl_toplevel="source",
        build_dir=tmp_path / "build",
        parameters={"FAULT": fault},
        timescale=("1ns", "1ps"),
        log_file=tmp_path / "log.txt",
    )
    with contextlib.suppress(SystemExit):  # of a failing test
        runner.test(
            hdl_toplevel="source",
            test_module="tb_stream",
            test_dir=tmp_path,
            build_dir=tmp_path / "build",
            extra_env={"COCOTB_REWRITE_ASSERTION_FILES": ""},
            results_xml=str(tmp_path / "results.xml"),
            log_file=tmp_path / "log.txt",
        )
    return get_results(tmp_path / "results.xml")


@pytest.mark.skipif(not shutil.which("iverilog"), reason="Icarus is missing: apt install iverilog")
@pytest.mark.parametrize(("fault", "stall", "failed"), CASES)
def test_a_broken_stream_is_caught(tmp_path, fault, stall, failed):
    assert run(tmp_path, fault, stall) == (1, failed)
    if failed:
        words = "payload changed while waiting" if fault == 1 else "valid fell before the transfer"
        assert words in (tmp_path / "log.txt").read_text()
