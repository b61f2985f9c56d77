"""Files of what long runs have measured: with the command, the commit, the date and the seconds."""

import json
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from backspike.golden.files import write_text

__all__ = ["commit", "write_measured"]


def write_measured(
    out: Path,
    command: str,
    seconds: float,
    values: Mapping[str, Any],
    measured_on: str | None = None,
) -> None:
    """Write what a run has measured as JSON.

    Parameters
    ----------
    out : Path
        File; folders above it are made.
    command : str
        What anybody can run to measure it again.
    seconds : float
        That the run took.
    values : mapping of str to Any
        What it measured.
    measured_on : str, optional
        Commit of the sources when it began; that of now by default.
    """
    head = {
        "command": command,
        "commit": measured_on or commit(),
        "date": date.today().isoformat(),
        "seconds": round(seconds, 1),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, json.dumps(head | dict(values), indent=2) + "\n")


def commit() -> str | None:
    """Commit of the sources, with a ``+`` if they have been changed; None outside of git."""
    options = {"cwd": Path(__file__).resolve().parent, "text": True, "stdout": subprocess.PIPE}
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            check=True,
            stderr=subprocess.DEVNULL,
            **options,  # type: ignore[call-overload]
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return str(described.stdout.strip())
