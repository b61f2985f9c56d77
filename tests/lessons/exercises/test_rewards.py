"""Wrong answers to lesson 5, each named by its check."""

import pytest

TAG = """
def tag(before, after, steps):
    x1, t, found = 0, 0, []
    for step in range(steps):
        x1 = min(127, x1 * 51039 // 65536 + 64 * (step in before))
        gain = x1 * (step in after)
        t = min(255, (15 * t + 16 * gain) // 16)
        found.append(t)
    return found
"""
WEIGHT = f"""
{TAG}
def weight(before, after, rewards, steps):
    tags, w, found = [0] + tag(before, after, steps), 0, []
    for step in range(steps):
        reward = rewards.get(step, 0)
        w = (8 * w + reward * tags[step]) // 16 * 2
        w = max(-256, min(w, 254))
        found.append(w)
    return found
"""
CHANGED = [
    ("5.1", TAG, "15 * t + 16 * gain", "15 * (t + gain)", "fades at once"),
    ("5.1", TAG, "(15 * t + 16 * gain) // 16", "t + gain - t // 16", "round what is lost"),
    ("5.1", TAG, "(15 * t + 16 * gain) // 16", "t + gain", "never fades"),
    ("5.1", TAG, "(15 * t + 16 * gain) // 16", "t + gain - t / 16", "whole numbers only"),
    ("5.1", TAG, "min(255, (15 * t + 16 * gain) // 16)", "(15 * t + 16 * gain) // 16",
     "at most 255"),
    ("5.2", WEIGHT, "max(-256, min(w, 254))", "w", "leave their range"),
    ("5.2", WEIGHT, "// 16 * 2", "// 8", "a multiple of 2"),
    ("5.2", WEIGHT, "// 16 * 2", "/ 8", "a multiple of 2"),
    ("5.2", WEIGHT, "[0] + tag", "tag", "the new tag"),
    ("5.2", WEIGHT, "reward * tags", "tags", "without a reward"),
    ("5.2", WEIGHT, "reward * tags", "abs(reward) * tags", "has to weaken"),
    ("5.2", WEIGHT, "(8 * w + reward * tags[step]) // 16 * 2",
     "w + 2 * int(reward * tags[step] / 16)", "towards zero"),
    ("5.2", WEIGHT, "rewards.get(step, 0)", "rewards[step]", "KeyError: 0, at `reward = rewards["),
]  # fmt: skip
FADE, GAIN = "- t*u0/8", "dw = r1*t*u0/4"
WRONG = [
    (f"rule = 'dt = x1*y0 - x0*y1/2; {GAIN}'", "never fades"),
    (f"rule = 'dt = x1*y0 {FADE}; {GAIN}'", "`x0*y1` is missing"),
    (f"rule = 'dt = x1*y0 + x0*y1/2 {FADE}; {GAIN}'", "have to lower"),
    (f"rule = 'dt = x1*y0 - x0*y1/2 {FADE}; dw = t*u0/4'", "`r1` is missing"),
    ("rule = 'dw = r1*x1*y0/4 - r1*x0*y1/8'", "What is past is in the tag"),
    ("rule = 'dt = x1*y0; dw = r1*t'", "RuleError"),
]


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, changed):
    assert words in changed(exercise, text, right, wrong)


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_rule_is_named(text, words, verdict):
    assert words in verdict("5.3", text).words
