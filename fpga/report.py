"""Report of a built board: its share of the FPGA, its speed, and the modules that limit it."""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from backspike.fpga.boards import Board
from backspike.golden.errors import UserError

__all__ = ["Report", "load_report", "read_report", "report_table"]

#: Our columns, and the cells of either family that count for them.
_COLUMNS = {
    "LUT": ("TRELLIS_COMB", "ICESTORM_LC"),
    "FF": ("TRELLIS_FF",),
    "BRAM": ("DP16KD", "ICESTORM_RAM"),
    "SPRAM": ("ICESTORM_SPRAM",),
    "multiplier": ("MULT18X18D", "ICESTORM_DSP"),
}
#: Delay that nextpnr leaves out of a path through an iCE40's multiplier, for which it counts
#: 0.1 ns: at most so many nanoseconds (Project IceStorm, timings_up5k.txt,
#: SB_MAC16_MUL_S_16X16_BYPASS).
_ICE40_MULTIPLIER_NS = 9.05


@dataclass(frozen=True, kw_only=True)
class Report:
    """A placed and routed board.

    Attributes
    ----------
    board : str
        Its name.
    seed : int
        Of the placement.
    target_mhz, fmax_mhz : float
        Clock of the core: what the board runs it at, and what it could run at. On an iCE40, as if
        the longest path went through a multiplier, which nextpnr's figure leaves out.
    used, available : dict
        By LUT (an iCE40's logic cells, which have a flip-flop each), FF, BRAM, SPRAM, multiplier.
    path : list of tuple
        The critical path of the core's clock: our module or signal, nanoseconds in it.
    """

    board: str
    seed: int
    target_mhz: float
    fmax_mhz: float
    used: dict[str, int]
    available: dict[str, int]
    path: list[tuple[str, float]]


def read_report(board: Board, file: Path, cells: Path, seed: int) -> Report:
    """The report of nextpnr's own, ``--report``, and the cells that yosys counted."""
    found = json.loads(file.read_text())
    clocks = found["fmax"]
    target = board.clock_hz / 1e6
    clock = min(clocks, key=lambda name: abs(clocks[name]["constraint"] - target))
    used, available = {}, {}
    for column, of_either in _COLUMNS.items():
        for cell in of_either:
            if cell in found["utilization"]:
                used[column] = found["utilization"][cell]["used"]
                available[column] = found["utilization"][cell]["available"]
    if "FF" not in used:  # of an iCE40, they are in the logic cells
        kinds = json.loads(cells.read_text())["design"]["num_cells_by_type"]
        used["FF"] = sum(n for kind, n in kinds.items() if kind.startswith("SB_DFF"))
        available["FF"] = available["LUT"]
    path, fmax = _path(found["critical_paths"], clock), clocks[clock]["achieved"]
    if used.get("multiplier") and board.family == "ice40":
        path.append(("multiplier, at most", _ICE40_MULTIPLIER_NS))
        fmax = 1000 / (1000 / fmax + _ICE40_MULTIPLIER_NS)
    return Report(
        board=board.name,
        seed=seed,
        target_mhz=target,
        fmax_mhz=round(fmax, 2),
        used=used,
        available=available,
        path=path,
    )


def load_report(file: Path) -> Report:
    """A report that a build has written.

    Raises
    ------
    UserError
        If there is none, or the file is something else.
    """
    try:
        fields = json.loads(file.read_text())
        fields["path"] = [(str(module), float(delay)) for module, delay in fields["path"]]
        return Report(**fields)
    except FileNotFoundError:
        raise UserError(f"{file}: no report; make one with backspike fpga build") from None
    except (ValueError, TypeError, KeyError):
        raise UserError(f"{file}: not the report of a build") from None


def _path(paths: list[dict], clock: str) -> list[tuple[str, float]]:
    """Delays of the critical path within one clock, added up by module, in its order."""
    out: list[tuple[str, float]] = []
    for path in paths:
        if all(path[end].split()[-1] == clock for end in ("from", "to")):
            for step in path["path"]:
                module = _module(step["from"]["cell"])
                if out and out[-1][0] == module:
                    out[-1] = (module, out[-1][1] + step["delay"])
                else:
                    out.append((module, step["delay"]))
            break
    return [(module, round(delay, 2)) for module, delay in out]


def _module(cell: str) -> str:
    """Our module of a cell: its path without the names that the tools gave."""
    parts = cell.split("$")[0].split(".")[:-1]
    return ".".join(part for part in parts if part) or "top"


def report_table(reports: list[Report]) -> Table:
    """Reports side by side."""
    table = Table("", *(report.board for report in reports))
    table.add_row("placement", *(f"seed {report.seed}" for report in reports))
    table.add_row("reaches", *(f"{report.fmax_mhz:g} MHz" for report in reports))
    table.add_row("runs at", *(f"{report.target_mhz:g} MHz" for report in reports))
    for column in _COLUMNS:
        table.add_row(
            column,
            *(
                f"{report.used[column]:,} of {report.available[column]:,}"
                if column in report.used
                else "-"
                for report in reports
            ),
        )
    paths = ("\n".join(f"{module} {ns:g} ns" for module, ns in report.path) for report in reports)
    table.add_row("critical path", *paths)
    return table
