"""Figures: the same text for the same picture, in the colours of its page or in its own."""

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_hex

from backspike.sim.figures import Picture, colour, diverging, new_figure, sequential, style


def drawn():
    with style():
        figure = new_figure(4, 3)
        axes = figure.subplots()
        axes.plot([1, 2], [3, 4], "o-", color=colour("blue"))
        axes.imshow(np.eye(3), cmap=diverging(), interpolation="none")
        axes.set_title("a $b^{ & <c>")
    return Picture(figure, 'words of "it" & <more>')


@pytest.fixture
def picture():
    return drawn()


def test_a_figure_is_the_same_text_every_time(picture):
    assert drawn().svg() == picture.svg() == picture.svg()


def test_in_a_page_it_takes_the_colours_of_the_page(picture):
    text = picture.svg()
    root = ElementTree.fromstring(text)
    assert root.tag == "svg"
    assert root.get("role") == "img"
    assert root.get("aria-label") == picture.words
    assert "var(--blue)" in text
    assert "var(--ground)" in text
    assert not root.findall(".//style") + root.findall(".//metadata")
    assert "http" not in text
    assert "DejaVu" not in text
    assert [t.text for t in root.iter("text") if "$" in (t.text or "")] == ["a $b^{ & <c>"]


def test_every_reference_has_its_target(picture):
    root = ElementTree.fromstring(picture.svg())
    named = {part.get("id") for part in root.iter()} - {None}
    links = {part.get("href", "") for part in root.iter()}
    clips = {part.get("clip-path", "")[5:-1] for part in root.iter()} - {""}
    assert clips | {link[1:] for link in links if link.startswith("#")} == named


def test_alone_it_brings_the_palette_and_its_words(picture, tmp_path):
    picture.save(tmp_path / "a.svg")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == picture.words
    assert "prefers-color-scheme: dark" in root.find(f"{space}style").text


def test_other_kinds_are_those_of_matplotlib(picture, tmp_path):
    picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "none", "png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "none").read_bytes()
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_colour_maps_begin_and_end_with_the_palette():
    assert to_hex(sequential()(1.0)) == colour("blue")
    assert diverging()(0.0) == sequential()(1.0)


def test_it_does_not_import_matplotlib():
    code = "import sys, backspike.sim.figures; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.stdout == "False\n"
