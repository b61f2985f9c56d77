"""Lessons as a student gets them, unsolved and solved."""

import re

import pytest

from backspike.lessons.exercises import EXERCISES
from backspike.lessons.sources import lesson_names, lesson_text, notebook

LESSONS = lesson_names()
#: An exercise's cell, or its check.
_NAMED = re.compile(r'(?:# %% exercise |check\(")(\d\.\d)')


def of_lesson(name):
    return [exercise for exercise in EXERCISES if exercise.startswith(f"{int(name[:2])}.")]


def test_lessons_are_in_order():
    assert [int(name[:2]) for name in LESSONS] == list(range(1, len(LESSONS) + 1))


@pytest.mark.parametrize("name", LESSONS)
def test_a_solved_lesson_passes_all_its_checks(name, run_lesson):
    verdicts = run_lesson(name, solved=True)
    assert list(verdicts) == of_lesson(name)
    assert {key: verdict.words for key, verdict in verdicts.items() if not verdict} == {}


@pytest.mark.parametrize("name", LESSONS)
def test_an_unsolved_lesson_runs_and_passes_none(name, run_lesson):
    verdicts = run_lesson(name, solved=False)
    assert list(verdicts) == of_lesson(name)
    for verdict in verdicts.values():
        assert not verdict
        assert all(row.state == "not reached" for row in verdict.rows)
        assert re.search("not written yet|no value yet", verdict.words)


@pytest.mark.parametrize("name", LESSONS)
def test_every_exercise_has_a_place_a_check_and_a_solution(name):
    for solved in (False, True):
        places = _NAMED.findall(lesson_text(name, solved=solved))
        assert places == [exercise for exercise in of_lesson(name) for _ in range(2)]
    assert "your turn" not in lesson_text(name, solved=True).replace("says `your turn`", "")


@pytest.mark.parametrize("name", LESSONS)
def test_every_figure_has_words_for_those_who_do_not_see_it(name):
    pytest.importorskip("jupytext")
    for cell in notebook(lesson_text(name)).cells:
        draws = re.search(r"(?m)^ *axes = new_axes\(", cell.source)
        assert ("alt" in cell.metadata) == bool(draws)


@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_has_the_cells_of_its_lesson(name):
    pytest.importorskip("jupytext")
    text = lesson_text(name)
    made = notebook(text)
    assert len(made.cells) == text.count("\n# %%") + text.startswith("# %%")
    assert made == notebook(text)
    assert re.match(r"# \d\. ", made.cells[0].source)
