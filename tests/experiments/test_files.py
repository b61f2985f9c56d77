"""Checks of places to write to, and digests."""

from pathlib import Path

import numpy as np
import pytest

from backspike.experiments.files import check_file, check_folder, digest, json_object
from backspike.golden.errors import UserError


def test_a_place_to_write_to_is_checked_and_left_as_it_was(tmp_path):
    check_file("--json", tmp_path / "new.json")
    check_folder("--out", tmp_path / "new" / "folder")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_named(tmp_path, device):
    file = tmp_path / "file"
    file.touch()
    for check, path, message in (
        (check_file, tmp_path, "must be a file, not a folder"),
        (check_file, tmp_path / "none" / "new", "cannot be written: .*/none: No such file"),
        (check_file, device, "must be a file, not a device"),
        (check_file, Path("/proc/x"), "cannot be written: /proc: no file can be made in it"),
        (check_folder, Path("/proc/x"), "cannot be written: /proc: no file can be made in it"),
        (check_folder, device, "must be a folder, not a device or a pipe"),
        (check_folder, file, "must be a folder, not a file"),
        (check_folder, file / "new", "cannot be written"),
    ):
        with pytest.raises(UserError, match=f"^--out {path} {message}"):
            check("--out", path)


def test_a_digest_is_of_types_shapes_and_values():
    zeros = np.zeros((2, 3), np.uint8)
    digests = {
        digest(arrays)
        for arrays in (
            [zeros], [zeros, zeros], [zeros.T], [zeros.astype(np.int8)], [zeros + np.uint8(1)],
        )
    }  # fmt: skip
    assert len(digests) == 5
    assert digest([zeros.T]) == digest([np.ascontiguousarray(zeros.T)])


@pytest.mark.parametrize("text", ["[1]", "{", "[" * 100_000, "7", ""])
def test_what_is_no_json_object_is_none(tmp_path, text):
    file = tmp_path / "a.json"
    assert json_object(file) is None
    file.write_text(text)
    assert json_object(file) is None
    file.write_text('{"a": 1}')
    assert json_object(file) == {"a": 1}
