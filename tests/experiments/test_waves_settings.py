"""Options of a waveform."""

import pytest

from backspike.experiments.waves_settings import neuron_of, weight_of


def test_neurons_and_weights_are_named_by_numbers():
    assert neuron_of("hidden:3") == ("hidden", 3)
    assert neuron_of("a:b:3") == ("a:b", 3)
    assert weight_of("W1:3:0") == ("W1", (3, 0))
    assert weight_of("single:12") == ("single", (12,))


@pytest.mark.parametrize("text", ["hidden", "hidden:", "hidden:-1", "hidden:x", ""])
def test_others_are_refused(text):
    with pytest.raises(ValueError, match=r"^--neuron must be POPULATION:N"):
        neuron_of(text)
    with pytest.raises(ValueError, match=r"^--weight must be CONNECTION:N"):
        weight_of(text)
