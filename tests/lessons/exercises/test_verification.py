"""Answers to lesson 7 that find too little, each told what it misses."""

import pytest

from backspike.lessons.sources import lesson_text

SUMS = "sums = [200, None, 10, 150, -90, 0, 0, 0, 254, 20]"
STIMULI = [
    ("200, ", "198, ", "exactly the threshold"),
    ("None, ", "", "a pause"),
    ("-90, 0, 0, 0", "0, 0, 0, 0", "a negative voltage"),
    ("150", "20", "some steps of silence"),
]
CLAIMS = """
def claims(bench, neuron):
    bench.claim("a", (neuron.v == 0) | ~neuron.spike)
    stays = neuron.v == bench.past(neuron.v)
    bench.claim("b", stays, where=bench.begun & ~bench.past(neuron.en))
"""
CHANGED_CLAIMS = [
    ('    bench.claim("a", (neuron.v == 0) | ~neuron.spike)\n', "", "what a spike leaves"),
    ('    bench.claim("b", stays, where=bench.begun & ~bench.past(neuron.en))\n', "", "about `en`"),
    ("~bench.past(neuron.en)", "bench.past(neuron.en)", "the table says which"),
]
CHANGED_TESTS = [
    ("-90", "90", "All values are equal"),
    ("-90, 0, 0, 254, 20, -256, 254", "90, 0", "send one"),
    ("total % 4096", "0", "fails on the right neuron"),
    ("SUMS = [200, ", "SUMS = [", "let the voltage be 200"),
    ("zip(SUMS, golden_run(SUMS, 1000, 200))", "[]", "Does it compare both"),
    ("import cocotb\n", "", "name 'cocotb' is not defined"),
    ("import cocotb\n", "import cocotb]\n", "SyntaxError"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), STIMULI)
def test_stimuli_that_find_too_little_are_told(right, wrong, words, verdict):
    assert right in SUMS
    assert words in verdict("7.1", SUMS.replace(right, wrong)).words


@pytest.mark.parametrize(("right", "wrong", "words"), CHANGED_TESTS)
def test_a_test_that_finds_too_little_is_told(right, wrong, words, verdict):
    pytest.importorskip("cocotb")
    solution = lesson_text("07_verification", solved=True)
    text = solution[solution.index('test = """') :].split('"""')[1]
    assert right in text
    assert words in verdict("7.2", f"test = {text.replace(right, wrong)!r}").words


@pytest.mark.parametrize(("right", "wrong", "words"), CHANGED_CLAIMS)
def test_claims_that_find_too_little_are_told(right, wrong, words, verdict):
    pytest.importorskip("pyosys")
    assert right in CLAIMS
    assert words in verdict("7.3", CLAIMS.replace(right, wrong)).words
