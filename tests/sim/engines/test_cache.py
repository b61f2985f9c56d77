"""The user's cache folder, and files in it that are never half-written."""

import os
import threading
from pathlib import Path

import pytest

from backspike.sim.engines.cache import cache_folder, replace_text


def test_the_folder_is_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "backspike"
    for unset in ("", None):
        if unset is None:
            monkeypatch.delenv("XDG_CACHE_HOME")
        else:
            monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert cache_folder() == Path.home() / ".cache" / "backspike"


def test_a_file_is_whole_at_any_moment(tmp_path):
    path = tmp_path / "made" / "file"
    texts = [letter * 100_000 for letter in "ab"]
    replace_text(path, texts[0])
    seen, stop = set(), threading.Event()

    def read():
        while not stop.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(100):
        replace_text(path, texts[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(texts)
    assert os.listdir(path.parent) == ["file"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    replace_text(path, "old")

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        replace_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]
