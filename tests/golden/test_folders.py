"""Folders that take files, and those that do not."""

from backspike.golden.folders import is_writable


def test_a_folder_is_made_where_it_can_be(tmp_path):
    assert is_writable(tmp_path / "new/inner")
    assert list((tmp_path / "new/inner").iterdir()) == []
    (tmp_path / "file").write_text("")
    assert not is_writable(tmp_path / "file/inner")
