"""Continual learning: lessons, what is learned in which order, and the command."""

import json

import numpy as np
import pytest

from backspike.golden.datasets import load_dataset
from backspike.golden.equations import init_weights
from backspike.golden.nbp_learning import Learning
from backspike.sim.circuits import Followed
from backspike.sim.continual import Outcome, learn_lessons, permuted_lessons, split_lessons
from backspike.sim.learners import EquationsLearner

DIGITS = load_dataset("digits")
HOW = Learning(margin=512, window=16384)


class Spy(EquationsLearner):
    """Keeps what it is told."""

    def __init__(self, layers):
        super().__init__(Followed(init_weights(layers, 1), [], []), HOW)
        self.phases, self.labels = [], []

    def begin(self, phase):
        self.phases.append(phase)
        self.labels.append([])
        super().begin(phase)

    def learn(self, x, y):
        self.labels[-1] += y.tolist()
        return super().learn(x, y)


def lessons_learned(remedy, lessons, epochs=1):
    spy = Spy((256, 20, 10))
    outcome = learn_lessons(
        spy, lessons, remedy=remedy, epochs=epochs, kept=7, seed=1, progress=lambda n: None
    )
    return spy, outcome


def test_split_lessons_hold_every_sample_once():
    lessons = split_lessons(DIGITS, 4)
    assert [lesson.name for lesson in lessons] == ["0/1/2/3", "4/5/6/7", "8/9"]
    assert sum(len(lesson.y_train) for lesson in lessons) == len(DIGITS.y_train)
    for lesson in lessons:
        classes = np.flatnonzero(lesson.rivals)
        assert set(lesson.y_train) == set(lesson.y_test) == set(classes)


def test_permuted_lessons_are_the_same_inputs_in_other_orders():
    first, second, third = permuted_lessons(DIGITS, 3, seed=4)
    assert np.array_equal(first.x_train, DIGITS.x_train)
    assert not np.array_equal(second.x_test, third.x_test)
    for lesson in (second, third):
        assert np.array_equal(lesson.x_train.sum(axis=1), DIGITS.x_train.sum(axis=1))
        columns = {column.tobytes() for column in lesson.x_train.T}
        assert columns == {column.tobytes() for column in DIGITS.x_train.T}


def test_the_gate_names_the_classes_and_freezes_what_is_below():
    lessons = split_lessons(DIGITS, 5)
    spy, outcome = lessons_learned("gate", lessons, epochs=2)
    assert [phase.epoch for phase in spy.phases] == [0, 1, 0, 1]
    assert [phase.frozen for phase in spy.phases] == [0, 0, 1, 1]
    for n, phase in enumerate(spy.phases):
        assert np.array_equal(phase.rivals, lessons[n // 2].rivals)
    assert sorted(spy.labels[3]) == sorted(lessons[1].y_train)
    plain, forgetful = lessons_learned("none", lessons, epochs=2)
    assert all(phase.rivals is None and not phase.frozen for phase in plain.phases)
    assert outcome.forgotten < 0.3 < forgetful.forgotten
    assert outcome.final > forgetful.final


def test_rehearsal_adds_an_old_sample_to_each_new_one():
    lessons = split_lessons(DIGITS, 4)
    spy, outcome = lessons_learned("rehearse", lessons)
    assert sorted(spy.labels[0]) == sorted(lessons[0].y_train)
    new, old = spy.labels[2][::2], spy.labels[2][1::2]
    assert sorted(new) == sorted(lessons[2].y_train)
    assert set(old) <= set(range(8))
    assert outcome.final > lessons_learned("none", lessons)[1].final


def test_what_is_forgotten_is_counted_from_the_best():
    accuracy = np.array([[0.9, 0.1, 0.0], [0.5, 0.8, 0.0], [0.6, 0.2, 1.0]])
    outcome = Outcome(accuracy, 0)
    assert np.isclose(outcome.final, 0.6)
    assert np.isclose(outcome.forgotten, (0.3 + 0.6) / 2)


@pytest.mark.parametrize("more", [[], ["--rate", "200", "--hidden", "12,8"]], ids=["plain", "rate"])
def test_the_circuit_learns_what_the_equations_do(backspike, more, tmp_path):
    results = []
    circuit = ("--circuit", "folded", "--engine", "golden")
    for name, which in (("equations", ()), ("circuit", circuit)):
        size = ("--samples", 200, "--hidden", "12", "--classes", 4, *more)
        done = backspike("continual", *size, *which, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
        results.append(json.loads((tmp_path / name / "continual.json").read_text()))
        assert (tmp_path / name / "continual.png").read_bytes().startswith(b"\x89PNG")
    assert results[0]["remedies"] == results[1]["remedies"]
    assert list(results[0]["remedies"]) == ["none", "gate", "rehearse"]
    assert results[0]["together"] == results[1]["together"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--classes", "10"], "--classes must be between 1 and 9"),
        (["--protocol", "permuted", "--remedy", "gate"], "--remedy gate is for --protocol split"),
        (["--engine", "golden"], "--engine is for --circuit folded"),
        (["--samples", "5"], "has no samples"),
    ],
)
def test_what_cannot_be_is_refused(backspike, options, message, tmp_path):
    done = backspike("continual", *options, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
