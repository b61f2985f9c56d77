"""Files that are replaced as a whole, or not at all."""

import pytest

from backspike.sim.files import replace_file


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
