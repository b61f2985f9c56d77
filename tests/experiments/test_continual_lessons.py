"""Lessons of continual learning, of digits."""

import numpy as np
import pytest

from backspike.experiments.continual_lessons import (
    domain_lessons,
    permuted_lessons,
    split_lessons,
)
from backspike.experiments.data.datasets import load_dataset
from backspike.golden.errors import UserError

DIGITS = load_dataset("digits")


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


def test_domain_lessons_are_split_ones_that_ask_for_the_place_of_a_class():
    pairs = zip(domain_lessons(DIGITS, 5), split_lessons(DIGITS, 5), strict=True)
    for first, (lesson, split) in zip((0, 5), pairs, strict=True):
        assert np.array_equal(lesson.x_train, split.x_train)
        assert np.array_equal(lesson.y_train + first, split.y_train)
        assert np.array_equal(lesson.y_test + first, split.y_test)
        assert lesson.rivals.tolist() == [True] * 5
    with pytest.raises(UserError, match="must divide the 10 classes of digits, not 3"):
        domain_lessons(DIGITS, 3)
