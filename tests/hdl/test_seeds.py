"""First states of the random generators."""

import numpy as np

from backspike.hdl.seeds import default_seeds, noise_seeds


def test_seeds_are_distinct_reproducible_and_never_zero(small):
    p = small(32)
    seeds = default_seeds(p)
    assert np.array_equal(seeds, default_seeds(p, 0))
    assert len(set(seeds.tolist())) == 32
    assert seeds.all()
    assert not np.array_equal(seeds, default_seeds(p, 1))
    assert seeds[:2].tolist() == [0xE220A838, 0x6E789E6A], "recorded results depend on them"


def test_noise_has_states_of_its_own(small):
    p = small(4, dendrite_lanes=2)
    noise = noise_seeds(p, 3)
    assert noise.shape == (2,)
    assert noise.all()
    assert not set(noise.tolist()) & set(default_seeds(p, 3).tolist())
