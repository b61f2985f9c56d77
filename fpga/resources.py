"""Costs of a core on an FPGA: cells counted by yosys, before place and route.

``python -m backspike.fpga.resources [PRESET ...]``
"""

import json
import sys
import tempfile
from pathlib import Path

from amaranth.back import rtlil  # type: ignore[attr-defined]
from rich.console import Console
from rich.table import Table

from backspike.fpga.toolchain import run_tool
from backspike.hdl.core import Core
from backspike.hdl.lib.contract import no_contracts
from backspike.hdl.lib.garbage import collecting_rarely
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

__all__ = ["BEFORE_SYNTHESIS", "FAMILIES", "SYNTHESIS", "cell_counts", "synthesis", "write_rtlil"]

#: Commands of yosys before it synthesises, for all families.
#:
#: Nobody uses what a RAM returns for the word that is written in the same cycle (``hdl.memory``).
#: Without that, yosys spends about 50 LUT and 70 FF per memory to define it. Selects clocked,
#: non-transparent read ports of memories with one write port.
#:
#: Amaranth's wires for elements of arrays, ``name[0]``, are taken for bits of ``name`` by ABC9,
#: which may then fail (yosys 0.70, an assertion in ``rtlil.cc``): they lose their names.
#:
#: No memory of a core relies on what it holds at first, so that it may lie where that cannot be
#: given: in iCE40's single-port RAM.
_PREPARE = (
    "delete t:$meminit_v2; "
    "setparam -set COLLISION_X_MASK 1'1 t:$memrd_v2 r:CLK_ENABLE=1 %i "
    "r:TRANSPARENCY_MASK=1'0 %i r:COLLISION_X_MASK=1'0 %i; rename -hide w:*[*]*"
)

#: The same for each family. Memories in halves go to the largest blocks of an iCE40, which have one
#: port: these stay half empty, so that yosys would take small ones, of which a core needs the most.
BEFORE_SYNTHESIS = {
    "ecp5": _PREPARE,
    "ice40": f'{_PREPARE}; setattr -set ram_style "huge" m:halves',
}

#: Options of yosys' synthesis for each family, for bitstreams, netlists and cells alike.
SYNTHESIS = {"ecp5": "-abc9", "ice40": "-dsp -spram -abc9"}

#: Families, and their cells that are worth a column.
FAMILIES = {
    "ecp5": {"LUT4": "LUT4", "TRELLIS_FF": "FF", "DP16KD": "BRAM", "MULT18X18D": "multiplier"},
    "ice40": {
        "SB_LUT4": "LUT4",
        "SB_DFF": "FF",
        "SB_RAM40_4K": "BRAM",
        "SB_SPRAM256KA": "SPRAM",
        "SB_MAC16": "multiplier",
    },
}


def write_rtlil(folder: Path, params: CoreParams, top: str) -> None:
    """Write ``core.il``: a core in RTLIL, which :func:`synthesis` reads."""
    with collecting_rarely():
        text = rtlil.convert(Core(params), name=top, platform=no_contracts, emit_src=False)
    (folder / "core.il").write_text(text)


def synthesis(family: str, top: str) -> list[str]:
    """Commands of yosys from ``core.il``, a core in RTLIL, to the cells of a family."""
    return [
        "read_rtlil core.il",
        BEFORE_SYNTHESIS[family],
        f"synth_{family} {SYNTHESIS[family]} -top {top}",
    ]


def cell_counts(params: CoreParams, family: str = "ecp5") -> dict[str, int]:
    """Cells of the core by kind: LUT4, FF, BRAM, multiplier and, of an iCE40, SPRAM.

    Raises
    ------
    ValueError
        If the family is unknown.
    ToolError
        If yosys is missing or fails.
    """
    if family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, not {family!r}")
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        write_rtlil(folder, params, "top")
        script = "; ".join([*synthesis(family, "top"), "tee -o cells.json stat -json"])
        run_tool(["yosys", "-q", "-p", script], folder, folder / "yosys.log")
        cells = json.loads((folder / "cells.json").read_text())
    counts = cells["design"]["num_cells_by_type"]
    return {
        title: sum(n for cell, n in counts.items() if cell.startswith(kind))
        for kind, title in FAMILIES[family].items()
    }


def main(presets: list[str]) -> None:
    """Print a table of the presets' cells on ECP5."""
    table = Table("preset", *FAMILIES["ecp5"].values(), title="ECP5, yosys")
    for preset in presets or ["tiny", "one-lane", "default"]:
        counts = cell_counts(CORE_PRESETS[preset])
        table.add_row(preset, *(f"{n:,}" for n in counts.values()))
    Console().print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
