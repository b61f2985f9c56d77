"""Read IDX files, the format of MNIST: a big-endian header, then unsigned bytes; gzipped or not."""

import gzip
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from backspike.experiments.data.source import DataError
from backspike.golden.array_file import MOST_PER_BYTE, ArrayFileError, check_room

__all__ = ["read_idx", "unpack"]

_UNSIGNED_BYTES = 0x08


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """The contents of one IDX file.

    Parameters
    ----------
    path : Path
        File, gzipped or plain.
    dimensions : int
        1 for labels (magic 0x00000801), 3 for images (magic 0x00000803).

    Returns
    -------
    np.ndarray
        uint8, as many dimensions as asked for.

    Raises
    ------
    DataError
        If the file cannot be read, or is no such IDX file, or is truncated.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    name, header_size = str(path), 4 + 4 * dimensions
    shape = _shape(unpack(raw, name, header_size), len(raw), dimensions, name)
    expected = header_size + math.prod(shape)
    try:
        check_room(expected)
    except ArrayFileError as error:
        raise DataError(f"{name}: {error}") from None
    content = unpack(raw, name, expected + 1)  # behind the end, the checksum is compared
    if len(content) != expected:
        fault = "truncated IDX file" if len(content) < expected else "surplus bytes in IDX file"
        raise DataError(f"{name}: {fault}, expected {expected} bytes, got {len(content)} bytes")
    return np.frombuffer(content, np.uint8, offset=header_size).reshape(shape)


def unpack(raw: bytes, name: str, most: int = -1) -> bytes:
    """``raw`` uncompressed if it is gzipped, else as it is; at most so many bytes of it.

    Raises
    ------
    DataError
        If it is damaged; then ``name`` is in the message.
    """
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    most = min(most, MOST_PER_BYTE * len(raw))
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as stream:
            return stream.read(most)
    except EOFError:
        raise DataError(f"{name}: truncated gzip file ({len(raw)} bytes)") from None
    except (OSError, zlib.error) as error:
        raise DataError(f"{name}: damaged gzip file ({error})") from None


def _shape(head: bytes, size: int, dimensions: int, name: str) -> list[int]:
    """Shape of the array in an IDX file, from its uncompressed header."""
    header_size = 4 + 4 * dimensions
    if len(head) < header_size:
        raise DataError(
            f"{name}: truncated IDX file, expected at least {header_size} bytes of header, "
            f"got {size} bytes"
        )
    magic, *shape = struct.unpack_from(f">{1 + dimensions}I", head)
    expected_magic = _UNSIGNED_BYTES << 8 | dimensions
    if magic != expected_magic:
        raise DataError(
            f"{name}: wrong magic number, expected 0x{expected_magic:08x}, got 0x{magic:08x}"
        )
    return shape
