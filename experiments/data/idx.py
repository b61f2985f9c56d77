"""Read IDX files, the format of MNIST: a big-endian header, then unsigned bytes; gzipped or not."""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from backspike.experiments.data.source import DataError

__all__ = ["parse_idx", "read_idx", "unpack"]

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
    return parse_idx(unpack(raw, str(path)), dimensions, str(path))


def unpack(raw: bytes, name: str) -> bytes:
    """``raw`` uncompressed if it is gzipped, else as it is."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        return gzip.decompress(raw)
    except EOFError:
        raise DataError(f"{name}: truncated gzip file ({len(raw)} bytes)") from None
    except (OSError, zlib.error) as error:
        raise DataError(f"{name}: damaged gzip file ({error})") from None


def parse_idx(raw: bytes, dimensions: int, name: str) -> np.ndarray:
    """The array in the uncompressed IDX bytes ``raw``; ``name`` is for error messages."""
    header_size = 4 + 4 * dimensions
    if len(raw) < header_size:
        raise DataError(
            f"{name}: truncated IDX file, expected at least {header_size} bytes of header, "
            f"got {len(raw)} bytes"
        )
    magic, *shape = struct.unpack_from(f">{1 + dimensions}I", raw)
    expected_magic = _UNSIGNED_BYTES << 8 | dimensions
    if magic != expected_magic:
        raise DataError(
            f"{name}: wrong magic number, expected 0x{expected_magic:08x}, got 0x{magic:08x}"
        )
    expected = header_size + math.prod(shape)
    if len(raw) != expected:
        fault = "truncated IDX file" if len(raw) < expected else "surplus bytes in IDX file"
        raise DataError(f"{name}: {fault}, expected {expected} bytes, got {len(raw)} bytes")
    return np.frombuffer(raw, np.uint8, offset=header_size).reshape(shape)
