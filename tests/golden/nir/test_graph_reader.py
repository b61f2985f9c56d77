"""Files of graphs that HDF5 does not survive."""

import subprocess

import h5py
import nir
import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.golden.nir import graph_reader
from backspike.golden.nir.graph_reader import read_file, try_reading


@pytest.fixture
def file(chain, tmp_path):
    path = tmp_path / "a.nir"
    nir.write(path, chain((2,), nir.Linear(np.ones((2, 2)))))
    return path


def test_a_whole_file_is_read(file):
    try_reading(file)
    assert sorted(read_file(file)["nodes"]) == ["input", "n0", "output"]


def test_a_file_that_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        try_reading(tmp_path / "b.nir")


def test_a_group_that_holds_itself_ends(file, monkeypatch):
    """It has no end for who follows its links."""
    with h5py.File(file, "a") as opened:
        opened["node/nodes/again"] = opened["node"]
    with pytest.raises(UserError, match=r"a\.nir is not a NIR file, or is damaged: "):
        read_file(file)
    monkeypatch.setattr(graph_reader, "_PATIENCE", 10)
    try_reading(file)


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import time; time.sleep(60)", "HDF5 has not read it in 1 s"),
        ("import os; os.kill(os.getpid(), 11)", "HDF5 ends when it reads it"),
    ],
)
def test_what_stops_the_library_is_one_line(file, monkeypatch, program, reason):
    monkeypatch.setattr(graph_reader, "_PATIENCE", 1)
    run = subprocess.run

    def stops(command, **options):
        return run([command[0], "-c", program], **options)

    monkeypatch.setattr(graph_reader.subprocess, "run", stops)
    with pytest.raises(UserError) as found:
        try_reading(file)
    assert str(found.value) == f"{file} is not a NIR file, or is damaged: {reason}"


def complaint(file):
    """What is said of a file; nothing if it is read."""
    try:
        try_reading(file)
        read_file(file)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(3))
def test_flipped_bits_never_stop_us(file, monkeypatch, seed):
    """Whatever they do: it is read, or there is one line."""
    monkeypatch.setattr(graph_reader, "_PATIENCE", 5)
    rng = np.random.default_rng(seed)
    whole = file.read_bytes()
    for _ in range(3):
        raw = bytearray(whole)
        for place in rng.integers(len(raw), size=4):
            raw[place] ^= 1 << rng.integers(8)
        file.write_bytes(raw)
        assert "\n" not in complaint(file)
