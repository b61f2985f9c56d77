"""Arrays in an ``.npz``, read without trust."""

import io
import os
import re
import struct
import zipfile
from copy import copy

import numpy as np
import pytest

from backspike.golden import array_file
from backspike.golden.array_file import ArrayFileError, arrays_of, check_names, read_arrays
from backspike.golden.errors import UserError

ARRAYS = {"a": np.arange(6).reshape(2, 3), "b": np.array("text")}


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_are_read_as_they_were_written(tmp_path, save):
    save(tmp_path / "x.npz", **ARRAYS)
    read = read_arrays(tmp_path / "x.npz")
    assert list(read) == ["a", "b"]
    for name, array in ARRAYS.items():
        assert np.array_equal(read[name], array)
        assert read[name].dtype == array.dtype


def packed(path, content, name="a.npy"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def npy(shape, dtype="<f8", data=b""):
    buffer = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(buffer, header)
    return buffer.getvalue() + data


def test_sizes_are_known_before_anything_is_unpacked(tmp_path):
    path = packed(tmp_path / "x.npz", npy((1 << 49,)))
    with pytest.raises(ArrayFileError, match="a has not the size of its shape"):
        read_arrays(path)
    np.savez_compressed(path, a=np.zeros((1000, 1000)))

    def check(headers):
        raise UserError(f"refused {headers['a'].shape}")

    with pytest.raises(UserError, match=re.escape("refused (1000, 1000)")):
        read_arrays(path, check)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_text("text"), "File is not a zip file"),
        (lambda path: path.write_bytes(b""), "File is not a zip file"),
        (lambda path: np.savez(path, a=np.array([{}])), "a holds Python objects"),
        (lambda path: packed(path, b"x", "notes.txt"), "it holds 'notes.txt', which is no array"),
        (lambda path: packed(path, b"x"), "EOF: reading magic string"),
        (lambda path: path.mkdir(), "Is a directory"),
    ],
)  # fmt: skip
def test_other_files_are_refused_in_a_few_words(tmp_path, make, message):
    make(tmp_path / "x.npz")
    with pytest.raises(ArrayFileError, match=re.escape(message)):
        read_arrays(tmp_path / "x.npz")


def test_encrypted_members_are_refused(tmp_path):
    np.savez(tmp_path / "x.npz", **ARRAYS)
    raw = bytearray((tmp_path / "x.npz").read_bytes())
    at = raw.index(b"PK\1\2")
    struct.pack_into("<H", raw, at + 8, 1)
    (tmp_path / "x.npz").write_bytes(raw)
    with pytest.raises(ArrayFileError, match="a is encrypted"):
        read_arrays(tmp_path / "x.npz")


def test_no_flipped_bit_is_a_traceback(tmp_path):
    path = tmp_path / "x.npz"
    np.savez_compressed(path, **ARRAYS)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    refused = 0
    for at in rng.integers(8 * len(whole), size=1000):
        raw = bytearray(whole)
        raw[at // 8] ^= 1 << at % 8
        path.write_bytes(raw)
        try:
            read_arrays(path)
        except ArrayFileError:
            refused += 1
    assert refused > 500


def test_a_missing_file_is_no_array_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_arrays(tmp_path / "x.npz")
    np.save(tmp_path / "x.npy", np.zeros(3))
    with pytest.raises(ArrayFileError, match=r"a single array, not an \.npz"):
        read_arrays(tmp_path / "x.npy")


def test_a_file_is_refused_by_its_path_and_the_cause(tmp_path):
    np.savez(tmp_path / "good.npz", **ARRAYS)
    path, arrays = arrays_of("a program", str(tmp_path / "good.npz"))
    assert path == tmp_path / "good.npz"
    assert set(arrays) == set(ARRAYS)
    whole = path.read_bytes()
    for content, cause in (
        (b"text", "not a zip file"),
        (whole[: len(whole) // 2], "not a zip file"),
    ):
        path.write_bytes(content)
        with pytest.raises(UserError, match=rf"^{path} is not a program: .*{cause}"):
            arrays_of("a program", path)
    with pytest.raises(UserError, match=rf"^{tmp_path} is not a program: Is a directory$"):
        arrays_of("a program", tmp_path)
    with pytest.raises(FileNotFoundError, match="nothing"):
        arrays_of("a program", tmp_path / "nothing")
    with pytest.raises(TypeError, match=r"^path of a program must be a str or Path, not 5$"):
        arrays_of("a program", 5)


def bomb(path, name, count, times=1):
    """So many zeros, 8 bytes each, in a few bytes; ``times`` members lie on top of each other."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{name}.npy", "w") as packed:
            header = {"descr": "<u8", "fortran_order": False, "shape": (count,)}
            np.lib.format.write_array_header_1_0(packed, header)
            packed.write(bytes(8 * count))
        (member,) = archive.filelist
        for number in range(1, times):
            again = copy(member)
            again.filename = f"{name}{number}.npy"
            archive.filelist.append(again)
    return path


def test_members_on_top_of_each_other_are_refused(tmp_path):
    read_arrays(bomb(tmp_path / "x.npz", "a", 1 << 20))
    file = bomb(tmp_path / "y.npz", "a", 1 << 20, times=8)
    with pytest.raises(ArrayFileError, match=r"^a\d is said to have 8388736 bytes$"):
        read_arrays(file)


def test_more_than_the_memory_holds_is_not_asked_for(tmp_path, monkeypatch):
    file = bomb(tmp_path / "x.npz", "a", 1000)
    monkeypatch.setattr(array_file, "_free_bytes", lambda: 8000)
    with pytest.raises(ArrayFileError, match=r"^it is said to have 8,128 bytes, of memory 8,000 a"):
        read_arrays(file)
    monkeypatch.setattr(array_file, "_free_bytes", lambda: 8128)
    assert len(read_arrays(file)["a"]) == 1000


def test_free_memory_is_that_of_the_machine():
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert 0 < array_file._free_bytes() <= total


def test_names_are_checked_before_anything_is_unpacked(tmp_path, monkeypatch):
    np.savez(tmp_path / "x.npz", meta=np.zeros(1), a1=np.ones(2), b=np.zeros(3))
    monkeypatch.setattr(array_file, "_array", None)
    with pytest.raises(ArrayFileError, match=r"^it holds an array 'b'$"):
        read_arrays(tmp_path / "x.npz", check_names(r"a\d"))


def test_some_arrays_alone_are_unpacked(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.ones(2), b=np.zeros(3))
    assert list(read_arrays(tmp_path / "x.npz", names=("b",))) == ["b"]
    assert list(read_arrays(tmp_path / "x.npz", check_names("a|b"))) == ["a", "b"]
