"""Builds the core for a Verilog simulator and runs a cocotb test module in it."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from unittest.mock import patch

from backspike.hdl.params import CoreParams
from backspike.hdl.verilog import TOP, write_verilog
from backspike.sim.engines.cxx import BuildError
from backspike.sim.engines.verilator_build import verilator_environment, verilator_root

__all__ = ["run_cocotb"]

_BUILD_ARGS = {
    "verilator": ["-Wno-WIDTH", "-Wno-CASEINCOMPLETE", "-Wno-ASCRANGE", "--assert"],
    # Yosys makes `always @*` run at time 0 by a variable with an initial value; that is an event
    # in Verilog, not in SystemVerilog, in which outputs would stay undefined.
    "icarus": ["-g2005"],
}

#: Added where a bench in Verilator only needs the ports: all else need not be kept, and what runs
#: in the pace of Python need not be optimised. Built in a third of the time.
_ONLY_PORTS = ["--no-public-flat-rw", "--public-depth", "1"]
_NOT_OPTIMISED = " OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"

#: cocotb would have pytest read every conftest.py above a bench, and rewrite all modules that the
#: bench imports, so that bare assertions explain themselves: a quarter of a minute.
_ENVIRONMENT = {"COCOTB_REWRITE_ASSERTION_FILES": ""}

#: Verilator's makefile gives g++ its precompiled header in a form that only clang takes.
_MAKEFLAGS = " -- CFG_CXXFLAGS_PCH_I=-include CFG_GCH_IF_CLANG="


def run_cocotb(
    simulator: Literal["icarus", "verilator"],
    params: CoreParams,
    module: str,
    folder: Path,
    environment: dict[str, str] | None = None,
    module_folder: Path | None = None,
    *,
    only_ports: bool = False,
) -> int:
    """Run all tests of a module; returns how many there were.

    Parameters
    ----------
    folder : Path
        For everything that is built and written.
    environment : dict of str to str, optional
        Added to that of the simulator. Assertions are not explained unless it sets
        ``COCOTB_REWRITE_ASSERTION_FILES``: give them messages.
    module_folder : Path, optional
        Where the module is, if Python does not find it by itself.
    only_ports : bool
        The module looks at no signal within the core, which Verilator then builds faster.

    Raises
    ------
    BuildError
        If the simulator is missing, or cannot work here.
    RuntimeError
        If building or a test fails; the message has the end of the log.
    """
    _refuse_missing(simulator, folder)
    # cocotb comes with the development tools, not with the package
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    log = folder / "log.txt"
    build_args, makeflags = _BUILD_ARGS[simulator], _MAKEFLAGS
    if only_ports and simulator == "verilator":
        build_args, makeflags = build_args + _ONLY_PORTS, makeflags + _NOT_OPTIMISED
    with patch.dict(os.environ, verilator_environment() | {"MAKEFLAGS": makeflags}):
        runner = get_runner(simulator)
        try:
            runner.build(
                sources=[write_verilog(folder / "core.v", params)],
                hdl_toplevel=TOP,
                build_dir=folder / "build",
                timescale=("1ns", "1ps"),
                build_args=build_args,
                log_file=log,
            )
            results = runner.test(
                hdl_toplevel=TOP,
                test_module=module,
                test_dir=module_folder or folder,
                build_dir=folder / "build",
                extra_env=_ENVIRONMENT | (environment or {}),
                results_xml=str(folder / "results.xml"),
                log_file=log,
            )
            count, failed = get_results(results)
        except (SystemExit, RuntimeError, OSError) as error:
            raise RuntimeError(f"{simulator} failed ({error}):\n{_tail(log)}") from error
    if failed or not count:
        raise RuntimeError(f"{failed} of {count} tests failed in {simulator}:\n{_tail(log)}")
    return count


def _refuse_missing(simulator: str, folder: Path) -> None:
    """Raise unless the tools are there, and makefiles can name them."""
    needed = {
        "icarus": {"Icarus": "iverilog"},
        "verilator": {"perl": "perl", "make": "make"},
    }
    for name, tool in needed[simulator].items():
        if not shutil.which(tool):
            raise BuildError(f"{name} is not installed: apt install {tool}")
    if find_spec("cocotb_tools") is None:
        raise BuildError("cocotb is not installed: pip install 'cocotb~=2.1'")
    for path in (verilator_root(), folder):
        if simulator == "verilator" and " " in str(path):
            raise BuildError(
                f"cocotb builds in Verilator by make, which takes no path with a space: {path}"
            )


def _tail(log: Path, lines: int = 60) -> str:
    """The last lines of a log."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])
