"""Digits in the folded circuit, by nBP and by its alternatives, checked by the equations."""

import pytest

from backspike.experiments.examples.classifiers import EPOCHS, EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_digits_are_learned_as_the_equations_learn_them(example, learned):
    facts = learned(example)
    assert facts["weights that differ from the equations"] == 0
    first = facts["accuracy on the test split, at first"]
    assert first < 0.4 < facts[f"accuracy after {EPOCHS} epochs"]
    assert facts["synaptic operations a sample"] > 0
