"""Explanations in the report of a run that learns over time."""

import re
from pathlib import Path

from backspike.experiments.temporal import report_terms
from backspike.experiments.temporal.report_terms import TERMS


def test_every_term_of_the_page_is_explained():
    page = (Path(report_terms.__file__).parent / "report.html.j2").read_text()
    named = set(re.findall(r'term\("(\w+)"', page)) | set(re.findall(r'\("(\w+_membrane)"', page))
    assert named <= set(TERMS)
    assert all(text.endswith((".", "0.")) for text in TERMS.values())
