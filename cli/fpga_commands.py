"""The ``backspike fpga`` commands."""

import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import click

from backspike.cli.console import console
from backspike.cli.engines import make_board_engine
from backspike.cli.options import PATH, WHOLE
from backspike.fpga.boards import BOARDS, find_board
from backspike.fpga.build import MOST_PLACEMENTS, REPORT, bitstream, build_board
from backspike.fpga.emulator import Emulator, Faults
from backspike.fpga.report import load_report, report_table
from backspike.fpga.toolchain import find_tool
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import UserError
from backspike.sim.verify.verification import verify_engine
from backspike.sim.waiting import Building

__all__ = ["fpga"]

_board_option = click.option("--board", "name", type=click.Choice(list(BOARDS)), required=True)


@click.group()
def fpga() -> None:
    """Build, load and emulate the boards that a core runs on."""


@fpga.command()
@_board_option
@click.option(
    "--seeds",
    type=WHOLE(1, 100),
    help="placements, of which the fastest is kept [default: until one meets the board's clock, "
    f"{MOST_PLACEMENTS} at most]",
)
@click.option("--out", type=PATH, help="[default: build/fpga/BOARD]")
def build(name: str, seeds: int | None, out: Path | None) -> None:
    """Make a board's bitstream, of the fastest of some placements, and report on it.

    Exit status 1 if it is slower than the board's clock.
    """
    board = find_board(name)
    folder = _folder(name, out)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out {folder} is no folder")
    with console.status("") as status:
        said = ""

        def tell(what: str, seconds: float) -> None:
            nonlocal said
            status.update(f"{what}: {seconds:,.0f} s")
            if what != said:
                said = what
                console.print(f"{name}: {what}", highlight=False)

        report = build_board(board, folder, seeds, tell)
    console.print(report_table([report]))
    console.print(f"{bitstream(board, folder)}", highlight=False, soft_wrap=True)
    if report.fmax_mhz < report.target_mhz:
        console.print(
            f"too slow: {report.fmax_mhz:g} MHz, the board's clock is {report.target_mhz:g} MHz; "
            f"try --seeds with more than {seeds or MOST_PLACEMENTS}",
            style="red",
        )
        raise SystemExit(1)


@fpga.command()
@click.option("--out", type=PATH, help="folder of a build [default: all below build/fpga]")
def report(out: Path | None) -> None:
    """Show the reports of earlier builds."""
    files = [out / REPORT] if out else sorted(_folder("", None).glob(f"*/{REPORT}"))
    if not files:
        raise UserError("there is no report yet: make one with backspike fpga build")
    console.print(report_table([load_report(file) for file in files]))


@fpga.command()
@_board_option
@click.option("--out", type=PATH, help="folder of the build [default: build/fpga/BOARD]")
@click.option("--flash", is_flag=True, help="keep it over power cycles")
def program(name: str, out: Path | None, flash: bool) -> None:
    """Load a board's bitstream with openFPGALoader."""
    board = find_board(name)
    file = bitstream(board, _folder(name, out))
    if not file.exists():
        raise UserError(f"{file}: no bitstream; make one with backspike fpga build --board {name}")
    if board.family == "ice40" and not flash:
        raise UserError(f"{name}: its FPGA can only be loaded from its flash memory: say --flash")
    loader = find_tool("openFPGALoader")
    options = ["--write-flash"] if flash else []
    done = subprocess.run([*loader, "--board", board.loader, *options, str(file)], check=False)
    if done.returncode:
        raise UserError(f"openFPGALoader failed with exit status {done.returncode}")


@fpga.command()
@_board_option
@click.option("--flip", default=0.0, help="chance that a byte has a bit flipped", metavar="P")
@click.option("--drop", default=0.0, help="chance that a byte is lost", metavar="P")
@click.option("--repeat", default=0.0, help="chance that a byte comes twice", metavar="P")
@click.option("--delay", default=0.0, help="chance that a byte comes late", metavar="P")
@click.option("--seed", default=1, type=WHOLE(0), show_default=True, help="of the faults")
def emulate(name: str, **faults: float) -> None:
    """Run a board in Verilator behind a pseudo-terminal, until Ctrl-C.

    The name of the pseudo-terminal is a --port like that of the board itself.
    """
    board = find_board(name)
    chances = Faults(**faults)  # type: ignore[arg-type]
    with ExitStack() as stack:
        with Building(console) as progress:
            emulator = stack.enter_context(Emulator(board, chances, progress))
        click.echo(f"{board.title}: {emulator.port}")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


@fpga.command()
@_board_option
@click.option("--runs", default=3, type=WHOLE(1), show_default=True)
def prove(name: str, runs: int) -> None:
    """Hold the synthesised netlist of a board's core to the golden core, on random programs.

    Exit status 1 if they differ.
    """
    board = find_board(name)
    console.print(f"{name}: synthesise the core for simulation", highlight=False)
    with Building(console) as progress:
        engine = make_board_engine("netlist", board, None, progress)
    golden, steps, changed = GoldenCore(board.params), 0, 0
    for seed in range(runs):
        found = verify_engine(golden, engine, seed)
        if found.difference:
            console.print(f"seed {seed}: {found.difference}", style="red", highlight=False)
            raise SystemExit(1)
        steps, changed = steps + found.steps, changed + found.synapses_changed
    engine.close()
    console.print(
        f"{name}: {runs} programs, {steps} steps, {changed:,} weights changed: "
        f"the {board.family} netlist and the golden core are the same",
        highlight=False,
    )


def _folder(name: str, out: Path | None) -> Path:
    """Folder in which a board is built."""
    return out or Path("build/fpga") / name
