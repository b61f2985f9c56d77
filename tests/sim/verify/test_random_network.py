"""Random networks: they compile, repeat, and between them have all that networks can have."""

import random

import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.network.weights import Pattern
from backspike.hdl.layouts import Target
from backspike.sim.verify.random_network import random_network, random_raster

NETWORKS = [random_network(random.Random(seed), max_delay=4) for seed in range(60)]


def test_equal_seeds_give_equal_networks():
    one, other = (random_network(random.Random(3)) for _ in range(2))
    assert list(one.populations) == list(other.populations)
    for name, connection in one.connections.items():
        np.testing.assert_array_equal(connection.weights, other.connections[name].weights)
    words, again = (compile_network(network).memories for network in (one, other))
    for name in words:
        np.testing.assert_array_equal(words[name], again[name])


def test_they_have_all_that_networks_can_have():
    connections = [c for network in NETWORKS for c in network.connections.values()]
    populations = [p for network in NETWORKS for p in network.populations.values()]
    assert {c.pattern for c in connections} == set(Pattern)
    assert any(c.source.first for c in connections)
    assert any(c.target.first for c in connections)
    assert any(c.exponents.ndim for c in connections)
    assert max(np.max(c.delay if c.delays is None else c.delays) for c in connections) == 4
    rules = [c.rule for c in connections if c.rule]
    assert {target for rule in rules for target in rule.rule.targets} == set(Target)
    assert {rule.stochastic for rule in rules} == {True, False}
    named = ["x1", "x2", "y1", "y2", "y3", "r0", "r1", "w", "t", "d", "u2"]
    assert all(any(rule.rule.uses(variable) for rule in rules) for variable in named)
    for field in ("sums_of", "watches", "gate", "negate", "window"):
        assert any(getattr(p, field) for p in populations), field
    assert {p.reset for p in populations} == {"zero", "subtract", "delayed"}
    for field in ("teachers", "transposes", "shares", "rewards", "convolutions"):
        assert sum(bool(getattr(network, field)) for network in NETWORKS) > 5, field
    assert {network.epoch for network in NETWORKS} == {1, 2, 3, 5}


def test_rasters_are_those_of_the_inputs():
    network = NETWORKS[0]
    rasters = random_raster(network, 50, 1)
    assert {name: r.shape for name, r in rasters.items()} == {
        name: (50, group.size) for name, group in network.inputs.items()
    }
    assert 0.2 < np.concatenate(list(rasters.values()), axis=1).mean() < 0.4
