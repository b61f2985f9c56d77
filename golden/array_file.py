"""Arrays in an ``.npz``, read without trust: no size is believed before it is checked."""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from math import prod
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from backspike.golden.errors import UserError, check_path

__all__ = [
    "MOST_PER_BYTE",
    "ArrayFileError",
    "ArrayHeader",
    "HeaderCheck",
    "arrays_of",
    "check_room",
    "read_arrays",
]

#: Errors of zipfile, zlib and numpy for bytes that are damaged, cut short, or of another format.
_READ_ERRORS = (
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
#: No deflated byte stands for more than so many.
MOST_PER_BYTE = 1_100
_MAGIC = b"\x93NUMPY"
_ENCRYPTED = 1


class ArrayFileError(UserError):
    """A file that is no ``.npz``, or damaged; the message is the reason, in a few words."""


class ArrayHeader(NamedTuple):
    """An array that is not unpacked yet."""

    shape: tuple[int, ...]
    dtype: np.dtype


HeaderCheck = Callable[[Mapping[str, ArrayHeader]], None]
"""Told of all names, shapes and types before anything is unpacked; raises to refuse them."""


def check_names(pattern: str) -> HeaderCheck:
    """Check that all names beside ``meta`` match a regular expression."""

    def check(headers: Mapping[str, ArrayHeader]) -> None:
        for name in headers:
            if name != "meta" and not re.fullmatch(pattern, name):
                raise ArrayFileError(f"it holds an array {name!r:.60}")

    return check


def check_room(size: int) -> None:
    """Check that so many bytes can be asked for.

    Raises
    ------
    ArrayFileError
        If the machine has not as many free.
    """
    free = _free_bytes()
    if size > free:
        raise ArrayFileError(f"it is said to have {size:,} bytes, of memory {free:,} are free")


def _free_bytes() -> int:
    """Memory that can be asked for without swapping, as far as the system tells."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def arrays_of(
    what: str, path: object, check: HeaderCheck | None = None, *, names: Collection[str] = ()
) -> tuple[Path, dict[str, np.ndarray]]:
    """Path and arrays of a user's ``.npz`` of ``what``, such as "a program".

    ``check`` and ``names`` as of :func:`read_arrays`.

    Raises
    ------
    TypeError
        If the path is neither str nor Path.
    FileNotFoundError
        If there is no such file.
    UserError
        If it cannot be read, or holds anything but plain arrays; names the path and the cause.
    """
    found = check_path(what, path)
    try:
        return found, read_arrays(found, check, names=names)
    except ArrayFileError as error:
        raise UserError(f"{found} is not {what}: {error}") from None


def read_arrays(
    path: Path, check: HeaderCheck | None = None, *, names: Collection[str] = ()
) -> dict[str, np.ndarray]:
    """Arrays of an ``.npz``, by name.

    Parameters
    ----------
    path : Path
        The file.
    check : HeaderCheck, optional
    names : collection of str
        Those to unpack; by default, all.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ArrayFileError
        If it cannot be read, or holds anything but plain arrays.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) == _MAGIC:
                raise ArrayFileError("a single array, not an .npz")
            with zipfile.ZipFile(stream) as archive:
                members = _members(archive, path.stat().st_size)
                headers = {}
                for name, member in members.items():
                    with archive.open(member) as packed:
                        headers[name] = _header(name, packed, member.file_size)
                if check:
                    check(headers)
                wanted = {n: m for n, m in members.items() if not names or n in names}
                check_room(sum(member.file_size for member in wanted.values()))
                return {name: _array(archive, member) for name, member in wanted.items()}
    except (FileNotFoundError, UserError):
        raise
    except OSError as error:
        raise ArrayFileError(error.strerror or str(error)) from None
    except _READ_ERRORS as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ArrayFileError(reason) from None


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The files in an archive of so many bytes, by name."""
    found: dict[str, zipfile.ZipInfo] = {}
    left = MOST_PER_BYTE * (size + 1)  # for all together: members may lie on top of each other
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename:
            raise ArrayFileError(f"it holds {name!r}, which is no array")
        if name in found:
            raise ArrayFileError(f"it holds two arrays {name!r}")
        if member.flag_bits & _ENCRYPTED:
            raise ArrayFileError(f"{name} is encrypted")
        left -= member.file_size
        if member.compress_size > size or left < 0:
            raise ArrayFileError(f"{name} is said to have {member.file_size} bytes")
        found[name] = member
    return found


def _header(name: str, packed: IO[bytes], size: int) -> ArrayHeader:
    """Shape and type of a packed array, after a check that its size is theirs."""
    version = np.lib.format.read_magic(packed)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in read:
        raise ArrayFileError(f"{name} is of the unknown version {version}")
    shape, _, dtype = read[version](packed)
    if dtype.hasobject:
        raise ArrayFileError(f"{name} holds Python objects, which are not read")
    if prod(shape) * dtype.itemsize != size - packed.tell():
        raise ArrayFileError(f"{name} has not the size of its shape {shape}, {dtype}")
    return ArrayHeader(shape, dtype)


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as packed:
        return np.lib.format.read_array(packed, allow_pickle=False)
