"""The ``backspike lab`` command."""

import pytest

pytestmark = pytest.mark.slow


def test_a_preset_becomes_a_page(backspike, tmp_path):
    done = backspike("lab", "single-neuron", "--export", tmp_path / "pages")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(tmp_path / "pages" / "single-neuron.html")
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["single-neuron.html"]


def test_what_is_no_folder_is_refused(backspike, tmp_path):
    (tmp_path / "file").write_text("")
    done = backspike("lab", "--export", tmp_path / "file")
    assert done.returncode == 2
    assert f"--export {tmp_path / 'file'} must be a folder" in done.stderr
