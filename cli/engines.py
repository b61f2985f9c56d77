"""Engines by name."""

from collections.abc import Callable

from rich.console import Console

from backspike.experiments.settings import BOARD_ENGINES
from backspike.fpga.boards import Board
from backspike.fpga.engine import FpgaEngine
from backspike.fpga.netlist import NetlistEngine
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import Rehearsal, VerilatorEngine
from backspike.sim.engines.verilator_build import BuildProgress
from backspike.sim.waiting import Building

__all__ = ["BOARD_ENGINES", "ENGINES", "make_board_engine", "make_engine", "maker"]

#: Engines of a core of any size.
ENGINES = ("golden", "verilator")


def make_engine(
    name: str,
    params: CoreParams,
    progress: BuildProgress | None = None,
    rehearsal: Rehearsal | None = None,
) -> Engine:
    """One of :data:`ENGINES`.

    Parameters
    ----------
    name : str
        ``golden``, or ``verilator``.
    params : CoreParams
        The core.
    progress : callable, optional
        Told of the build of a simulator.
    rehearsal : callable, optional
        Runs something typical, for which a simulator is then compiled.

    Raises
    ------
    ValueError
        If there is no engine of that name.
    BuildError
        If a tool is missing or fails.
    """
    if name not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not {name!r}")
    if name == "golden":
        return GoldenCore(params)
    return VerilatorEngine(params, progress, rehearsal=rehearsal, contracts=False)


def make_board_engine(
    name: str, board: Board, port: str | None, progress: BuildProgress | None = None
) -> Engine:
    """One of :data:`BOARD_ENGINES`; ``port`` is the serial port of ``fpga``.

    Raises
    ------
    ValueError
        If there is no engine of that name.
    UserError
        If the board cannot be reached or is another one, or a tool is missing or fails.
    """
    if name not in BOARD_ENGINES:
        raise ValueError(f"engine must be one of {', '.join(BOARD_ENGINES)}, not {name!r}")
    if name == "fpga":
        return FpgaEngine(board, str(port))
    return NetlistEngine(board.params, board.family, progress)


def maker(console: Console, name: str) -> Callable[[CoreParams], Engine]:
    """Makes engines of that name, and tells the console of builds."""

    def make(params: CoreParams) -> Engine:
        with Building(console) as progress:
            return make_engine(name, params, progress)

    return make
