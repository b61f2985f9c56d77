"""The exercises of the course: none expects what one of its mistakes gives."""

from itertools import combinations

import pytest

from backspike.lessons.checking import compare
from backspike.lessons.exercise import Exercise
from backspike.lessons.exercises import EXERCISES


@pytest.mark.parametrize("name", EXERCISES)
def test_no_mistake_is_right_and_none_is_another(name):
    exercise = EXERCISES[name]
    answers = [exercise.expected, *(mistake.answer for mistake in exercise.mistakes)]
    values = [
        [row.expected for row in compare(Exercise(name, exercise.cases, answer), None).rows]
        for answer in answers
    ]
    assert not [pair for pair in combinations(values, 2) if pair[0] == pair[1]]
