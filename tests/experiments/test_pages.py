"""Pages that need nothing else."""

import re

from backspike.experiments import pages
from backspike.experiments.pages import render_page
from backspike.sim.figures import Picture, new_figure, style
from backspike.sim.palette import PALETTE

TEMPLATE = """\
{% extends "page.html.j2" %}
{% from "page_parts.html.j2" import figure, term with context %}
{% block title %}{{ name }}{% endblock %}
{% block content %}
<h1>{{ n|count("thing") }}</h1>{{ term("word", "a word") }}{{ figure("one", "wide") }}
{% endblock %}
"""


def test_a_page_has_the_palette_its_pictures_and_its_terms(monkeypatch):
    read = pages._template
    monkeypatch.setattr(pages, "_template", lambda n: TEMPLATE if n == "own" else read(n))
    with style():
        figure = new_figure(2, 1)
        figure.subplots().plot([0, 1])
    made = render_page(
        "own",
        {"one": Picture(figure, "A line from 0 to 1 & back")},
        {"word": "It is <b>so</b>."},
        name="<i>x</i>",
        n=2000,
    )
    assert made.startswith("<!doctype html>")
    assert "<title>Backspike: &lt;i&gt;x&lt;/i&gt;</title>" in made
    assert "<h1>2,000 things</h1>" in made
    assert "It is &lt;b&gt;so&lt;/b&gt;." in made
    assert 'style="--natural:144px"' in made
    assert made.count("<svg ") == 1
    assert 'aria-label="A line from 0 to 1 &amp; back"' in made
    for light, dark in PALETTE.values():
        assert light in made
        assert dark in made
    assert not re.search(r'(src|href)="http', made)
