"""IDX files: what is read, and what is refused in which words."""

import gzip
import re
import struct

import numpy as np
import pytest

from backspike.experiments.data.idx import read_idx
from backspike.experiments.data.source import DataError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
RAW = struct.pack(">4I", 0x803, 2, 3, 4) + IMAGES.tobytes()
PACKED = gzip.compress(RAW, mtime=0)  # the same name of the test in every process


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_reads_images_and_labels(tmp_path, pack):
    (tmp_path / "images").write_bytes(pack(RAW))
    (tmp_path / "labels").write_bytes(pack(struct.pack(">2I", 0x801, 3) + b"\1\2\3"))
    assert (read_idx(tmp_path / "images", 3) == IMAGES).all()
    assert read_idx(tmp_path / "labels", 1).tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (RAW[:-5], "truncated IDX file, expected 40 bytes, got 35 bytes"),
        (RAW + b"ab", "surplus bytes in IDX file, expected 40 bytes, got 42 bytes"),
        (RAW[:10], "truncated IDX file, expected at least 16 bytes of header, got 10 bytes"),
        (b"", "truncated IDX file, expected at least 16 bytes of header, got 0 bytes"),
        (
            struct.pack(">4I", 0x801, 2, 3, 4) + RAW[16:],
            "wrong magic number, expected 0x00000803, got 0x00000801",
        ),
        (PACKED[:-12], f"truncated gzip file ({len(PACKED) - 12} bytes)"),
    ],
)
def test_bad_files_are_explained(tmp_path, raw, message):
    path = tmp_path / "images"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=f"^{re.escape(f'{path}: {message}')}$"):
        read_idx(path, 3)


def test_damaged_gzip_is_explained(tmp_path):
    path = tmp_path / "images.gz"
    raw = bytearray(gzip.compress(RAW))
    raw[-6] ^= 1  # the checksum at the end
    path.write_bytes(raw)
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}: damaged gzip file "):
        read_idx(path, 3)


def test_missing_file_is_explained(tmp_path):
    path = tmp_path / "images"
    message = f"{path}: cannot be read (No such file or directory)"
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        read_idx(path, 3)


@pytest.mark.parametrize("head", [(0x803, 10, 8, 8), (0x801, 10, 8, 8), (0x803, 1 << 31, 1, 1)])
def test_no_more_is_unpacked_than_the_header_says(tmp_path, monkeypatch, head):
    path = tmp_path / "images.gz"
    path.write_bytes(gzip.compress(struct.pack(">4I", *head) + bytes(1 << 20)))
    asked = []
    read = gzip.GzipFile.read
    monkeypatch.setattr(gzip.GzipFile, "read", lambda s, n: asked.append(n) or read(s, n))
    monkeypatch.setattr("backspike.golden.array_file._free_bytes", lambda: 1 << 30)
    with pytest.raises(DataError, match=r"surplus bytes|wrong magic|is said to have 2,147,483,664"):
        read_idx(path, 3)
    assert max(asked) < 1000
