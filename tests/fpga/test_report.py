"""What is read from nextpnr's reports."""

import json

import pytest
from rich.console import Console

from backspike.fpga.boards import BOARDS
from backspike.fpga.report import load_report, read_report, report_table
from backspike.sim.run_error import RunError


def step(cell, delay):
    return {"from": {"cell": cell}, "delay": delay}


@pytest.fixture
def file(tmp_path):
    """A report with a second clock, whose name holds the first one's."""

    def write(cells, mhz, constraint):
        paths = [
            ("posedge other_clk", "posedge other_clk", [step("device.other.x", 1.0)]),
            ("<async>", "posedge clk", [step("device.uart.rx", 2.0)]),
            (
                "posedge clk",
                "posedge clk",
                [
                    step("device.core.host.head_DFF", 1.5),
                    step("device.core.host.$signal_LUT", 2.25),
                    step("device.core.engine.op_LUT", 4.0),
                    step("$abc$1", 0.5),
                ],
            ),
        ]
        path = tmp_path / "seed1.json"
        path.write_text(
            json.dumps({
                "fmax": {
                    "other_clk": {"achieved": 300.0, "constraint": 12.0},
                    "clk": {"achieved": mhz, "constraint": constraint},
                },
                "utilization": {cell: {"used": 5, "available": 8} for cell in cells},
                "critical_paths": [
                    {"from": begin, "to": end, "path": steps} for begin, end, steps in paths
                ],
            })
        )
        return path

    return write


def test_an_ecp5_is_as_fast_as_nextpnr_says(file):
    found = read_report(BOARDS["ulx3s-85f"], file(["TRELLIS_COMB", "MULT18X18D"], 66.666, 60.0), 3)
    assert (found.board, found.seed) == ("ulx3s-85f", 3)
    assert (found.target_mhz, found.fmax_mhz) == (60, 66.67)
    assert found.used == {"LUT": 5, "multiplier": 5}
    assert found.path == [
        ("device.core.host", 3.75),
        ("device.core.engine", 4.0),
        ("top", 0.5),
    ]


@pytest.mark.parametrize(("cells", "mhz"), [(["ICESTORM_LC"], 25), (["ICESTORM_DSP"], 20.39)])
def test_an_ice40_may_be_slower_by_a_multiplier(cells, mhz, file):
    found = read_report(BOARDS["icebreaker"], file(cells, 25.0, 21.0), 1)
    assert found.fmax_mhz == mhz


def test_a_report_is_shown_and_loaded(file, tmp_path):
    found = read_report(BOARDS["icebreaker"], file(["ICESTORM_LC"], 25.0, 21.0), 1)
    console = Console(width=80, record=True)
    console.print(report_table([found]))
    assert "5 of 8" in console.export_text()
    with pytest.raises(RunError, match="not the report of a build"):
        load_report(file(["ICESTORM_LC"], 25.0, 21.0))
    with pytest.raises(RunError, match="make one with backspike fpga build"):
        load_report(tmp_path / "none.json")
