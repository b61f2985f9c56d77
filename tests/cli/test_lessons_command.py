"""The notebooks of the course in a folder of one's own."""

import json

import pytest

from backspike.lessons.sources import lesson_names, lesson_text

pytest.importorskip("jupytext")


def test_every_lesson_becomes_a_notebook(backspike, tmp_path):
    said = backspike("lessons", tmp_path / "mine").stdout
    files = sorted((tmp_path / "mine").iterdir())
    assert [file.stem for file in files] == lesson_names()
    assert f"jupyter lab {tmp_path / 'mine'}" in " ".join(said.split())
    made = json.loads(files[0].read_text())
    assert "".join(made["cells"][0]["source"]).startswith("# 1. ")
    assert "raise NotImplementedError" in files[0].read_text()


def test_solutions_are_for_teachers(backspike, tmp_path):
    backspike("lessons", tmp_path, "--solved")
    assert "raise NotImplementedError" not in (tmp_path / "01_neuron.ipynb").read_text()
    assert "raise NotImplementedError" in lesson_text("01_neuron")


def test_what_a_student_wrote_stays(backspike, tmp_path):
    (tmp_path / "01_neuron.ipynb").write_text("mine")
    assert "is there already" in backspike("lessons", tmp_path).stdout
    assert (tmp_path / "01_neuron.ipynb").read_text() == "mine"


def test_a_file_is_no_folder(backspike, tmp_path):
    (tmp_path / "file").write_text("")
    done = backspike("lessons", tmp_path / "file")
    assert done.returncode == 2
    assert "is no folder" in done.stderr
