"""Files that are replaced as a whole, or not at all."""

import os

import numpy as np
import pytest

from backspike.golden.errors import UserError
from backspike.golden.files import (
    held,
    is_leftover,
    remove_leftovers,
    replace_file,
    write_arrays,
    write_text,
)


def test_file_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    path = tmp_path / "text"
    replace_file(path, lambda new: new.write_text("old"))

    def fail(new):
        new.write_text("ne")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_leftovers_of_killed_processes_are_known(tmp_path):
    (tmp_path / "mine.npz").touch()

    def look(new):
        (leftover,) = (path for path in tmp_path.iterdir() if path.name != "mine.npz")
        assert is_leftover(leftover)
        assert leftover.suffix == ".npz"
        (tmp_path / f"{leftover.name}2").touch()
        new.write_text("x")

    replace_file(tmp_path / "new.npz", look)
    remove_leftovers(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.npz", "new.npz"]


def test_an_error_names_the_file_that_was_wanted(tmp_path):
    def full(new):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left") as error:
        replace_file(tmp_path / "x.png", full)
    assert error.value.filename == str(tmp_path / "x.png")
    with pytest.raises(FileNotFoundError) as error:
        replace_file(tmp_path / "none" / "x.png", full)
    assert error.value.filename == str(tmp_path / "none" / "x.png")


def test_texts_are_utf_8_whatever_is_in_them(tmp_path):
    write_text(tmp_path / "x", "ü\udcff\udcc3\udcbc")
    assert (tmp_path / "x").read_bytes() == "ü\N{REPLACEMENT CHARACTER}ü".encode()


def test_a_folder_is_held_once(tmp_path):
    with held(tmp_path):
        with pytest.raises(BlockingIOError), held(tmp_path):
            pass
    with held(tmp_path):
        pass


@pytest.mark.parametrize("kind", ["folder", "device", "pipe"])
def test_what_is_no_file_is_never_replaced(tmp_path, device, kind):
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(device)
    before = path.stat().st_mode, path.is_symlink()
    with pytest.raises(UserError, match=rf"^{path} must be a file, not a {kind}$"):
        replace_file(path, lambda file: file.write_text("new"))
    assert (path.stat().st_mode, path.is_symlink()) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["x"]


def test_a_link_stays_one(tmp_path):
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to(tmp_path / "folder" / "real.txt")
    for text in ("one", "two"):
        replace_file(link, lambda file, text=text: file.write_text(text))
        assert link.is_symlink()
        assert (tmp_path / "folder" / "real.txt").read_text() == text


def test_arrays_are_written_by_their_names(tmp_path):
    write_arrays(tmp_path / "a.npz", {"x": np.arange(3), "a/b": np.zeros(2)})
    with np.load(tmp_path / "a.npz") as found:
        assert {name: found[name].tolist() for name in found} == {"x": [0, 1, 2], "a/b": [0, 0]}
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"]
