"""The user's cache folder."""

import os
import tempfile
from pathlib import Path

__all__ = ["cache_folder", "replace_text"]


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/backspike``, or ``~/.cache/backspike``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backspike"


def replace_text(path: Path, text: str) -> None:
    """Write a file that no other process ever sees half-written; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=path.name, dir=path.parent)
    try:
        with os.fdopen(number, "w") as file:
            file.write(text)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
