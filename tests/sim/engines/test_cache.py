"""The user's cache folder."""

import os
import tempfile
from pathlib import Path

import pytest

from backspike.sim.engines.cache import cache_folder, is_whole, own_folder, seal


def test_the_folder_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "backspike"
    for unset in ("", "relative", None):
        if unset is None:
            monkeypatch.delenv("XDG_CACHE_HOME")
        else:
            monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert cache_folder() == Path.home() / ".cache" / "backspike"


def test_without_a_folder_that_can_be_written_it_is_a_temporary_one(monkeypatch, tmp_path, caplog):
    for name in ("XDG_CONFIG_HOME", "MPLCONFIGDIR", "YOWASP_CACHE_DIR"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nothing")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shared = tmp_path / f"backspike-cache-{os.getuid()}"
    assert cache_folder() == shared / "backspike"
    assert [record.getMessage() for record in caplog.records] == [
        f"backspike: /proc/nothing cannot be written: caches are in {shared}"
    ]
    assert os.environ["XDG_CACHE_HOME"] == os.environ["MPLCONFIGDIR"] == str(shared)
    assert cache_folder() == shared / "backspike"
    assert len(caplog.records) == 1


def test_a_file_is_whole_until_it_is_changed(tmp_path):
    file = tmp_path / "core.so"
    assert not is_whole(file)
    file.write_bytes(b"abc")
    seal(file)
    assert is_whole(file)
    file.write_bytes(b"ab")
    assert not is_whole(file)


def test_folders_of_killed_processes_are_removed_and_others_are_not(tmp_path):
    (tmp_path / "building-killed").mkdir()
    (tmp_path / "building-killed" / "held").touch()
    (tmp_path / "building-old").mkdir()
    os.utime(tmp_path / "building-old", (0, 0))
    (tmp_path / "building-earlier-version").mkdir()
    with own_folder(tmp_path) as first, own_folder(tmp_path) as second:
        assert {path.name for path in tmp_path.iterdir()} == {
            first.name, second.name, "building-earlier-version",
        }  # fmt: skip
    with pytest.raises(KeyboardInterrupt), own_folder(tmp_path) as third:
        raise KeyboardInterrupt
    assert not third.exists()
