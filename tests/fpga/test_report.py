"""Numbers that are read from nextpnr's reports."""

import json

import pytest
from rich.console import Console

from backspike.fpga.boards import BOARDS
from backspike.fpga.report import load_report, read_report, report_table
from backspike.golden.errors import UserError


def step(cell, delay):
    return {"from": {"cell": cell}, "delay": delay}


@pytest.fixture
def file(tmp_path):
    """A report with a second clock, whose name holds the first one's, and yosys' cells."""

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
        kinds = {"SB_DFF": 7, "SB_DFFESR": 4, "SB_LUT4": 9}
        (tmp_path / "cells.json").write_text(json.dumps({"design": {"num_cells_by_type": kinds}}))
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


def test_an_ecp5_is_as_fast_as_nextpnr_says(file, tmp_path):
    found = read_report(
        BOARDS["ulx3s-85f"],
        file(["TRELLIS_COMB", "TRELLIS_FF"], 66.666, 60.0),
        tmp_path / "none",
        3,
    )
    assert (found.board, found.seed) == ("ulx3s-85f", 3)
    assert (found.target_mhz, found.fmax_mhz) == (60, 66.67)
    assert found.used == {"LUT": 5, "FF": 5}
    assert found.path == [
        ("device.core.host", 3.75),
        ("device.core.engine", 4.0),
        ("top", 0.5),
    ]


@pytest.mark.parametrize(
    ("cells", "mhz"), [(["ICESTORM_LC"], 25), (["ICESTORM_LC", "ICESTORM_DSP"], 20.39)]
)
def test_an_ice40_may_be_slower_by_a_multiplier(cells, mhz, file, tmp_path):
    found = read_report(BOARDS["icebreaker"], file(cells, 25.0, 21.0), tmp_path / "cells.json", 1)
    assert found.fmax_mhz == mhz
    assert (found.used["FF"], found.available["FF"]) == (11, 8)


def test_a_report_is_shown_and_loaded(file, tmp_path):
    found = read_report(
        BOARDS["icebreaker"], file(["ICESTORM_LC"], 25.0, 21.0), tmp_path / "cells.json", 1
    )
    console = Console(width=80, record=True)
    console.print(report_table([found]))
    assert "5 of 8" in console.export_text()
    with pytest.raises(UserError, match="not the report of a build"):
        load_report(file(["ICESTORM_LC"], 25.0, 21.0))
    with pytest.raises(UserError, match="make one with backspike fpga build"):
        load_report(tmp_path / "none.json")
