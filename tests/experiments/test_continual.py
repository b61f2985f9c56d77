"""Continual learning: lessons, what is learned in which order, and the command."""

import numpy as np
import pytest

from backspike.experiments.continual import (
    REMEDIES,
    LessonsResult,
    learn_lessons,
    result_of,
)
from backspike.experiments.continual_lessons import split_lessons
from backspike.experiments.data.datasets import load_dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.inputs import shortened
from backspike.experiments.runs import Checkpoint
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions

DIGITS = load_dataset("digits")
HOW = LearningOptions(margin=512, window=16384)


class Spy(EquationsLearner):
    """Keeps what it is told."""

    def __init__(self, layers):
        super().__init__(EquationsState.fresh(init_weights(layers, 1)), HOW)
        self.phases, self.labels = [], []

    def begin(self, phase):
        self.phases.append(phase)
        self.labels.append([])
        super().begin(phase)

    def learn(self, x, y):
        self.labels[-1] += y.tolist()
        return super().learn(x, y)


def membrane(weights, x, y):
    return evaluate(weights, x, y).membrane


def lessons_learned(remedy, lessons, epochs=1):
    spy, state = Spy((256, 20, 10)), Checkpoint([], [])
    learn(spy, lessons, state, remedy, epochs)
    return spy, result_of(state, remedy, np.zeros(len(lessons)))


def learn(spy, lessons, state, remedy, epochs, write=lambda state: None):
    """Returns the samples that the bar was told of."""
    shown = []
    learn_lessons(
        spy, lessons, state, remedy=remedy, epochs=epochs, kept=7, seed=1,
        accuracy=membrane, write=write, progress=shown.append,
    )  # fmt: skip
    return sum(shown)


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


@pytest.mark.parametrize("remedy", [name for name in REMEDIES if name != "prototypes"])
@pytest.mark.parametrize("stop", [0, 1, 5, 12, 16])
def test_lessons_go_on_where_they_were_interrupted(remedy, stop):
    class Stopped(Spy):
        chunk = 64
        left = None

        def learn(self, x, y):
            if self.left == 0:
                raise KeyboardInterrupt
            if self.left is not None:
                self.left -= 1
            return super().learn(x, y)

        def counters(self):
            return {"cycles_learn": 3 * sum(map(len, self.labels)), "spikes": 5}

    lessons = split_lessons(shortened(DIGITS, 500), 4)
    whole, parts = Checkpoint([], []), Checkpoint([], [])
    total = learn(Stopped((256, 8, 10)), lessons, whole, remedy, epochs=2)
    spy, written = Stopped((256, 8, 10)), []
    spy.left = stop
    with pytest.raises(KeyboardInterrupt):
        learn(spy, lessons, parts, remedy, epochs=2, write=written.append)
    assert written[-1] is parts
    again = Stopped((256, 8, 10))
    for new, old in zip(again.weights(), parts.weights, strict=True):
        new[:] = old
    assert learn(again, lessons, parts, remedy, epochs=2) == total
    assert parts.history == whole.history
    assert result_of(parts, remedy, np.zeros(len(lessons))).cycles == 3 * total
    assert all(np.array_equal(a, b) for a, b in zip(parts.weights, whole.weights, strict=True))
    assert sum(map(len, spy.labels + again.labels)) == total


def test_what_is_forgotten_is_counted_from_the_best():
    accuracy = np.array([[0.9, 0.1, 0.0], [0.5, 0.8, 0.0], [0.6, 0.2, 1.0]])
    outcome = LessonsResult(accuracy, np.zeros(3), 0)
    assert np.isclose(outcome.final, 0.6)
    assert np.isclose(outcome.forgotten, (0.3 + 0.6) / 2)


def test_transfer_is_what_other_lessons_do_to_one():
    accuracy = np.array([[0.9, 0.3, 0.1], [0.5, 0.8, 0.4], [0.6, 0.9, 1.0]])
    outcome = LessonsResult(accuracy, np.array([0.2, 0.1, 0.2]), 0)
    assert np.isclose(outcome.backward, (-0.3 + 0.1) / 2)
    assert np.isclose(outcome.forward, (0.2 + 0.2) / 2)
    assert np.isclose(outcome.forgotten, 0.3 / 2)
    alone = LessonsResult(accuracy[:1, :1], np.zeros(1), 0)
    assert alone.backward == alone.forward == alone.forgotten == 0
