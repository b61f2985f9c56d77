"""Triplet STDP: at high rates both orders strengthen, as no pair rule has it."""

from backspike.experiments.examples.triplet_stdp import EXAMPLE, PERIODS

SLOW, FAST = (f"{1000 / period:.0f} Hz: change" for period in (PERIODS[0], PERIODS[-1]))


def test_rules_differ_at_high_rates_only(learned):
    facts = learned(EXAMPLE)
    for rule in ("pair", "triplet"):
        assert facts[f"{rule}, axon first, {SLOW}"] > 0 > facts[f"{rule}, neuron first, {SLOW}"]
    for order in ("axon", "neuron"):
        assert facts[f"triplet, {order} first, {FAST}"] > 0 > facts[f"pair, {order} first, {FAST}"]
