"""The synthesised netlist of a core as an engine: the FPGA must learn as the model does."""

import tempfile
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from backspike.fpga.resources import synthesis, write_rtlil
from backspike.fpga.toolchain import run_tool, tool_identity
from backspike.hdl.params import CoreParams
from backspike.sim.engines.core_text import kept_text
from backspike.sim.engines.link_engine import LinkEngine
from backspike.sim.engines.verilator import Library
from backspike.sim.engines.verilator_build import BuildProgress, build_core

__all__ = ["NETLIST_FAMILIES", "NetlistEngine", "netlist_verilog"]

_TOP = "backspike_netlist"


class _Family(NamedTuple):
    """yosys' models of a family's cells, ours of others or in place of them, and the block RAM
    with the names of what it holds at first: no core relies on that."""

    models: str
    own: str
    ram: str
    contents: list[str]


#: FPGA families whose netlists can be run.
NETLIST_FAMILIES = {
    "ecp5": _Family(
        "+/lattice/cells_sim_ecp5.v",
        "ecp5_cells.v",
        "DP16KD",
        [f"INITVAL_{number:02X}" for number in range(64)],
    ),
    "ice40": _Family(
        "+/ice40/cells_sim.v",
        "ice40_cells.v",
        "SB_RAM40_4K",
        [f"INIT_{number:X}" for number in range(16)],
    ),
}


def netlist_verilog(params: CoreParams, family: str) -> str:
    """The netlist of a core with the models of its cells, as Verilog text; kept in the cache.

    Raises
    ------
    ValueError
        If the family is unknown.
    ToolError
        If yosys is missing, or fails.
    """
    if family not in NETLIST_FAMILIES:
        raise ValueError(f"family must be one of {', '.join(NETLIST_FAMILIES)}, not {family!r}")
    of = NETLIST_FAMILIES[family]
    own = files("backspike.fpga").joinpath(of.own).read_text()
    script = _script(family, of)
    made_by = (family, script, own, tool_identity("yosys"))
    return kept_text("netlists", params, made_by, lambda: _synthesised(params, script, of.own, own))


def _script(family: str, of: _Family) -> list[str]:
    """Commands of yosys from ``core.il`` to ``netlist.v``."""
    return [
        *synthesis(family, _TOP),
        f"setparam {' '.join(f'-unset {name}' for name in of.contents)} t:{of.ram}",
        "write_verilog -noattr cells.v",
        "design -reset",
        # Deferred: most models are of no use here, and those of memories take half a minute.
        f"read_verilog -sv -defer -overwrite {of.models}",
        f"read_verilog -sv -defer -overwrite {of.own}",
        "read_verilog -sv cells.v",
        f"hierarchy -check -top {_TOP}",
        "proc",
        "flatten",
        # What a cell does not use goes before Verilator reads it, unused ports of memories, too.
        "opt_expr",
        "opt_clean -purge",
        "opt_mem",
        "opt_clean -purge",
        "write_verilog -noattr netlist.v",
    ]


def _synthesised(params: CoreParams, script: list[str], own: str, models: str) -> str:
    """Netlist that the script makes of a core, with our ``models`` of cells in file ``own``."""
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        write_rtlil(folder, params, _TOP)
        (folder / own).write_text(models)
        (folder / "core.ys").write_text("\n".join(script))
        run_tool(["yosys", "-q", "-s", "core.ys"], folder, folder / "yosys.log")
        return (folder / "netlist.v").read_text()


class NetlistEngine(LinkEngine):
    """The netlist of ``params`` for a family, in Verilator.

    Raises
    ------
    BuildError, ToolError
        If a tool is missing or fails.
    """

    def __init__(
        self, params: CoreParams, family: str, progress: BuildProgress | None = None
    ) -> None:
        library = build_core(netlist_verilog(params, family), _TOP, progress, brief=True)
        super().__init__(params, Library(library), f"{family} netlist")
