"""The folder of caches: the user's or, where that cannot be written, a temporary one."""

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from backspike.golden.files import held, write_text
from backspike.golden.folders import is_writable

__all__ = ["cache_folder", "is_whole", "own_folder", "seal"]

_PREFIX, _HELD = "building-", "held"
#: Age of a folder that nobody holds, from which on nobody will use it: earlier versions held none.
_ABANDONED_SECONDS = 86_400

_FOLLOWERS = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "YOWASP_CACHE_DIR")


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/backspike`` or ``~/.cache/backspike``, which is made.

    A variable that is empty or no absolute path does not count. If the folder cannot be written, it
    is a temporary one of the user's, and a line is logged; the tools and packages that have caches
    of their own are sent there, too.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    return _writable(named if os.path.isabs(named) else os.path.expanduser("~/.cache"))


@cache
def _writable(wanted: str) -> Path:
    """The folder below ``wanted``, or a temporary one."""
    if os.path.isabs(wanted) and is_writable(Path(wanted) / "backspike"):
        return Path(wanted) / "backspike"
    shared = Path(tempfile.gettempdir()) / f"backspike-cache-{os.getuid()}"
    if not is_writable(shared / "backspike") or shared.stat().st_uid != os.getuid():
        shared = Path(tempfile.mkdtemp(prefix="backspike-cache-"))
        (shared / "backspike").mkdir()
    logging.getLogger("backspike").warning(
        "backspike: %s cannot be written: caches are in %s", wanted, shared
    )
    for name in _FOLLOWERS:
        os.environ[name] = str(shared)
    return shared / "backspike"


def seal(path: Path) -> None:
    """Keep the SHA-256 of a file beside it."""
    write_text(_seal_of(path), hashlib.sha256(path.read_bytes()).hexdigest() + "\n")


def is_whole(path: Path) -> bool:
    """Tell if a file exists and is what was sealed; one without a seal, of an earlier version, is
    sealed as it is."""
    if not path.is_file():
        return False
    if not _seal_of(path).is_file():
        seal(path)
    wanted = _seal_of(path).read_text(encoding="utf-8", errors="replace").strip()
    return hashlib.sha256(path.read_bytes()).hexdigest() == wanted


def _seal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


@contextlib.contextmanager
def own_folder(parent: Path) -> Iterator[Path]:
    """A folder of this process alone, gone at the end; and of those of killed processes, first."""
    parent.mkdir(parents=True, exist_ok=True)
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):  # held, or gone already
            with held(folder):
                if folder.stat().st_mtime < time.time() - _ABANDONED_SECONDS or _was_held(folder):
                    shutil.rmtree(folder, ignore_errors=True)
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        with held(made):
            (made / _HELD).touch()
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _was_held(folder: Path) -> bool:
    """Tell if a process held a folder that none holds now."""
    return (folder / _HELD).exists()
