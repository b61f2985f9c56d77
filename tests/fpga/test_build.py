"""Builds: the tools are run in order, and the fastest placement makes the bitstream."""

import json
from dataclasses import replace

import pytest

from backspike.fpga import build
from backspike.fpga.boards import BOARDS
from backspike.fpga.build import REPORT, bitstream, build_board, netlist_name

# As in the tests of the top.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

MHZ = {1: 61.0, 2: 66.5, 3: 64.0}


@pytest.fixture
def tools(monkeypatch):
    """Tools that leave files as the real ones do; a list of what was run."""
    calls = []

    def run(arguments, folder, log, tick=None):
        tool, *options = arguments
        calls.append(tool)
        log.write_text("")
        if tool.startswith("nextpnr"):
            seed = int(options[options.index("--seed") + 1])
            report = {
                "fmax": {"clk": {"achieved": MHZ[seed], "constraint": 60.0}},
                "utilization": {"TRELLIS_COMB": {"used": seed, "available": 9},
                                "TRELLIS_FF": {"used": 1, "available": 9}},
                "critical_paths": [],
            }  # fmt: skip
            (folder / options[options.index("--report") + 1]).write_text(json.dumps(report))
            (folder / "ulx3s_85f.config").write_text(f"seed {seed}")
        elif tool == "ecppack":
            placed = (folder / "ulx3s_85f.config").read_text()
            (folder / "ulx3s_85f.bit").write_text(f"bits of {placed}")

    monkeypatch.setattr(build, "run_tool", run)
    return calls


def test_the_fastest_of_three_placements_is_kept(tools, small_board, tmp_path):
    board = replace(BOARDS["ulx3s-85f"], params=small_board.params)
    told = []
    report = build_board(board, tmp_path / "made", 3, lambda what, seconds: told.append(what))
    assert tools == ["yosys", *["nextpnr-ecp5"] * 3, "ecppack"]
    assert (report.seed, report.fmax_mhz) == (2, 66.5)
    assert bitstream(board, tmp_path / "made").read_text() == "bits of seed 2"
    assert json.loads((tmp_path / "made" / REPORT).read_text())["seed"] == 2
    assert told[0] == "elaborate"
    assert told[-1] == "bitstream"


@pytest.mark.parametrize(("speeds", "kept"), [([59.9, 60.0], 2), ([59.0, 57.0, 58.0], 1)])
def test_placements_go_on_until_one_meets_the_clock(
    speeds, kept, tools, monkeypatch, small_board, tmp_path
):
    """Three at most, if nothing is said of their number; the fastest is kept."""
    board = replace(BOARDS["ulx3s-85f"], params=small_board.params)
    for seed, speed in enumerate(speeds, start=1):
        monkeypatch.setitem(MHZ, seed, speed)
    report = build_board(board, tmp_path / "made", None, lambda what, seconds: None)
    assert tools == ["yosys", *["nextpnr-ecp5"] * len(speeds), "ecppack"]
    assert report.seed == kept
    assert bitstream(board, tmp_path / "made").read_text() == f"bits of seed {kept}"


@pytest.mark.parametrize(
    ("name", "file"), [("orangecrab-85f", "orangecrab_85f.bit"), ("icebreaker", "icebreaker.bin")]
)
def test_a_bitstream_has_the_name_of_its_board(name, file, tmp_path):
    board = BOARDS[name]
    assert bitstream(board, tmp_path) == tmp_path / file
    assert file.startswith(netlist_name(board))
