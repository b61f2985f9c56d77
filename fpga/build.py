"""From a board's top to its bitstream, and a report of what it takes and how fast it is."""

import json
import shlex
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backspike.fpga.board_top import BoardTop
from backspike.fpga.boards import Board
from backspike.fpga.report import Report, read_report
from backspike.fpga.resources import BEFORE_SYNTHESIS, SYNTHESIS
from backspike.fpga.toolchain import run_tool

__all__ = ["MOST_PLACEMENTS", "REPORT", "build_board", "netlist_name"]

#: Placements at most, unless some number is asked for: they differ by a tenth in speed, so that a
#: later one may meet a clock that the first has missed.
MOST_PLACEMENTS = 3
#: File of the report in the folder of a build.
REPORT = "report.json"
_BITSTREAM = {"ecp5": "bit", "ice40": "bin"}

#: Told what is being done, and the seconds that it has taken.
ToolProgress = Callable[[str, float], None]


def netlist_name(board: Board) -> str:
    """Name of the board's files and of its top module."""
    return board.name.replace("-", "_")


def build_board(board: Board, folder: Path, seeds: int | None, progress: ToolProgress) -> Report:
    """Synthesise once, place and route some times, and make a bitstream of the fastest placement.

    Leaves ``NAME.bit`` or ``NAME.bin``, :data:`REPORT` and the logs in ``folder``.

    Parameters
    ----------
    seeds : int, optional
        Placements; without it, until one meets the board's clock, :data:`MOST_PLACEMENTS` at most.

    Raises
    ------
    ToolError
        If a tool is missing or fails: for example, because the core does not fit the board.
    """
    name = netlist_name(board)
    platform: Any = board.platform()
    progress("elaborate", 0)
    plan = platform.prepare(
        BoardTop(board),
        name,
        script_after_read=BEFORE_SYNTHESIS[board.family],
        synth_opts=SYNTHESIS[board.family],
        script_after_synth=f"tee -q -o {name}.cells.json stat -json",
    )
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in plan.files.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / file).write_bytes(data)
    commands = _commands(folder / f"build_{name}.sh")

    def run(tool: str, what: str, *more: str, log: str) -> None:
        progress(what, 0)
        run_tool(
            [tool, *commands[tool], *more],
            folder,
            folder / log,
            lambda seconds: progress(what, seconds),
        )

    place, pack = (
        ("nextpnr-ecp5", "ecppack") if board.family == "ecp5" else ("nextpnr-ice40", "icepack")
    )
    run("yosys", "synthesise", log="yosys.log")
    best: Report | None = None
    placed = folder / (f"{name}.config" if board.family == "ecp5" else f"{name}.asc")
    for seed in range(1, (seeds or MOST_PLACEMENTS) + 1):
        report = f"seed{seed}.json"
        options = ("--seed", str(seed), "--report", report, "--timing-allow-fail")
        run(place, f"place and route, seed {seed}", *options, log=f"seed{seed}.log")
        found = read_report(board, folder / report, folder / f"{name}.cells.json", seed)
        if best is None or found.fmax_mhz > best.fmax_mhz:
            best = found
            shutil.copy(placed, placed.with_name(f"best_{placed.name}"))
        if seeds is None and best.fmax_mhz >= best.target_mhz:
            break
    shutil.move(placed.with_name(f"best_{placed.name}"), placed)
    run(pack, "bitstream", log="pack.log")
    assert best is not None
    (folder / REPORT).write_text(json.dumps(asdict(best), indent=2) + "\n")
    return best


def bitstream(board: Board, folder: Path) -> Path:
    """Path at which :func:`build_board` leaves the bitstream."""
    return folder / f"{netlist_name(board)}.{_BITSTREAM[board.family]}"


def _commands(script: Path) -> dict[str, list[str]]:
    """The tools' arguments, by tool, of the script that Amaranth would build with."""
    commands = {}
    for line in script.read_text().splitlines():
        if line.startswith('"$'):
            tool, *arguments = shlex.split(line)
            commands[tool[1:].lower().replace("_", "-")] = arguments
    return commands
