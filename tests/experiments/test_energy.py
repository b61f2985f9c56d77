"""The estimate of energy: every operation is counted once."""

import pytest

from backspike.experiments.energy import ENERGY_MODEL, energy_parts

COUNTS = {
    "synaptic_ops": 100,
    "synapses_visited": 10,
    "spikes": 4,
    "neuron_updates": 24,
    "input_spikes": 6,
}


def test_parts_are_per_sample():
    parts = {part.what: part for part in energy_parts(COUNTS, 2)}
    assert parts["neuron updates without"].operations == 10
    assert parts["spikes sent"].operations == 5
    total = 50 * 23.6 + 5 * 120 + 2 * 81 + 10 * 52 + 5 * 1.7
    assert sum(part.joule for part in parts.values()) == pytest.approx(total * 1e-12)


def test_the_model_names_its_numbers():
    for part in energy_parts(COUNTS, 1):
        assert f"{part.picojoule:g} pJ" in ENERGY_MODEL
