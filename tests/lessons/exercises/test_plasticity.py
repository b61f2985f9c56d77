"""Wrong answers to lesson 4, each named by its check."""

import pytest

TRACE = """
def trace(spikes, impulse, decay, steps):
    value, found = 0, []
    for step in range(steps):
        value = value * decay // 65536
        value += impulse * (step in spikes)
        value = min(value, 127)
        found.append(value)
    return found
"""
STDP = f"""
{TRACE}
def stdp(before, after, steps):
    x, y = trace(before, 64, 51039, steps), trace(after, 64, 51039, steps)
    w, found = 0, []
    for step in range(steps):
        change = x[step] * (step in after) - y[step] * (step in before)
        w = (2 * w + change) // 4 * 2
        found.append(w)
    return found
"""
CHANGED = [
    ("4.1", TRACE, "min(value, 127)", "value", "stops at 127"),
    ("4.1", TRACE, "value * decay // 65536", "round(value * decay / 65536)", "rounded down"),
    ("4.1", TRACE, "value * decay // 65536", "value * decay / 65536", "whole numbers only"),
    ("4.2", STDP, "x[step] * (step in after) - y", "y[step] * (step in before) - x", "Look at"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "(2 * w - change) // 4 * 2", "sign is turned"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "w + 2 * int(change / 4)", "towards zero"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "w + change // 2", "are odd"),
]
WRONG = [
    ("4.1", TRACE.replace("step in spikes", "step + 1 in spikes"), "Look at"),
    ("4.3", "rule = 'dw = 2^-1*x1*y0 - 2^-1*x0*y1'", "from above"),
    ("4.3", "rule = 'dw = x0*y1/2 - x1*y0/8'", "exchanged"),
    ("4.3", "rule = 'dw = x1*y0/2 + x0*y1/8'", "subtracted"),
    ("4.3", "rule = 'dw = 0.5*x1*y0'", "never gets weaker"),
    ("4.3", "rule = 'dw = x1*y0/2 - x7*y1/8'", "RuleError"),
    ("4.4", "operations = [1, 2, 2, 2, 2]", "You count products"),
    ("4.4", "operations = [1, 2, 2, 3, 4]", "third rule"),
]


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, verdict):
    assert verdict(exercise, text)
    assert right in text
    assert words in verdict(exercise, text.replace(right, wrong)).words


@pytest.mark.parametrize(("exercise", "text", "words"), WRONG)
def test_a_wrong_answer_is_named(exercise, text, words, verdict):
    assert words in verdict(exercise, text).words


def test_an_impulse_that_decays_at_once_is_named(verdict):
    late = """
    def trace(spikes, impulse, decay, steps):
        value, found = 0, []
        for step in range(steps):
            value = min((value + impulse * (step in spikes)) * decay // 65536, 127)
            found.append(value)
        return found
    """
    assert "first decay, then add" in verdict("4.1", late).words


def test_traces_of_the_step_before_are_named(verdict):
    early = STDP.replace("x[step]", "([0] + x)[step]").replace("y[step]", "([0] + y)[step]")
    assert "of the step before" in verdict("4.2", early).words
