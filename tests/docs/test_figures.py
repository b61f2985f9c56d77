"""Figures of the pages: drawn from one table each, never stale, with words for who sees none."""

import importlib
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), DOCS.parent / "README.md"]


@pytest.fixture
def figures(monkeypatch):
    """A module of ``docs/figures``, by its name."""
    monkeypatch.syspath_prepend(DOCS / "figures")
    return importlib.import_module


def test_figures_are_those_that_are_drawn(figures, tmp_path):
    figures("draw").draw(tmp_path)
    drawn = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {path.name: path.read_text() for path in (DOCS / "img").glob("*.svg")} == drawn


def test_each_box_leads_to_the_file_that_the_page_names(figures):
    blocks = figures("core_blocks")
    files = blocks.files_of_boxes()
    assert set(files) == {blocks.WHOLE, *blocks.BOXES, *blocks.CLUSTERS}
    links = re.findall(r'<a href="([^"]+)">', (DOCS / "img" / "core_blocks.svg").read_text())
    assert {(DOCS / "img" / link).resolve() for link in links} == {
        DOCS.parent / file for file in files.values()
    }
    assert all((DOCS / "img" / link).exists() for link in links)


def test_the_site_has_the_palette_of_the_figures(figures):
    css = (DOCS / "_static" / "site.css").read_text()
    for name, colours in figures("svg").PALETTE.items():
        assert set(re.findall(rf"--{name}: (#\w+);", css)) == set(colours)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_are_there_and_described(page):
    for words, file in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", page.read_text()):
        assert (page.parent / file).exists(), file
        assert len(words.split()) >= 5, f"{page.name}: say what {file} shows, not only {words!r}"


def test_every_figure_is_on_a_page():
    text = "".join(page.read_text() for page in PAGES)
    assert [path.name for path in (DOCS / "img").glob("*.svg") if path.name not in text] == []
