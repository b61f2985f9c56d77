"""The user's cache folder."""

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/backspike``, or ``~/.cache/backspike``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backspike"
