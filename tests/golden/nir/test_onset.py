"""Onset of biases: a neuron that fires once, and takes away what biases have done too early."""

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.golden.nir.onset import Onset, add_start, begin_late, onset_of
from backspike.sim.simulation.simulation import simulate

BIAS = np.array([5.0, -3.25, 0.5, 40.0])


def run(decay, threshold, depth, onset, steps=12):
    """Voltages and spikes of neurons with biases, which hear of a start if there is an onset."""
    network = Network()
    cells = network.population("cells", 4, threshold=threshold, bias=BIAS, decay_v=decay)
    if onset:
        begin_late(network, add_start(network), cells, onset, depth)
    result = simulate(network, {}, steps=steps, probes=["v:cells"])
    return result["v:cells"], result["spikes:cells"]


@pytest.mark.parametrize("decay", [0, 512, 4096])
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_neurons_are_what_they_would_be_had_they_begun_later(decay, depth):
    onset = onset_of(BIAS, 4096, decay, 50, depth)
    assert bool(onset.hold.any()) == (depth > 1 and decay < 4096)
    volts, spikes = run(decay, 50, depth, onset)
    later, fired = run(decay, 50, depth, None)
    assert np.abs(volts[depth:] - later[:-depth]).max() <= 1
    assert np.array_equal(spikes[depth:], fired[:-depth])
    assert not spikes[:depth].any()


def test_currents_and_neurons_that_fire_at_once_are_left_alone():
    assert onset_of(BIAS, 512, 512, 50, 2) is None
    assert onset_of(BIAS, 4096, 512, 39, 2) is None
    assert onset_of(BIAS, 4096, 512, 50, 64) is None
    assert not onset_of(BIAS, 4096, 0, None, 3).hold.any()


def test_a_start_fires_once():
    network = Network()
    network.population("start", 1, threshold=5)
    start = add_start(network)
    result = simulate(network, {}, steps=300)
    assert start.name == "start_"
    assert result["spikes:start_"].nonzero()[0].tolist() == [0]


def test_an_onset_of_nothing_is_no_synapse():
    network = Network()
    cells = network.population("cells", 2, threshold=5)
    start = add_start(network)
    begin_late(network, start, cells, Onset(np.zeros(2), np.zeros(2)), 1)
    assert list(network.connections) == ["start ends"]
