"""Builds the core for a Verilog simulator, once, and runs a cocotb test module in it."""

import hashlib
import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from unittest.mock import patch

from backspike.hdl.params import CoreParams
from backspike.hdl.verilog import TOP, core_verilog
from backspike.sim.engines.cache import cache_folder, is_whole, own_folder, seal
from backspike.sim.engines.core_text import kept_text
from backspike.sim.engines.cxx import BuildError, compiler_command, compiler_identity, run_command
from backspike.sim.engines.verilator_build import verilator_environment, verilator_root

__all__ = ["run_cocotb"]

Simulator = Literal["icarus", "verilator"]

#: File that a build ends with.
_BUILT = {"verilator": TOP, "icarus": "sim.vvp"}
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
    simulator: Simulator,
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
        For everything that is written; what is built is kept in the cache, too.
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
    try:
        results = get_runner(simulator).test(
            hdl_toplevel=TOP,
            hdl_toplevel_lang="verilog",
            test_module=module,
            test_dir=module_folder or folder,
            build_dir=_built(simulator, params, folder, only_ports=only_ports),
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


def _built(simulator: Simulator, params: CoreParams, folder: Path, *, only_ports: bool) -> Path:
    """Folder of the simulator, which is in the cache: it is built in ``folder`` only once."""
    from cocotb_tools.config import libs_dir
    from cocotb_tools.runner import get_runner

    text = kept_text("cocotb", params, TOP, lambda: core_verilog(params, contracts=True))
    build_args, makeflags = _BUILD_ARGS[simulator], _MAKEFLAGS
    if only_ports and simulator == "verilator":
        build_args, makeflags = build_args + _ONLY_PORTS, makeflags + _NOT_OPTIMISED
    tools = _identity(simulator)
    parts = (text, simulator, *build_args, makeflags, str(libs_dir), version("cocotb"), *tools)
    key = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
    kept = cache_folder() / "cocotb" / key / _BUILT[simulator]
    if not is_whole(kept):
        (folder / "core.v").write_text(text, encoding="utf-8")
        with patch.dict(os.environ, verilator_environment() | {"MAKEFLAGS": makeflags}):
            get_runner(simulator).build(
                sources=[folder / "core.v"],
                hdl_toplevel=TOP,
                build_dir=folder / "build",
                timescale=("1ns", "1ps"),
                build_args=build_args,
                log_file=folder / "log.txt",
            )
        kept.parent.mkdir(parents=True, exist_ok=True)
        with own_folder(kept.parent.parent) as temporary:
            made = shutil.copy(folder / "build" / kept.name, temporary)
            Path(made).replace(kept)
        seal(kept)
    return kept.parent


def _identity(simulator: Simulator) -> tuple[str, ...]:
    """Versions of the tools that build a simulator."""
    if simulator == "icarus":
        return (run_command(["iverilog", "-V"], Path.cwd()),)
    return version("verilator"), *compiler_identity(compiler_command())


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
