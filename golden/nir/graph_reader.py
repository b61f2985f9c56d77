"""Reader of files of graphs, first in another process: what is damaged may stop it for good.

The library of HDF5 trusts what it reads. Of files with a few flipped bits, most are errors, but
some it reads without end, and some end the process.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import h5py

from backspike.golden.array_file import MOST_PER_BYTE, check_room
from backspike.golden.errors import UserError

__all__ = ["read_file", "try_reading"]

#: Seconds that a file may take, and bytes of it that a slow disk reads in one more.
_PATIENCE, _BYTES_A_SECOND = 20, 5_000_000
#: Errors of h5py for what is damaged, cut short or of another format.
_READ_ERRORS = (
    AttributeError,
    KeyError,
    MemoryError,
    OSError,
    RecursionError,
    RuntimeError,
    TypeError,
    ValueError,
)


def try_reading(path: Path) -> None:
    """Read a file in a process of its own, and see that it ends.

    Raises
    ------
    OSError
        If the file cannot be opened.
    UserError
        If reading it does not end, or ends the process.
    """
    with path.open("rb"):
        pass
    seconds = _PATIENCE + path.stat().st_size / _BYTES_A_SECOND
    command = [sys.executable, "-P", "-m", __name__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise _damaged(path, f"HDF5 has not read it in {seconds:.0f} s") from None
    if done.returncode < 0:
        raise _damaged(path, "HDF5 ends when it reads it")


def _damaged(path: Path, reason: str) -> UserError:
    return UserError(f"{path} is not a NIR file, or is damaged: {reason}")


def read_file(path: Path) -> dict[str, Any]:
    """Contents of the graph of a file, as nested dictionaries.

    Raises
    ------
    UserError
        If it is no NIR file, or damaged.
    """
    try:
        with h5py.File(path, "r") as file:
            _check_sizes(file["node"], path.stat().st_size)
            return _contents(file["node"])
    except _READ_ERRORS as error:
        reason = str(error).splitlines()[0].strip("'\"") if str(error) else type(error).__name__
        raise _damaged(path, reason) from None


def _check_sizes(group: h5py.Group, size: int) -> None:
    """Raise unless the arrays of a file of so many bytes can be those that it holds, together."""
    left, total = MOST_PER_BYTE * size, 0
    for name, count in _sizes(group):
        total += count
        if total > left:
            raise ValueError(f"{name} is said to have {count:,} bytes")
    check_room(total)


def _sizes(group: h5py.Group) -> Iterator[tuple[str, int]]:
    """Name and bytes of each array of a group, as often as it is linked."""
    for item in group.values():
        if isinstance(item, h5py.Group):
            yield from _sizes(item)
        else:
            yield item.name, item.nbytes


def _contents(group: h5py.Group) -> dict[str, Any]:
    """Contents of a group, by name."""
    found: dict[str, Any] = {}
    for name, item in group.items():
        if isinstance(item, h5py.Group):
            found[name] = _contents(item)
            continue
        value = item[()]
        found[name] = value.decode("utf8") if isinstance(value, bytes) else value
    return found


if __name__ == "__main__":
    read_file(Path(sys.argv[1]))
