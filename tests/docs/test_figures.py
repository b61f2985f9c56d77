"""Figures of the pages: drawn from one table each, never stale, with words for who sees none."""

import importlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from backspike.sim.palette import PALETTE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), DOCS.parent / "README.md"]


@pytest.fixture
def figures(monkeypatch):
    """A module of ``docs/figures``, by its name."""
    monkeypatch.syspath_prepend(DOCS / "figures")
    return importlib.import_module


def words(path):
    """What a figure says to those who do not see it: its numbers."""
    return ElementTree.parse(path).getroot().findtext("{http://www.w3.org/2000/svg}title")


def test_every_picture_is_drawn_by_the_one_command(figures):
    drawn = {f"{name}.svg" for name in figures("draw").FIGURES}
    assert {path.name for path in (DOCS / "img").iterdir()} == drawn


def test_diagrams_are_those_that_are_drawn(figures, tmp_path):
    draw = figures("draw")
    for name in draw.DIAGRAMS:
        draw.draw(name, tmp_path)
        file = f"{name}.svg"
        assert (DOCS / "img" / file).read_text() == (tmp_path / file).read_text(), file


@pytest.mark.parametrize("name", ["continual_split", "fashion_mnist_equations",
                                  "mnist_equations", "mnist_rtl", "rules_digits"])  # fmt: skip
def test_pictures_show_the_recorded_numbers(figures, name, tmp_path):
    draw = figures("draw")
    assert name in draw.RECORDED
    draw.draw(name, tmp_path)
    assert words(DOCS / "img" / f"{name}.svg") == words(tmp_path / f"{name}.svg")


def test_pictures_have_colours_of_the_palette_only():
    known = {colour for pair in PALETTE.values() for colour in pair}
    for path in (DOCS / "img").iterdir():
        assert set(re.findall(r"#[0-9a-f]{6}\b", path.read_text())) <= known, path.name


def test_each_box_leads_to_the_file_that_the_page_names(figures):
    blocks = figures("core_blocks")
    files = blocks.files_of_boxes()
    assert set(files) == {blocks.WHOLE, *blocks.BOXES, *blocks.CLUSTERS}
    links = re.findall(r'<a href="([^"]+)">', (DOCS / "img" / "core_blocks.svg").read_text())
    assert {(DOCS / "img" / link).resolve() for link in links} == {
        DOCS.parent / file for file in files.values()
    }
    assert all((DOCS / "img" / link).exists() for link in links)


def test_the_site_has_the_palette_of_the_figures():
    css = (DOCS / "_static" / "site.css").read_text()
    for name, colours in PALETTE.items():
        assert set(re.findall(rf"--{name}: (#\w+);", css)) == set(colours)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_are_there_and_described(page):
    for words, file in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text()):
        assert (page.parent / file).exists(), file
        assert len(words.split()) >= 5, f"{page.name}: say what {file} shows, not only {words!r}"


def test_every_figure_is_on_a_page():
    text = "".join(page.read_text() for page in PAGES)
    assert [path.name for path in (DOCS / "img").glob("*.svg") if path.name not in text] == []
