"""Wrong answers to lesson 3, each named by its check."""

import pytest

SUMS = """
def sums(spikes, weights, delays, steps):
    found = [0] * (steps + 99)
    for step, source in spikes:
        found[step + 1 + delays[source]] += weights[source]
    return found[:steps]
"""
WRONG = [
    ("3.1", "words = lambda s, t, lanes: s * t // lanes", "a list of its own"),
    ("3.1", "words = lambda sources, targets, lanes: sources * (targets // lanes)", "round up"),
    ("3.1", "words = lambda s, t, lanes: -(-s * t // lanes)", "a list of its own"),
    ("3.1", "words = lambda s, t, lanes: t * -(-s // lanes)", "belongs to a source"),
    ("3.1", "words = lambda s, t, lanes: s * t", "These are synapses"),
    ("3.1", "words = lambda s, t, lanes: s * t / lanes", "whole numbers only"),
    ("3.2", "delivered = lambda spikes, t, lanes: len(spikes) * t", "These are synapses"),
    ("3.2", "delivered = lambda spikes, t, lanes: len(spikes)", "These are spikes"),
    ("3.2", "delivered = lambda s, t, n: len({i for _, i in s}) * -(-t // n)", "Every spike"),
    ("3.3", SUMS.replace("+ 1 ", ""), "a step too early"),
    ("3.3", SUMS.replace("+ delays[source]", ""), "no effect"),
    ("3.3", SUMS.replace("+=", "="), "add, do not assign"),
    ("3.3", SUMS.replace(" + 99", ""), "IndexError"),
    ("3.3", SUMS.replace("[:steps]", ""), "more values"),
    ("3.4", "delays = [0, 3, 5, 6]", "backwards"),
    ("3.4", "delays = [0, 0, 0, 0]", "never arrive together"),
    ("3.4", "delays = [70, 3, 1, 0]", "stopped with"),
]


@pytest.mark.parametrize(("exercise", "text", "words"), WRONG)
def test_a_wrong_answer_is_named(exercise, text, words, verdict):
    assert words in verdict(exercise, text).words


def test_other_delays_do_as_well(verdict):
    assert verdict("3.4", "delays = [9, 6, 4, 3]")
    assert verdict("3.3", SUMS)
