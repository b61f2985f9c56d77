"""Lessons run as a student runs them, and answers to their exercises checked."""

import linecache
import textwrap

import matplotlib
import pytest

import backspike.lessons
from backspike.lessons.checking import compare
from backspike.lessons.exercises import EXERCISES
from backspike.lessons.sources import lesson_text


@pytest.fixture
def run_lesson(monkeypatch, tmp_path):
    """Runs a lesson, solved or not; returns the verdicts of its checks, by exercise."""

    def run(name, *, solved):
        verdicts = {}

        def check(exercise, answer):
            verdicts[exercise] = real_check(exercise, answer)
            return verdicts[exercise]

        real_check = backspike.lessons.check
        monkeypatch.setattr(backspike.lessons, "check", check)
        monkeypatch.chdir(tmp_path)
        execute(lesson_text(name, solved=solved), {"__name__": "lesson"})
        return verdicts

    matplotlib.use("agg")
    yield run
    matplotlib.pyplot.close("all")


@pytest.fixture
def verdict():
    """Compares an answer, the last name of a text of Python, with an exercise."""

    def compared(exercise, text):
        names = execute(textwrap.dedent(text), {"__name__": "answer"})
        return compare(EXERCISES[exercise], names[list(names)[-1]])

    return compared


@pytest.fixture
def changed(verdict):
    """Sentence on an answer that is right but for one change."""

    def words(exercise, text, right, wrong):
        assert verdict(exercise, text)
        assert right in text
        return verdict(exercise, text.replace(right, wrong)).words

    return words


def execute(text, names):
    """Run a text whose lines tracebacks and errors can show."""
    file = f"<text {hash(text)}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)
    return names
