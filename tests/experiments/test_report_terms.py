"""Explanations of terms: each is a sentence, and none is left without its term."""

import re
from importlib.resources import files

import pytest

from backspike.experiments.report import READ_OUTS
from backspike.experiments.report_terms import TERMS
from backspike.hdl.host_map import COUNTERS

PAGE = files("backspike.experiments").joinpath("report.html.j2").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TERMS)
def test_each_is_a_sentence(name):
    assert TERMS[name].endswith(".")
    assert 25 <= len(TERMS[name]) <= 300


def test_every_term_of_the_page_is_explained():
    named = set(re.findall(r'term\("(\w+)"', PAGE))
    assert named <= set(TERMS)
    counted = {name for name in COUNTERS if not name.startswith("cycles")}
    assert counted | set(READ_OUTS) <= set(TERMS)
