"""Delay learning: each neuron answers its own order of the same spikes."""

from backspike.experiments.examples.delays import EXAMPLE


def test_each_neuron_answers_its_pattern_alone(learned):
    facts = learned(EXAMPLE)
    for pattern in range(2):
        for neuron in range(2):
            name = f"pattern {pattern}, spikes of neuron {neuron}"
            assert facts[f"{name} before"] == 0
            assert facts[f"{name} after"] == (pattern == neuron)
