"""Model of a bench for a solver: an and-inverter graph whose bad states are broken claims."""

import json
import re
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from amaranth.back import rtlil  # type: ignore[attr-defined]

from backspike.fpga.toolchain import run_tool
from backspike.hdl.lib.garbage import collecting_rarely
from backspike.proof.bench import GOAL, Bench
from backspike.proof.memories import ProofPlatform

__all__ = ["TO_GRAPH", "Model", "count_flops", "make_model"]

#: Passes of yosys from cells to an and-inverter graph.
TO_GRAPH = """\
chformal -lower
opt -full
formalff -clk2ff
setundef -undriven -anyseq
techmap
opt_clean
dffunmap
aigmap
opt_clean"""
#: Those that make one module of a design, and those that make a model of it.
_FLAT = """
read_rtlil design.il
hierarchy -top bench
proc
flatten
opt_clean
write_rtlil flat.il
"""
_MODEL = """
read_rtlil flat.il
delete {dropped}
setattr -unset init {free}
async2sync
{graph}
write_aiger -B -zinit -no-startoffset -ywmap {name}.json -map {name}.aim {name}.aig
"""


@dataclass(frozen=True)
class Model:
    """Files of a model."""

    path: Path
    """And-inverter graph, in the format AIGER 1.9."""
    names: list[str]
    """Words of each bad state, in their order."""
    flops: int
    """Bits of state."""
    is_timed: bool = False
    """It begins in any state, but knows which cycle it is."""

    @property
    def promises(self) -> set[int]:
        """Bad states that are broken promises of contracts."""
        return {n for n, words in enumerate(self.names) if re.match(r"[A-Z]\w*: ", words)}

    def assuming(self, numbers: Set[int]) -> "Model":
        """Model without these bad states, of runs that have none of them."""
        head, rest = self.path.read_bytes().split(b"\n", 1)
        sizes = [int(size) for size in head.split()[1:]]
        latches, outputs, bad, assumed = sizes[2], sizes[3], sizes[5], sizes[6]
        *lines, graph = rest.split(b"\n", latches + outputs + bad + assumed)
        first = latches + outputs
        states = lines[first : first + bad]
        never = [b"%d" % (int(states[n]) ^ 1) for n in sorted(numbers)]
        left = [n for n in range(bad) if n not in numbers]
        lines[first : first + bad] = [states[n] for n in left]
        sizes[5:7] = len(left), assumed + len(never)
        path = self.path.with_name("assuming.aig")
        head = b"aig " + b" ".join(b"%d" % size for size in sizes)
        path.write_bytes(b"\n".join([head, *lines, *never, graph]))
        return replace(self, path=path, names=[self.names[n] for n in left])


def make_model(bench: Bench, folder: Path) -> dict[str, Model]:
    """Models of the ``claims`` and of the ``goals`` of a bench, in ``folder``.

    Raises
    ------
    ToolError
        If yosys is missing or fails.
    """
    with collecting_rarely():
        platform = ProofPlatform(bench.memories, bench.subjects)
        text = rtlil.convert(
            bench.m, ports=bench.ports, name="bench", platform=platform, emit_src=False
        )
    (folder / "design.il").write_text(text.replace("cell \\$anyseq ", "cell $anyseq "))
    _run(folder, "flat", _FLAT)
    checks = _name_checks(folder / "flat.il")
    models, free = {}, "w:* a:timed %d" if bench.is_timed else "a:free_init"
    for name in ("claims", "goals"):
        others = [
            f"bench/c:{cell}"
            for cell, words in checks.items()
            if _is_goal(words) == (name == "claims")
        ]
        dropped = " ".join(others) or "bench/c:none"
        passes = _MODEL.format(name=name, dropped=dropped, free=free, graph=TO_GRAPH)
        _run(folder, name, passes)
        found = json.loads((folder / f"{name}.json").read_text())
        models[name] = Model(
            folder / f"{name}.aig",
            [checks[path[-1].removeprefix("\\")].removeprefix(GOAL) for path in found["asserts"]],
            count_flops(folder / f"{name}.aig"),
            bench.is_timed,
        )
    return models


def _run(folder: Path, name: str, passes: str) -> None:
    """Run passes of yosys."""
    (folder / f"{name}.ys").write_text(passes)
    run_tool(["yosys", "-q", "-s", f"{name}.ys"], folder, folder / f"{name}.log")


def _is_goal(words: str) -> bool:
    return words.startswith(GOAL)


def _name_checks(design: Path) -> dict[str, str]:
    """Give every check of a design a name of its own; returns the words of each claim and goal."""
    found = {}
    first, *cells = re.split(r"(?<=\n  cell \$check )", design.read_text())
    for number, cell in enumerate(cells):
        name, rest = f"check_{number}", cell.split("\n", 1)[1]
        own = rest.split("\n  end", 1)[0]
        if '\\FLAVOR "assert"' in own:
            words = re.search(r'\\FORMAT "((?:[^"\\]|\\.)*)"', own)
            found[name] = words[1].replace("\\n", "") if words else name
        cells[number] = f"\\{name}\n{rest}"
    design.write_text("".join([first, *cells]))
    return found


def count_flops(path: Path) -> int:
    """Latches of a graph, from its header."""
    header: Any = path.read_bytes().split(b"\n", 1)[0].split()
    return int(header[3])
