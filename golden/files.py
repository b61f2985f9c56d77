"""Files that are written all at once or not at all, and folders that one process has for itself."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from backspike.golden.errors import UserError

__all__ = [
    "check_replaceable",
    "held",
    "is_leftover",
    "remove_leftovers",
    "replace_file",
    "write_arrays",
    "write_text",
]

_PARTIAL = ".partial-"


#: Things that a path may lead to beside files, in words, each with its test of a mode.
_OTHERS: dict[str, Callable[[int], bool]] = {
    "folder": stat.S_ISDIR,
    "device": lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode),
    "pipe": stat.S_ISFIFO,
    "socket": stat.S_ISSOCK,
}


def check_replaceable(what: str, path: Path) -> None:
    """Raise UserError if a path, in the words ``what``, leads to something else than a file."""
    if path.exists():
        mode = path.stat().st_mode
        for kind, holds in _OTHERS.items():
            if holds(mode):
                raise UserError(f"{what} must be a file, not a {kind}")


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make a file beside ``path``; once it is whole, it takes that name.

    What was there before stays until then, and for good if ``write`` fails. A link stays one: the
    file that it leads to is replaced. A process that is killed leaves a file behind that
    :func:`is_leftover` knows.

    Raises
    ------
    UserError
        If there is something else than a file, such as a device.
    OSError
        If it cannot be written; names ``path``.
    """
    check_replaceable(str(path), path)
    path = Path(os.path.realpath(path))
    temporary = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_PARTIAL, suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno:
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


def write_text(path: Path, text: str) -> None:
    """As :func:`replace_file`, a text in UTF-8; bytes of names that are none become a sign."""
    plain = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    replace_file(path, lambda file: file.write_text(plain, encoding="utf-8"))


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """As :func:`replace_file`, an ``.npz``, which the name ends in."""
    replace_file(path, lambda file: np.savez_compressed(file, **arrays))  # type: ignore[arg-type]


def is_leftover(path: Path) -> bool:
    """Tell if a file was being written by a process that is gone, or still is."""
    return path.name.startswith(_PARTIAL)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes left in a folder that no other one writes to now."""
    for path in folder.glob(f"{_PARTIAL}*"):
        path.unlink(missing_ok=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a folder that exists; the system lets go of it when the process ends, however it does.

    On file systems that know no locks, nothing is held.

    Raises
    ------
    BlockingIOError
        If another holds it.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:  # the file system has no locks for folders: better a run without than none
            pass
        yield
    finally:
        os.close(handle)
