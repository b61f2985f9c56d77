"""Pair STDP: a neuron answers ever earlier."""

from backspike.experiments.examples.pair_stdp import AXONS, EXAMPLE


def test_the_spike_moves_to_the_front(learned):
    facts = learned(EXAMPLE)
    first, last = facts["step of the spike at first"], facts["step of the spike at last"]
    assert 0 < last <= first / 2 < AXONS
    before, after = (facts[f"mean weight of what fires {n} it"] for n in ("before", "after"))
    assert before > 60 > after
