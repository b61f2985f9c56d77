"""Verdicts: each value equal, different or not reached, and a sentence."""

import warnings
from dataclasses import replace

import pytest
from numba import njit

from backspike.golden.errors import UserError
from backspike.lessons.checking import check, compare
from backspike.lessons.exercise import Exercise, Mistake
from backspike.lessons.exercises import EXERCISES
from backspike.sim import waiting

DOUBLED = Exercise(
    "0.1",
    {"one": (1,), "two": (2,)},
    lambda n: {"half": n, "all": 2 * n},
    (Mistake(lambda n: [n, n * n], "You square it."),),
)


def divide(n):
    return {"half": n, "all": n / 0}


def unwritten(n):
    raise NotImplementedError


def test_every_value_is_equal():
    verdict = compare(DOUBLED, lambda n: {"half": n, "all": 2 * n})
    assert verdict
    assert [row.place for row in verdict.rows] == ["one, half", "one, all", "two, half", "two, all"]
    assert {row.state for row in verdict.rows} == {"equal"}


@pytest.mark.parametrize(
    ("answer", "states", "words"),
    [
        (lambda n: {"half": n, "all": n * n}, "ed ee", "You square it."),
        (lambda n: {"half": n}, "en en", "Some values are missing"),
        (lambda n: {"half": n, "all": 2.5 * n}, "ed ed", "whole numbers only"),
        (lambda n: {"half": n, "all": 2 * n, "more": 0}, "eed eed", "more values than expected"),
        (lambda n: {"half": 0, "all": 2 * n}, "de de", "Look at `one, half` first"),
        (lambda n: None, "nn nn", "does it `return` one?"),
        (unwritten, "nn nn", "not written yet"),
        (divide, "nn nn", "ZeroDivisionError: division by zero, at `return {"),
        (7, "nn nn", "in the case `one` with TypeError: 'int' object is not callable."),
        (None, "nn nn", "not written yet"),
    ],
)
def test_what_is_not_equal_is_told(answer, states, words):
    verdict = compare(DOUBLED, answer)
    assert not verdict
    assert [row.state[0] for row in verdict.rows] == list(states.replace(" ", ""))
    assert words in verdict.words


def test_a_hint_is_for_the_first_value_that_differs():
    hinted = replace(DOUBLED, hints={"one, all": "Double it.", "two, all": "Again."})
    assert compare(hinted, lambda n: {"half": n, "all": 9 * n}).words == "Double it."


def test_warnings_of_wrong_answers_that_a_check_knows_are_not_shown():
    def warns(n):
        warnings.warn("of no student", stacklevel=1)
        return [0, 0]

    known = replace(DOUBLED, mistakes=(Mistake(warns, "It warns."),))
    assert "Look at" in compare(known, lambda n: {"half": n, "all": 9 * n}).words


def test_a_check_prints_what_it_returns(capsys):
    verdict = check("1.1", [3])
    said = capsys.readouterr().out
    assert "spike 2" in said
    assert "not reached" in said
    assert verdict.words in said


@pytest.mark.parametrize(
    ("values", "words"), [(12, "12 equal. "), (13, "13 equal (12 are shown). ")]
)
def test_a_check_tells_how_many_of_its_values_are_in_the_table(capsys, monkeypatch, values, words):
    exercise = Exercise("0.1", {"some": (values,)}, lambda n: [0] * n)
    monkeypatch.setitem(EXERCISES, "0.1", exercise)
    assert check("0.1", lambda n: [0] * n)
    assert words in capsys.readouterr().out


def test_a_check_tells_what_is_compiled_meanwhile(capsys, monkeypatch):
    def observe(answer, n):
        return {"half": n, "all": njit(lambda x: 2 * x)(n)}

    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    monkeypatch.setitem(EXERCISES, "0.1", replace(DOUBLED, observe=observe))
    assert check("0.1", divide)
    assert "compiling functions (once: they are kept)" in capsys.readouterr().out


def test_what_is_worked_out_by_hand_is_not_given_away(capsys):
    check("1.1", [3, 7])
    rows = [line.split("│") for line in capsys.readouterr().out.splitlines() if "spike" in line]
    assert [[cell.strip() for cell in row[2:5]] for row in rows] == [
        ["3", "3", "equal"],
        ["?", "7", "different"],
        ["?", "", "not reached"],
    ]


def test_an_unknown_exercise_is_refused():
    with pytest.raises(UserError, match=r"^exercise must be one of 1\.1, .*, not '9\.9'$"):
        check("9.9", None)
