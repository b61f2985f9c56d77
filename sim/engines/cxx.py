"""The C++ compiler: which one it is, and how it and other tools are run."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from backspike.golden.errors import UserError

__all__ = ["BuildError", "compiler_command", "compiler_identity", "run_command"]

#: Of what a failed tool printed, as many are shown.
_LAST_LINES = 20


class BuildError(UserError):
    """The simulator cannot be built."""


def compiler_command() -> list[str]:
    """Words of ``$CXX``, such as ``ccache g++``, or of ``g++`` if that is empty.

    Raises
    ------
    BuildError
        If they are no command.
    """
    named = os.environ.get("CXX", "")
    try:
        return shlex.split(named) or ["g++"]
    except ValueError as error:
        raise BuildError(f"CXX must be a command, not {named!r} ({error})") from None


def compiler_identity(compiler: Sequence[str]) -> tuple[str, str]:
    """Name and version, and options that are on when compiling for this machine.

    What ``-march=native`` means is part of what a build depends on. A compiler is asked once, as
    long as ``PATH`` stays as it is.

    Raises
    ------
    BuildError
        If it cannot be run.
    """
    return _identity(tuple(compiler), os.environ.get("PATH"))


@lru_cache
def _identity(compiler: tuple[str, ...], path: str | None) -> tuple[str, str]:
    """Answers of a compiler about itself, with that ``PATH``."""
    version = run_command([*compiler, "--version"], Path.cwd())
    return version, run_command([*compiler, "-march=native", "-Q", "--help=target"], Path.cwd())


def run_command(
    command: Sequence[str], folder: Path, environment: dict[str, str] | None = None
) -> str:
    """Run a tool in a folder; returns what it printed.

    Raises
    ------
    BuildError
        If it is missing, or fails: with the command and its last lines.
    """
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        raise BuildError(
            f"{command[0]} is not installed: apt install {Path(command[0]).name}"
        ) from None
    except OSError as error:
        raise BuildError(f"{command[0]} cannot be run: {error.strerror}") from None
    if done.returncode:
        lines = "\n".join(done.stdout.strip().splitlines()[-_LAST_LINES:])
        raise BuildError(f"{' '.join(command)} failed:\n{lines}")
    return done.stdout
