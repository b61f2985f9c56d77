"""Wrong answers to lesson 1, each named by its check."""

import pytest

WRONG = [
    ("1.1", "steps = [2, 3, 6]", "Look at `spike 1` first"),
    ("1.1", "steps = [3, 8, 9, 10]", "more values than expected"),
    ("1.1", "steps = [2, 7, 9]", "does not leak"),
    ("1.1", "steps = [4, 9, 11]", "count the steps from 1"),
    ("1.1", "steps = 3", "not of the form"),
    ("1.2", "leak = lambda v, decay: v * (4096 - decay) // 4096", "towards zero"),
    ("1.2", "leak = lambda v, decay: v * (4096 - decay) / 4096", "whole numbers only"),
    ("1.2", "leak = lambda v, decay: v - int(v * decay / 4096)", "multiply by 4096 - decay first"),
    ("1.2", "leak = lambda v, decay: int(v * decay / 4096)", "the share that goes"),
    ("1.2", "leak = lambda v, decay: round(v * (1 - decay / 4096))", "cuts off"),
]
STEP = """
def step(v, total, decay, threshold):
    v = int(v * (4096 - decay) / 4096)
    v += 64 * total
    if v > 64 * threshold:
        return 0, 1
    return v, 0
"""
RUN = """
def run(sums, decay, threshold, refractory):
    v, rest, found = 0, 0, []
    for total in sums:
        v = int(v * (4096 - decay) / 4096) + 64 * total
        if rest:
            v, rest = 0, rest - 1
        fired = not rest and v > 64 * threshold
        if fired:
            v, rest = 0, refractory - 1
        found.append((v, fired))
    return found
"""
CHANGED = [
    ("1.3", STEP, "    v += 64 * total\n", "    v += total\n", "multiply it by 64"),
    ("1.3", STEP, "v > 64", "v >= 64", "`>`, not `>=`"),
    ("1.3", STEP, "> 64 * threshold", "> threshold", "64 * threshold"),
    ("1.3", STEP, "return 0, 1", "return v, 1", "The voltage is not reset"),
    ("1.3", STEP, "int(v * ", "int((v + 64 * total) * ", "Look at"),
    ("1.3", STEP, "return v, 0", "return v", "not of the form that the exercise asks for in the"),
    ("1.4", RUN, "            v, rest = 0, rest - 1", "            rest -= 1", "still gathers"),
    ("1.4", RUN, "refractory - 1", "0", "never held"),
    ("1.4", RUN, "refractory - 1", "refractory", "one step too many"),
]


@pytest.mark.parametrize(("exercise", "text", "words"), WRONG)
def test_a_wrong_answer_is_named(exercise, text, words, verdict):
    assert words in verdict(exercise, text).words


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, changed):
    assert words in changed(exercise, text, right, wrong)


def test_sum_and_threshold_without_their_unit_are_named(verdict):
    assert "multiply both by 64" in verdict("1.3", STEP.replace("64 * ", "")).words


def test_a_leak_after_the_addition_is_named(verdict):
    late = """
    def step(v, total, decay, threshold):
        v = int((v + 64 * total) * (4096 - decay) / 4096)
        return (0, 1) if v > 64 * threshold else (v, 0)
    """
    assert "has to come before" in verdict("1.3", late).words
