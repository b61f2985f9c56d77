"""Places of steps in the history of a row."""

import pytest
from amaranth import unsigned

from backspike.hdl.learning.trace_history import past_slot


@pytest.mark.parametrize("history", [2, 4, 64])
def test_slots_are_those_of_the_golden_core(history, compute, small):
    """Step by step from 1; after the last one, the oldest gives way."""
    steps = [(step,) for step in range(1, 64)]
    p = small(history=history)
    got = compute(lambda step: past_slot(p, step), [unsigned(6)], steps)
    assert got == [(step - 1) % history for (step,) in steps]
