"""A network for samples that then change."""

import numpy as np

from backspike.golden.nir.samples import spike_samples
from backspike.golden.nir.to_network import read_nir
from backspike.golden.nir.tuning import float_accuracy
from backspike.sim.verify.shifted_samples import ShiftedSamples


def test_the_network_knows_its_own_samples_and_not_the_others():
    case = ShiftedSamples(0)
    imported = read_nir(case.graph, dt=1.0)
    own, others = (
        float_accuracy(imported, spike_samples(imported, *case.draw(80, 1, shifted=shifted)))
        for shifted in (False, True)
    )
    assert own > 0.9
    assert 0.4 < others < 0.7


def test_samples_are_those_of_the_seed():
    x, y = ShiftedSamples(0).draw(9, 3)
    assert (x.shape, x.dtype, y.tolist()) == ((9, 30, 24), bool, [0, 1, 2, 3, 0, 1, 2, 3, 0])
    np.testing.assert_array_equal(x, ShiftedSamples(0).draw(9, 3)[0])
    assert (x != ShiftedSamples(0).draw(9, 4)[0]).any()
