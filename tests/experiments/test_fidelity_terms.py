"""Explanations of the fidelity report: each is a sentence, and none is left without its term."""

import re
from importlib.resources import files

import pytest

from backspike.experiments.fidelity_terms import FIDELITY_TERMS

PAGE = files("backspike.experiments").joinpath("fidelity.html.j2").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FIDELITY_TERMS)
def test_each_is_a_sentence(name):
    assert FIDELITY_TERMS[name].endswith(".")
    assert 25 <= len(FIDELITY_TERMS[name]) <= 300


def test_the_page_has_these_terms_and_no_others():
    assert set(re.findall(r'term\("(\w+)"', PAGE)) == set(FIDELITY_TERMS)
