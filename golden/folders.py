"""Folders of caches."""

import tempfile
from pathlib import Path

__all__ = ["is_writable"]


def is_writable(folder: Path) -> bool:
    """Tell if a folder, which is made, takes files."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
