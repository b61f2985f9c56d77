"""Checks of the files and folders that options name, and digests of arrays."""

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from backspike.golden.errors import UserError
from backspike.golden.files import check_replaceable, held, remove_leftovers

__all__ = ["check_file", "check_folder", "check_writable", "digest", "held_out", "json_object"]


def json_object(path: Path) -> dict[str, Any] | None:
    """The JSON object in a file; None if it cannot be read, or is none."""
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def check_writable(what: str, folder: Path) -> None:
    """Try to write to a folder, and leave nothing there.

    Raises
    ------
    UserError
        If it cannot be written to; ``what`` names the option and its value.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        is_odd = error.errno == errno.ENOENT and folder.is_dir()  # as /proc
        reason = "no file can be made in it" if is_odd else error.strerror
        raise UserError(f"{what} cannot be written: {folder}: {reason}") from None


def check_file(option: str, path: Path) -> None:
    """As :func:`check_writable`, for a file that an option names."""
    check_replaceable(f"{option} {path}", path)
    check_writable(f"{option} {path}", Path(os.path.realpath(path)).parent)


def check_folder(option: str, path: Path) -> None:
    """As :func:`check_writable`, for a folder that an option names; it may not exist yet."""
    if path.exists() and not path.is_dir():
        kind = "a file" if path.is_file() else "a device or a pipe"
        raise UserError(f"{option} {path} must be a folder, not {kind}")
    absolute = path.absolute()
    parent = next(folder for folder in (absolute, *absolute.parents) if folder.exists())
    check_writable(f"{option} {path}", parent)


def digest(arrays: Iterable[np.ndarray]) -> str:
    """SHA-256 of the types, shapes and values of arrays, in hexadecimal."""
    total = hashlib.sha256()
    for array in arrays:
        total.update(f"{array.dtype.str}{array.shape}".encode())
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


@contextmanager
def held_out(folder: Path) -> Iterator[None]:
    """Hold the folder of ``--out``, which is made: no other process writes there meanwhile.

    What killed processes left in it goes; if nothing was written in the end, so does the folder.

    Raises
    ------
    UserError
        If another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with held(folder):
            remove_leftovers(folder)
            try:
                yield
            finally:
                if not any(folder.iterdir()):
                    folder.rmdir()
    except BlockingIOError:
        raise UserError(f"--out {folder}: another process is writing there") from None
