"""From a component to cells of an FPGA, and to a bitstream: yosys, nextpnr and icepack."""

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from amaranth.back import rtlil  # type: ignore[attr-defined]

from backspike.fpga.resources import FAMILIES, SYNTHESIS
from backspike.fpga.toolchain import run_tool

__all__ = ["Placed", "count_cells", "place"]

#: Without multipliers, whose time nextpnr leaves out on an iCE40.
_ONLY_LUTS = "synth_ice40 -abc9"
_PART = ["--up5k", "--package", "sg48"]


class Placed(NamedTuple):
    """A design that is placed and routed on an iCE40UP5K."""

    fmax_mhz: float
    """Clock that it can run at."""
    path: list[tuple[str, float]]
    """Longest path: what each part of it is, and how many nanoseconds it takes."""
    used: dict[str, int]
    """Cells by kind."""
    bitstream: bytes
    """File for the board."""


def count_cells(component: Any, family: str = "ecp5") -> dict[str, int]:
    """Cells of a component by kind, as yosys makes them: LUT4, FF, BRAM and multiplier.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        _synthesise(component, f"synth_{family} {SYNTHESIS[family]}", folder)
        counts = json.loads((folder / "cells.json").read_text())["design"]["num_cells_by_type"]
    return {
        title: sum(n for cell, n in counts.items() if cell.startswith(kind))
        for kind, title in FAMILIES[family].items()
    }


def place(component: Any, mhz: float) -> Placed:
    """Place and route a component on an iCE40UP5K, for a clock.

    Raises
    ------
    ToolError
        If a tool is missing or fails, as where the design does not fit.
    """
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        _synthesise(component, _ONLY_LUTS, folder)
        options = ["--pcf-allow-unconstrained", "--timing-allow-fail", "--freq", str(mhz)]
        files = ["--json", "top.json", "--report", "report.json", "--asc", "top.asc"]
        run_tool(["nextpnr-ice40", *_PART, *options, *files], folder, folder / "nextpnr.log")
        run_tool(["icepack", "top.asc", "top.bin"], folder, folder / "icepack.log")
        report = json.loads((folder / "report.json").read_text())
        bitstream = (folder / "top.bin").read_bytes()
    (clock,) = report["fmax"].values()
    longest = max(
        (p["path"] for p in report["critical_paths"] if p["from"] == p["to"]),
        key=lambda parts: sum(part["delay"] for part in parts),
    )
    used = {kind: cells["used"] for kind, cells in report["utilization"].items() if cells["used"]}
    path = [(part["type"], round(part["delay"], 2)) for part in longest]
    return Placed(clock["achieved"], path, used, bitstream)


def _synthesise(component: Any, command: str, folder: Path) -> None:
    """Write ``top.json``, a netlist, and ``cells.json``, what is in it."""
    (folder / "top.il").write_text(rtlil.convert(component, name="top", emit_src=False))
    commands = f"read_rtlil top.il; {command} -top top -json top.json; tee -o cells.json stat -json"
    run_tool(["yosys", "-q", "-p", commands], folder, folder / "yosys.log")
