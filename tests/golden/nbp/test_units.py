"""Numbers of the equations, in the units of a core."""

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Stimulus
from backspike.golden.nbp.units import HALF_THETA, HIGHEST, LOWEST, NEVER, THETA
from backspike.golden.network.network import Network


@pytest.mark.parametrize(
    ("total", "fired"),
    [
        (THETA, [True, False, False]),
        (THETA + 2, [True, True, False]),
        (2 * THETA, [True, True, False]),
    ],
)
def test_a_core_fires_above_them(total, fired):
    network = Network()
    n = -(-total // HIGHEST)
    source = network.input("x", n)
    for name, threshold in (("half", HALF_THETA), ("one", THETA), ("never", NEVER)):
        target = network.population(name, 1, threshold=threshold)
        weights = [[HIGHEST]] * (n - 1) + [[total - HIGHEST * (n - 1)]]
        network.connect(name, source, target, weights, pattern="all-to-all", exponent=0)
    program = compile_network(network)
    core = GoldenCore(program.params)
    core.load(program)
    record = core.run(3, Stimulus([0] * n, range(n)))
    spikes = [record.raster(3, *program.populations[p]).any() for p in ("half", "one", "never")]
    assert spikes == fired


def test_weights_are_even():
    assert LOWEST % 2 == HIGHEST % 2 == THETA % 4 == 0
    assert (LOWEST, HIGHEST) == (-256, 254)
