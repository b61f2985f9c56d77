"""An imported network that goes on learning in the RTL, weight by weight as the golden core."""

import numpy as np

from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.to_network import read_nir
from backspike.golden.nir.tuning import tune_nir
from backspike.sim.engines.verilator import VerilatorEngine
from backspike.sim.verify.shifted_samples import ShiftedSamples


def test_the_rtl_learns_the_same_weights():
    case = ShiftedSamples(0)
    imported = read_nir(case.graph, dt=1.0)
    samples = spike_samples(imported, *case.draw(40, 1))
    golden, rtl = (
        tune_nir(imported, samples, epochs=2, engine=engine)
        for engine in (GoldenCore, VerilatorEngine)
    )
    for name, weights in golden.weights.items():
        assert (weights != imported.network.connections[name].weights).any()
        np.testing.assert_array_equal(rtl.weights[name], weights)
    assert rtl.accuracies == golden.accuracies
    assert golden.accuracies[-1] > 0.9
