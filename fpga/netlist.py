"""The synthesised netlist of a core as an engine: the FPGA must learn as the model does."""

import tempfile
from importlib.resources import files
from pathlib import Path

from amaranth.back import rtlil  # type: ignore[attr-defined]

from backspike.fpga.resources import BEFORE_SYNTHESIS
from backspike.fpga.toolchain import run_tool
from backspike.hdl.core import Core
from backspike.hdl.params import CoreParams
from backspike.sim.link_engine import LinkEngine
from backspike.sim.verilator import Library
from backspike.sim.verilator_build import Progress, build_core

__all__ = ["NETLIST_FAMILIES", "NetlistEngine", "netlist_verilog"]

_TOP = "backspike_netlist"
#: How each family is synthesised, yosys' models of its cells, and ours of those that it has not.
NETLIST_FAMILIES = {
    "ecp5": ("synth_ecp5 -abc9", "+/lattice/cells_sim_ecp5.v", "ecp5_cells.v"),
}
#: No memory of a core relies on what it holds at first: it clears itself.
_FORGET = "setparam " + " ".join(f"-unset INITVAL_{n:02X}" for n in range(64)) + " t:DP16KD"


def netlist_verilog(params: CoreParams, family: str) -> str:
    """The netlist of a core with the models of its cells, as Verilog text.

    Raises
    ------
    ValueError
        If the family is unknown.
    ToolError
        If yosys is missing, or fails.
    """
    if family not in NETLIST_FAMILIES:
        raise ValueError(f"family must be one of {', '.join(NETLIST_FAMILIES)}, not {family!r}")
    synthesis, models, own = NETLIST_FAMILIES[family]
    with tempfile.TemporaryDirectory(prefix="backspike-") as name:
        folder = Path(name)
        (folder / "core.il").write_text(rtlil.convert(Core(params), name=_TOP, emit_src=False))
        script = [
            "read_rtlil core.il",
            BEFORE_SYNTHESIS,
            f"{synthesis} -top {_TOP}",
            _FORGET,
            "write_verilog -noattr cells.v",
            "design -reset",
            f"read_verilog -sv -overwrite {models}",
        ]
        if own:
            (folder / own).write_text(files("backspike.fpga").joinpath(own).read_text())
            script.append(f"read_verilog -sv -overwrite {own}")
        script += [
            "read_verilog -sv cells.v",
            f"hierarchy -check -top {_TOP}",
            "proc",
            "flatten",
            "opt_clean -purge",
            "write_verilog -noattr netlist.v",
        ]
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

    def __init__(self, params: CoreParams, family: str, progress: Progress | None = None) -> None:
        library = build_core(netlist_verilog(params, family), _TOP, progress)
        super().__init__(params, Library(library), f"{family} netlist")
