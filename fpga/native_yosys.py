"""Yosys of the package ``pyosys``, a library, as a command.

``python -m backspike.fpga.native_yosys -q -l LOG -p COMMANDS FILE.ys``: native, so that it is
several times as fast as yosys in WebAssembly.
"""

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main", "passes"]


def passes(arguments: Sequence[str]) -> list[str]:
    """Commands that a call of yosys stands for: scripts first, then those of ``-p``.

    Raises
    ------
    SystemExit
        If an argument is not one that our scripts use.
    """
    parser = argparse.ArgumentParser(prog="yosys")
    parser.add_argument("-q", action="store_true", help="print errors only, as it does anyway")
    parser.add_argument("-l", metavar="LOG", help="write what is done to a file")
    parser.add_argument("-p", metavar="COMMANDS", action="append", default=[])
    parser.add_argument("-s", metavar="SCRIPT", action="append", default=[])
    parser.add_argument("files", metavar="FILE.ys", nargs="*")
    found = parser.parse_args(arguments)
    commands = [f"script {script}" for script in (*found.files, *found.s)]
    # one by one, since `tee` takes a single command
    commands += [part.strip() for line in found.p for part in line.split(";") if part.strip()]
    return [f"tee -a {found.l} {command}" for command in commands] if found.l else commands


def main(arguments: Sequence[str]) -> None:
    """Run commands in one design; yosys ends the process with status 1 if one fails."""
    from pyosys import libyosys  # not on every machine

    design = libyosys.Design()
    for command in passes(arguments):
        libyosys.run_pass(command, design)


if __name__ == "__main__":
    main(sys.argv[1:])
