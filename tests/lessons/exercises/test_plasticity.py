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
        w = max(-256, min(w, 254))
        found.append(w)
    return found
"""
CHANGED = [
    ("4.1", TRACE, "min(value, 127)", "value", "stops at 127"),
    ("4.1", TRACE, "value * decay // 65536", "round(value * decay / 65536)", "rounded down"),
    ("4.1", TRACE, "value * decay // 65536", "value * decay / 65536", "whole numbers only"),
    ("4.1", TRACE, "value * decay", "value * (65536 - decay)", "the share that *stays*"),
    ("4.2", STDP, "max(-256, min(w, 254))", "w", "leave their range"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "w + change / 2", "You round nothing"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2",
     "w + x[step] * (step in after) // 4 * 2 + -y[step] * (step in before) // 4 * 2",
     "You round each product"),
    ("4.2", STDP, "x[step] * (step in after) - y", "y[step] * (step in before) - x", "Look at"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "(2 * w - change) // 4 * 2", "sign is turned"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "w + 2 * int(change / 4)", "towards zero"),
    ("4.2", STDP, "(2 * w + change) // 4 * 2", "w + change // 2", "are odd"),
]  # fmt: skip
WRONG = [
    ("4.1", TRACE.replace("step in spikes", "step + 1 in spikes"), "Look at"),
    ("4.3", "rule = 'dw = 2^-1*x1*y0 - 2^-1*x0*y1'", "from above"),
    ("4.3", "rule = 'dw = x0*y1/2 - x1*y0/8'", "exchanged"),
    ("4.3", "rule = 'dw = x1*y0/2 + x0*y1/8'", "subtracted"),
    ("4.3", "rule = 'dw = 2^-1*x1*y0 - 2^3*x0*y1'", "an eighth is `2^-3`"),
    ("4.3", "rule = 'dw = 0.5*x1*y0'", "never gets weaker"),
    ("4.3", "rule = 'dw = x1*y0/2 - x7*y1/8'", "RuleError"),
    ("4.4", "operations = [1, 2, 2, 2, 2]", "You count products"),
    ("4.4", "operations = [2, 4, 4, 5, 6]", "You count all factors"),
    ("4.4", "operations = [1, 2, 1, 3]", "not of the form"),
    ("4.4", "operations = [1, 2, 2, 3, 4]", "third rule"),
]


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, changed):
    assert words in changed(exercise, text, right, wrong)


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
    capped = late.replace("* decay // 65536, 127)", ", 127) * decay // 65536")
    assert "first decay, then add" in verdict("4.1", capped).words


def test_fractions_that_only_a_result_does_not_have_are_named(verdict):
    kept = TRACE.replace("value * decay // 65536", "value * decay / 65536")
    kept = kept.replace("append(value)", "append(int(value))")
    assert "round it down in every step" in verdict("4.1", kept).words


def test_traces_of_the_step_before_are_named(verdict):
    early = STDP.replace("x[step]", "([0] + x)[step]").replace("y[step]", "([0] + y)[step]")
    assert "of the step before" in verdict("4.2", early).words
