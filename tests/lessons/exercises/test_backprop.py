"""Wrong answers to lesson 6, each named by its check."""

import pytest

LAYER = """
def layer(w, x):
    s = x @ w
    return s, s > 512
"""
OUTPUT = """
def output_error(s, t):
    o = s > 512
    return 1 * (t & ~o & (s > 0)) - 1 * (o & ~t & (s <= 1024))
"""
HIDDEN = """
import numpy as np
def hidden_error(w, d, s):
    return np.sign(w @ d) * ((s > 0) & (s <= 1024))
"""
LEARN = f"""
{OUTPUT}{HIDDEN}
def learn(w1, w2, x, t):
    s1 = x @ w1
    h = s1 > 512
    d2 = output_error(h @ w2, t)
    d1 = hidden_error(w2, d2, s1)
    w2 = w2 + 2 * np.outer(h, d2)
    w1 = w1 + 2 * np.outer(x, d1)
    return np.clip(w1, -256, 254), np.clip(w2, -256, 254)
"""
BACK, UPDATE = "    d1 = hidden_error(w2, d2, s1)\n", "    w2 = w2 + 2 * np.outer(h, d2)\n"
CHANGED = [
    ("6.1", LAYER, "> 512", "> 1024", "*half* of it"),
    ("6.1", LAYER, "> 512", ">= 512", "`>`, not `>=`"),
    ("6.1", LAYER, "s, s > 512", "s > 512", "not of the form"),
    ("6.1", LAYER, "x @ w", "w @ x", "stopped with ValueError"),
    ("6.2", OUTPUT, "return 1 * (t & ~o & (s > 0)) - 1 * (o & ~t & (s <= 1024))",
     "return 1 * t - 1 * o", "target minus output"),
    ("6.2", OUTPUT, "return 1 *", "return -1 *", "Look at"),
    ("6.2", OUTPUT, "1 * (t & ~o & (s > 0)) - 1 * (o & ~t & (s <= 1024))",
     "1 * (o & ~t & (s <= 1024)) - 1 * (t & ~o & (s > 0))", "sign is turned"),
    ("6.2", OUTPUT, "s > 512", "s > 1024", "above theta / 2"),
    ("6.2", OUTPUT, "1 * ", "", "`.astype(int)`"),
    ("6.3", HIDDEN, "((s > 0) & (s <= 1024))", "(0 < s <= 1024)", "no single truth"),
    ("6.3", HIDDEN, "((s > 0) & (s <= 1024))", "1", "The box is missing"),
    ("6.3", HIDDEN, "((s > 0) & (s <= 1024))", "(s > 512)", "The box is wider"),
    ("6.3", HIDDEN, "np.sign(w @ d)", "(w @ d)", "only the sign counts"),
    ("6.3", HIDDEN, "np.sign(w @ d)", "-np.sign(w @ d)", "sign is turned"),
    ("6.4", LEARN, BACK + UPDATE, UPDATE + BACK, "as it was before the sample"),
    ("6.4", LEARN, "+ 2 *", "- 2 *", "sign of the update"),
    ("6.4", LEARN, "+ 2 *", "+ 1 *", "moves by 2"),
    ("6.4", LEARN, "np.clip(w1, -256, 254), np.clip(w2, -256, 254)", "w1, w2", "clip both"),
]  # fmt: skip
WRONG = [
    ("steps = dict(h=1, box=1, o=2, d=3, e=4)", "does not wait"),
    ("steps = dict(h=1, box=1, o=2, d=3, e=3)", "does not wait"),
    ("steps = dict(h=0, box=0, o=1, d=1, e=2)", "a step early"),
    ("steps = [1, 1, 2, 2, 3]", "not of the form"),
    ("steps = dict(h=2, box=2, o=3, d=3, e=4)", "a step late"),
    ("steps = dict(h=1, box=2, o=2, d=2, e=3)", "same sum as h"),
    ("steps = dict(h=1, box=1)", "missing"),
]


@pytest.mark.parametrize(("exercise", "text", "right", "wrong", "words"), CHANGED)
def test_a_mistake_in_a_right_answer_is_named(exercise, text, right, wrong, words, changed):
    assert words in changed(exercise, text, right, wrong)


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_wrong_steps_are_named(text, words, verdict):
    assert words in verdict("6.5", text).words
