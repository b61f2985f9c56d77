"""The ``backspike lab`` command."""

import signal
import subprocess
import sys
from urllib.request import urlopen

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


def test_it_serves_the_scene_at_the_address_that_it_prints_until_it_is_ended():
    command = [sys.executable, "-m", "backspike.cli.main", "lab", "reward", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().split()[-1]
        with urlopen(address, timeout=60) as answer:
            assert "Reward, some steps later" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 128 + signal.SIGINT
