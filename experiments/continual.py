"""Continual learning: one task, or lesson, after the other, and what is forgotten on the way.

Nothing tells the network at test time which task a sample is from: its class is the output with the
largest sum of all. Strategies, or remedies against forgetting:

``none``
    Plain training.
``gate``
    On chip, and no sample is stored: while a task is learned, only its own outputs can be pushed
    down (`TrainingPhase.rivals`), and after the first task only the last layer learns
    (`TrainingPhase.frozen`).
``metaplastic``
    The same, but no layer is frozen: synapses become firm with use
    (:mod:`backspike.golden.nbp.metaplasticity`).
``rehearse``
    Replay: the host keeps some samples of every task, and sends one of them, chosen at random,
    after each new sample.
``prototypes``
    On chip, and no sample is stored: no backpropagation, but prototypes of each class
    (:mod:`backspike.golden.prototypes.equations`); here, the class is that of the winners.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backspike.experiments.continual_lessons import Lesson
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import Learner
from backspike.experiments.runs import Checkpoint
from backspike.experiments.train_loop import Epoch, learn_epochs, shuffled_epochs
from backspike.golden.engine import all_cycles
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.hdl.params import DEFAULT_LANES

__all__ = [
    "REMEDIES",
    "Accuracy",
    "LessonsResult",
    "learn_lessons",
    "learn_together",
    "lesson_accuracies",
    "lessons_done",
    "result_of",
]

REMEDIES = ("none", "gate", "metaplastic", "rehearse", "prototypes")


#: Share of some inputs, with their classes, that weights get right.
Accuracy = Callable[[list[np.ndarray], np.ndarray, np.ndarray], float]


@dataclass(frozen=True)
class LessonsResult:
    """Accuracy after each lesson, and the usual measures of it.

    Attributes
    ----------
    accuracy : numpy.ndarray
        Test accuracy, (lessons, lessons): row t after lesson t, column j of lesson j.
    untrained : numpy.ndarray
        Test accuracy before the first lesson, (lessons,).
    mismatches : int
        Weights that differed from the golden equations after any lesson.
    cycles : int
        Of the core, in all; 0 of engines that count none.
    """

    accuracy: np.ndarray
    untrained: np.ndarray
    mismatches: int
    cycles: int = 0

    @property
    def final(self) -> float:
        """Average accuracy: mean over the lessons, at the end."""
        return float(self.accuracy[-1].mean())

    @property
    def forgotten(self) -> float:
        """Forgetting, mean over all lessons but the last: the best accuracy since it was learned,
        less the final one."""
        count = len(self.accuracy) - 1
        losses = [self.accuracy[j:, j].max() - self.accuracy[-1, j] for j in range(count)]
        return float(np.mean(losses)) if losses else 0.0

    @property
    def backward(self) -> float:
        """Backward transfer, mean over all lessons but the last: the final accuracy, less that
        when it had just been learned (Lopez-Paz and Ranzato, 2017)."""
        gains = self.accuracy[-1] - self.accuracy.diagonal()
        return float(gains[:-1].mean()) if len(gains) > 1 else 0.0

    @property
    def forward(self) -> float:
        """Forward transfer, mean over all lessons but the first: the accuracy just before it was
        learned, less that of the untrained network (the same)."""
        gains = self.accuracy.diagonal(1) - self.untrained[1:]
        return float(gains.mean()) if gains.size else 0.0


def lesson_accuracies(
    lessons: Sequence[Lesson], weights: list[np.ndarray], accuracy: Accuracy
) -> list[float]:
    """Accuracy on the test samples of each lesson."""
    return [accuracy(weights, lesson.x_test, lesson.y_test) for lesson in lessons]


def learn_lessons(
    learner: Learner,
    lessons: Sequence[Lesson],
    state: Checkpoint,
    *,
    remedy: str,
    epochs: int,
    kept: int,
    seed: int,
    accuracy: Accuracy,
    write: Callable[[Checkpoint], None],
    progress: Callable[[int], None],
) -> None:
    """Learn one lesson after the other, and test all of them after each.

    Goes on from wherever ``state`` is, whose epochs are those of the lesson under way, and whose
    history has an entry for each lesson that is done. ``state`` follows, and is written after each
    epoch, every minute, and on Ctrl-C, which is raised again.

    ``kept`` is the number of samples that ``rehearse`` keeps of each lesson; ``accuracy`` tests
    weights of the learner; ``progress`` hears of samples that were learned, also of those before.
    """
    cycles_before = all_cycles(state.totals)

    def test(count: int) -> None:
        if state.epoch < epochs:
            return
        row = lesson_accuracies(lessons, learner.weights(), accuracy)
        worst = max(int(state.totals.get("mismatches", 0)), learner.mismatches())
        state.history.append({
            "remedy": remedy,
            "accuracy": row,
            "mismatches": worst,
            "cycles": int(cycles_before + all_cycles(learner.counters())),
        })  # fmt: skip
        state.epoch = 0

    def remaining() -> Iterator[Epoch]:
        begun = (len(lessons_done(state, remedy)), state.epoch)
        progress(state.position)
        for t, epoch, x, y in _epochs(lessons, remedy, epochs, kept, seed):
            if (t, epoch) < begun:
                progress(len(y))
                continue
            phase = TrainingPhase(epoch)
            if remedy == "gate":
                last = len(learner.weights()) - 1
                phase = TrainingPhase(epoch, lessons[t].rivals, frozen=last if t else 0)
            elif remedy == "metaplastic":
                phase = TrainingPhase(epoch, lessons[t].rivals)
            yield Epoch(phase, x.__getitem__, y)

    learn_epochs(learner, remaining(), state, on_end=test, progress=progress, write=write)


def learn_together(
    lessons: Sequence[Lesson],
    layers: tuple[int, ...],
    epochs: int,
    seed: int,
    learning: LearningOptions,
) -> float:
    """Mean accuracy over the lessons where all their samples come in random order, by the
    equations: what there is to be reached."""
    fresh = EquationsState.fresh(
        init_weights(layers, seed), rate=learning.rate, lanes=DEFAULT_LANES, seed=seed
    )
    x = np.concatenate([lesson.x_train for lesson in lessons])
    y = np.concatenate([lesson.y_train for lesson in lessons])
    order = shuffled_epochs(lambda epoch, numbers: x[numbers], y, seed=seed, end=epochs)
    learn_epochs(EquationsLearner(fresh, learning), order, Checkpoint(*fresh))
    return float(
        np.mean([evaluate(fresh.weights, other.x_test, other.y_test).membrane for other in lessons])
    )


def lessons_done(state: Checkpoint, remedy: str) -> list[dict[str, Any]]:
    """Entries of the lessons that were learned with a remedy."""
    return [entry for entry in state.history if entry["remedy"] == remedy]


def result_of(state: Checkpoint, remedy: str, untrained: np.ndarray) -> LessonsResult:
    """The result of a remedy under which all lessons were learned."""
    done = lessons_done(state, remedy)
    rows = [entry["accuracy"] for entry in done]
    worst = max(entry["mismatches"] for entry in done)
    return LessonsResult(np.array(rows), untrained, worst, done[-1].get("cycles", 0))


def _epochs(
    lessons: Sequence[Lesson], remedy: str, epochs: int, kept: int, seed: int
) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Lesson, epoch, and the samples in the order in which they are learned."""
    old_x: list[np.ndarray] = []
    old_y: list[np.ndarray] = []
    for t, lesson in enumerate(lessons):
        rng = np.random.default_rng([seed, t, 2])
        for epoch in range(epochs):
            order = rng.permutation(len(lesson.y_train))
            x, y = lesson.x_train[order], lesson.y_train[order]
            if old_x:
                x, y = _interleaved(rng, x, y, np.concatenate(old_x), np.concatenate(old_y))
            yield t, epoch, x, y
        if remedy == "rehearse":
            keep = rng.permutation(len(lesson.y_train))[:kept]
            old_x.append(lesson.x_train[keep])
            old_y.append(lesson.y_train[keep])


def _interleaved(
    rng: np.random.Generator, x: np.ndarray, y: np.ndarray, old_x: np.ndarray, old_y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """New samples, each followed by one of the old ones."""
    chosen = rng.integers(0, len(old_y), len(y))
    both_x = np.stack([x, old_x[chosen]], axis=1).reshape(2 * len(y), -1)
    return both_x, np.stack([y, old_y[chosen]], axis=1).reshape(-1)
