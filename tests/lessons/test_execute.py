"""Lessons as executed notebooks and pages."""

import json
import re
from pathlib import Path

import pytest

from backspike.lessons.execute import execute_lesson
from backspike.lessons.sources import lesson_text

ROOT = Path(__file__).parents[2]
pytest.importorskip("nbconvert")
# What jupyter's own packages leave open is no concern of ours.
pytestmark = pytest.mark.filterwarnings("ignore")


def test_a_lesson_is_a_notebook_and_a_page_with_figures(tmp_path, capfd):
    execute_lesson("01_neuron", tmp_path)
    made = json.loads((tmp_path / "01_neuron.ipynb").read_text())
    assert all(cell.get("execution_count", 1) for cell in made["cells"])
    assert "warn" not in capfd.readouterr().err.lower(), "nor does the kernel warn of anything"
    page = (tmp_path / "01_neuron.md").read_text()
    assert page.startswith("# 1. A spiking neuron in integers")
    assert "not written yet" in page
    figures = sorted((tmp_path / "01_neuron_files").iterdir())
    drawing = re.findall("(?m)^axes = new_axes", lesson_text("01_neuron"))
    assert len(figures) == len(drawing) > 1
    assert re.findall(r"!\[(.*?)\]", page) == re.findall('alt="(.*)"', lesson_text("01_neuron"))[:2]
    assert all(f"01_neuron_files/{figure.name}" in page for figure in figures)


def test_make_executes_them_anew_when_a_floor_that_they_import_changes():
    texts = (path.read_text() for path in (ROOT / "lessons").rglob("*.py"))
    imported = {name for text in texts for name in re.findall(r"(?m)^from backspike\.(\w+)", text)}
    makefile = (ROOT / "Makefile").read_text()
    watched = re.findall(r"(?m)^TAUGHT := \$\(shell find ([\w ]+) -name", makefile)
    assert imported <= set(watched[0].split())
