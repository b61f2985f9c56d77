"""Lessons of continual learning: tasks that are learned one after the other."""

from typing import NamedTuple

import numpy as np

from backspike.experiments.data.datasets import Dataset
from backspike.golden.errors import UserError

__all__ = ["Lesson", "domain_lessons", "permuted_lessons", "split_lessons"]


class Lesson(NamedTuple):
    """One task."""

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    rivals: np.ndarray
    """Its classes, bool (n_classes,)."""


def split_lessons(data: Dataset, per_lesson: int) -> list[Lesson]:
    """So many classes per lesson, in ascending order: class-incremental learning.

    Raises
    ------
    UserError
        If that makes no two lessons.
    """
    if not 1 <= per_lesson < data.n_classes:
        raise UserError(
            f"--classes must be between 1 and {data.n_classes - 1}, to make two lessons of the "
            f"{data.n_classes} classes of {data.name}, not {per_lesson}"
        )
    lessons = []
    for first in range(0, data.n_classes, per_lesson):
        classes = np.arange(first, min(first + per_lesson, data.n_classes))
        train, test = np.isin(data.y_train, classes), np.isin(data.y_test, classes)
        lessons.append(
            Lesson(
                "/".join(map(str, classes)),
                data.x_train[train],
                data.y_train[train],
                data.x_test[test],
                data.y_test[test],
                np.isin(np.arange(data.n_classes), classes),
            )
        )
    return lessons


def domain_lessons(data: Dataset, per_lesson: int) -> list[Lesson]:
    """As :func:`split_lessons`, but to be told is only which class of its lesson a sample is, from
    0: domain-incremental learning.

    Raises
    ------
    UserError
        If lessons of so many classes leave some over, or that makes no two.
    """
    if data.n_classes % per_lesson:
        raise UserError(
            f"--classes must divide the {data.n_classes} classes of {data.name}, not {per_lesson}"
        )
    return [
        lesson._replace(
            y_train=lesson.y_train % per_lesson,
            y_test=lesson.y_test % per_lesson,
            rivals=np.ones(per_lesson, bool),
        )
        for lesson in split_lessons(data, per_lesson)
    ]


def permuted_lessons(data: Dataset, count: int, seed: int) -> list[Lesson]:
    """All classes in every lesson, the inputs in another order; in the first as they are."""
    lessons = []
    for n in range(count):
        rng = np.random.default_rng([seed, n])
        order = rng.permutation(data.n_in) if n else np.arange(data.n_in)
        lessons.append(
            Lesson(
                f"order {n + 1}",
                np.ascontiguousarray(data.x_train[:, order]),
                data.y_train,
                np.ascontiguousarray(data.x_test[:, order]),
                data.y_test,
                np.ones(data.n_classes, bool),
            )
        )
    return lessons
