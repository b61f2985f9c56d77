"""Noise of populations on the golden core: its range, mean, target and generators."""

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array
from backspike.hdl.params import CoreParams

STEPS, SIZE = 400, 12


def states(network, name, lanes=4, **options):
    """u and v of a population after each step, shape (steps, size)."""
    program = compile_network(network, lanes=lanes, **options)
    core = GoldenCore(program.params)
    core.load(program)
    first, size = program.populations[name]
    rows = []
    for _ in range(STEPS):
        core.run(1)
        state = unpack_array(state_layout(program.params), core.read("state"))
        rows.append([state[x][first : first + size] for x in ("u", "v")])
    return np.array(rows).transpose(1, 0, 2)


def test_noise_is_uniform_about_its_mantissa_and_hits_its_target():
    for noisy in ("current", "voltage"):
        network = Network(seed=1)
        network.population("quiet", SIZE, threshold=1000)
        network.population("loud", SIZE, threshold=1000, noise=(3, 9), noisy=noisy)
        u, v = states(network, "loud")
        assert (u == v).all() if noisy == "current" else not u.any()
        drawn = v / 4 - 3 * 64
        assert drawn.min() == -128
        assert drawn.max() == 127
        assert len(np.unique(drawn)) == 256
        assert abs(drawn.mean() + 0.5) < 4 * 74 / np.sqrt(v.size)  # four standard errors
        lanes = np.corrcoef(v[:, :4].T) - np.eye(4)
        assert abs(lanes).max() < 0.25
        assert not np.any(states(network, "quiet"))


def test_small_noise_is_truncated_towards_zero():
    network = Network()
    network.population("cells", SIZE, threshold=1000, noise=(0, 1), noisy="voltage")
    _, v = states(network, "cells")
    assert set(np.unique(v)) == {-2, -1, 0, 1}  # -128 / 64 to 127 / 64
    network = Network()
    network.population("cells", SIZE, threshold=1000, noise=(5, 0))
    assert not np.any(states(network, "cells", noise=True))


def test_seeds_decide_what_is_drawn():
    def drawn(seed):
        network = Network(seed=seed)
        network.population("cells", SIZE, threshold=1000, noise=(0, 7))
        return states(network, "cells")[0].tolist()

    assert drawn(1) == drawn(1) != drawn(2)


def test_bad_noise_is_refused():
    network = Network()
    for noise, noisy, message in (
        ((64, 1), "current", r"^mantissa of the noise of population 'p' must be between -64 and"),
        ((0, 16), "current", r"^exponent of the noise of population 'p' must be between 0 and 15"),
        ((0, 1), "u", r"^noisy of population 'p' must be 'current' or 'voltage', not 'u'$"),
    ):
        with pytest.raises(ValueError, match=message):
            network.population("p", 2, threshold=1, noise=noise, noisy=noisy)
    network.population("p", 2, threshold=1, noise=(1, 1))
    with pytest.raises(CapacityError, match=r"^noise: the network has noise, the core has noise="):
        compile_network(network, CoreParams())
