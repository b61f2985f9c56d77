"""Times of a command, and its longest silence."""

import os
import pty
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import click

__all__ = ["Heard", "listen", "main"]

_PART = 1 << 16


class Heard(NamedTuple):
    """Times of a command, in seconds."""

    status: int
    """Its exit status."""
    total: float
    first: float
    """Until its first output."""
    silence: float
    """The longest after that without output."""
    since: float
    """When that began."""


def listen(
    command: Sequence[str], *, terminal: bool = True, environment: Mapping[str, str] | None = None
) -> Heard:
    """Run a command, and time what it says; its output is passed on.

    Parameters
    ----------
    command : sequence of str
    terminal : bool
        Its output goes to a pseudo-terminal rather than a pipe.
    environment : mapping of str to str, optional
        What is added to the environment.
    """
    ours, theirs = pty.openpty() if terminal else os.pipe()
    begun = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=theirs if terminal else subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "100", **(environment or {})},
    )
    os.close(theirs)
    said = []
    while part := _read(ours):
        said.append(time.monotonic() - begun)
        os.write(sys.stdout.fileno(), part)
    os.close(ours)
    status, total = process.wait(), time.monotonic() - begun
    silences = [(end - since, since) for since, end in pairwise([*said, total])]
    silence, since = max(silences, default=(total, 0.0))
    return Heard(status, total, said[0] if said else total, silence, since)


def _read(file: int) -> bytes:
    """Some output, or nothing at its end, which of a terminal is an error."""
    try:
        return os.read(file, _PART)
    except OSError:
        return b""


@click.command(help=__doc__, context_settings={"ignore_unknown_options": True})
@click.option("--pipe", is_flag=True, help="no terminal")
@click.option("--cold", is_flag=True, help="empty caches")
@click.argument("command", nargs=-1, type=click.UNPROCESSED, required=True)
def main(command: Sequence[str], *, pipe: bool, cold: bool) -> None:
    """Listen to a command; exits with its status."""
    with tempfile.TemporaryDirectory(prefix="backspike-cold-") as folder:
        caches = {"XDG_CACHE_HOME": folder, "NUMBA_CACHE_DIR": folder} if cold else {}
        heard = listen(command, terminal=not pipe, environment=caches)
    click.echo(
        f"\n{heard.total:.1f} s in all, {heard.first:.1f} s to the first output, longest silence "
        f"{heard.silence:.1f} s from {heard.since:.1f} s on"
    )
    raise SystemExit(heard.status)


if __name__ == "__main__":
    main()
