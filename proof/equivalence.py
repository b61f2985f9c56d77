"""Equivalence of a block's RTL and its netlist: in every cycle of every run, the same outputs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from amaranth.lib import wiring

from backspike.fpga.netlist import NETLIST_FAMILIES
from backspike.fpga.resources import BEFORE_SYNTHESIS, SYNTHESIS
from backspike.fpga.toolchain import run_tool
from backspike.proof.border import write_bordered
from backspike.proof.checker import Invariant
from backspike.proof.model import TO_GRAPH, Model, count_flops
from backspike.proof.proof import Record, working_folder

__all__ = ["Equivalence", "make_miter"]

_NETLIST = """
read_rtlil bordered.il
{before}
synth_{family} {options} -top top
write_verilog -noattr cells.v
"""
#: RTL and netlist side by side; ``trigger`` is 1 where an output differs.
_MITER = """
read_verilog -sv -defer -overwrite {models}
read_verilog -sv -defer -overwrite {own}
read_verilog -sv cells.v
hierarchy -check -top top
proc
flatten
opt_clean
rename top netlist
design -stash netlist
read_rtlil bordered.il
rename top rtl
design -copy-from netlist netlist
miter -equiv -flatten rtl netlist miter
hierarchy -top miter
async2sync
{graph}
write_aiger -zinit miter.aig
"""
_CLAIM = "in every cycle, the netlist's outputs are those of the RTL"


@dataclass(frozen=True)
class Equivalence:
    """A line of the table of netlists: a block is the same before and after synthesis.

    Registers and nodes that are equal, or constant, are found by simulation and proved by
    induction (ABC's ``scorr``), what they leave by an invariant. Memories and products lie at the
    border: that block RAM and multipliers do what they should is shown by simulation only.
    """

    name: str
    """Short, unique."""
    component: str
    """File of the component."""
    words: str
    """The block, and its core."""
    block: Callable[[], wiring.Component]
    family: str
    """One of :data:`~backspike.fpga.netlist.NETLIST_FAMILIES`."""

    def run(self, limit: int, folder: Path | None = None) -> Record:
        """Compare both for all inputs and all times, within so many seconds.

        Parameters
        ----------
        folder : Path, optional
            Where models and what the tools said are left.

        Raises
        ------
        ToolError
            If yosys or ABC is missing or fails.
        """
        begun = time.monotonic()
        with working_folder(folder) as place:
            model = make_miter(self.block(), self.family, place)
            verdict = Invariant().prove(model, limit)
        failures = [f"differs in cycle {cycle}" for cycle in verdict.broken.values()]
        failures += ["open" for _ in verdict.open]
        return Record(
            self.name,
            self.component,
            self.words,
            f"RTL and {self.family} netlist, by induction",
            claims=len(verdict.proved),
            flops=model.flops,
            depth=verdict.depth,
            seconds=round(time.monotonic() - begun, 1),
            bounded=[],
            cycles=0,
            failures=failures,
        )


def make_miter(component: wiring.Component, family: str, folder: Path) -> Model:
    """Model of a component and its netlist, with the same inputs; it is bad where they differ.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    cells = NETLIST_FAMILIES[family]
    own = files("backspike.fpga").joinpath(cells.own).read_text()
    (folder / cells.own).write_text(own)
    write_bordered(component, folder)
    scripts = {
        "netlist": _NETLIST.format(
            before=BEFORE_SYNTHESIS[family], family=family, options=SYNTHESIS[family]
        ),
        "miter": _MITER.format(models=cells.models, own=cells.own, graph=TO_GRAPH),
    }
    for name, passes in scripts.items():
        (folder / f"{name}.ys").write_text(passes)
        run_tool(["yosys", "-q", "-s", f"{name}.ys"], folder, folder / f"{name}.log")
    graph = folder / "miter.aig"
    return Model(graph, [_CLAIM], count_flops(graph))
