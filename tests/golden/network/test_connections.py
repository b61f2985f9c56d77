"""Connections: what is stored of weights and patterns, and how mistakes are explained."""

import math

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.hdl.layouts import SignMode


@pytest.fixture
def net():
    network = Network()
    network.input("in", 3)
    network.population("a", 4, threshold=100)
    network.population("b", 4, threshold=100)
    return network


def connect(net, weights=2, *, source="a", target="b", pattern="one-to-one", **options):
    groups = {**net.inputs, **net.populations}
    name = f"c{len(net.connections)}"
    return net.connect(name, groups[source], groups[target], weights, pattern=pattern, **options)


@pytest.mark.parametrize(
    ("weight", "stored", "exponent"),
    [
        (8704, 136, 6),
        (8192, 128, 6),
        (512, 128, 2),
        (-8128, -254, 5),
        (520, 130, 2),
        (-520, -130, 2),
        (255, 255, 0),
        (-256, -256, 0),
        (256, 128, 1),
        (0, 0, 0),
        (255 * 128, 255, 7),
    ],
)
def test_a_weight_is_stored_exactly_with_the_smallest_exponent(net, weight, stored, exponent):
    made = connect(net, weight)
    assert made.exponents.shape == ()
    assert (set(made.weights), made.exponents) == ({stored}, exponent)


def test_weights_of_a_connection_share_an_exponent_where_one_fits(net):
    made = connect(net, [512, 4, -8, 1020])
    assert (made.exponents, made.weights.tolist()) == (2, [128, 1, -2, 255])
    made = connect(net, [512, 3, -8, 4096])
    assert made.exponents.tolist() == [2, 0, 0, 5]
    assert made.weights.tolist() == [128, 3, -8, 128]
    made = connect(net, [0.25, 1, -64, 2], exponent=-2)
    assert (made.exponents, made.weights.tolist()) == (-2, [1, 4, -256, 8])


def test_patterns(net):
    a, b = net.populations.values()
    source, target = connect(net).synapses()
    assert source.tolist() == target.tolist() == [0, 1, 2, 3]
    made = net.connect("one", a[2], b, [2, 4, 6, 8], pattern="one-to-all")
    assert made.weights.shape == (1, 4)
    assert (made.source.first, made.source.size) == (2, 1)
    source, target = made.synapses()
    assert (source.tolist(), target.tolist()) == ([0] * 4, [0, 1, 2, 3])
    made = net.connect("all", a[1:3], b, np.arange(8).reshape(2, 4), pattern="all-to-all")
    source, target = made.synapses()
    assert (source.tolist(), target.tolist()) == ([0] * 4 + [1] * 4, [0, 1, 2, 3] * 2)
    made = net.connect("pairs", a, b, [2, 4], pattern=[(3, 0), (3, 0)])
    source, target = made.synapses()
    assert (source.tolist(), target.tolist()) == ([3, 3], [0, 0])


def test_rules_give_synapses_the_tags_and_delays_that_they_use(net):
    made = connect(net, delay=3, rule="dw = t*x0; dd = y0")
    assert made.delays.tolist() == [3] * 4
    assert made.tags.tolist() == [0] * 4
    made = connect(net, rule="dw = t*x0", tags=[1, 2, -3, 4])
    assert (made.delays, made.tags.tolist()) == (None, [1, 2, -3, 4])
    made = connect(net)
    assert (made.delays, made.tags, made.rule) == (None, None, None)


@pytest.mark.parametrize(
    ("sign", "bits", "lsb"),
    [
        (SignMode.MIXED, 8, 1),
        (SignMode.MIXED, 9, 0),
        (SignMode.EXCITATORY, 8, 0),
        (SignMode.INHIBITORY, 5, 3),
    ],
)
def test_the_unit_of_learning(net, sign, bits, lsb):
    assert connect(net, 0, rule="x0", sign=sign.name.lower(), bits=bits).sign is sign
    made = connect(net, 0, rule="x0", sign=sign, bits=bits)
    assert (made.lsb, made.sign) == (lsb, sign)
    assert connect(net, 0, sign=sign, bits=bits).lsb == 0  # fixed


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"delay": 63}, ValueError, "delay of connection 'c0' must be between 0 and 62, not 63"),
        (
            {"exponent": 8},
            ValueError,
            "exponent of connection 'c0' must be between -8 and 7, not 8",
        ),
        (
            {"weights": 257},
            ValueError,
            r"weight of connection 'c0' must be a multiple of 1 from -256 to 255, times one power "
            r"of 2 from 1 to 128, not 257",
        ),
        (
            {"weights": 3, "exponent": 1},
            ValueError,
            r".* must be a multiple of 1 from -256 to 255, times 2\*\*1, not 3",
        ),
        (
            {"weights": 3, "rule": "x0*y0"},
            ValueError,
            ".* must be a multiple of 2 from -256 to 254, .*, not 3",
        ),
        (
            {"weights": -2, "rule": "x0*y0", "sign": SignMode.EXCITATORY},
            ValueError,
            ".* must be a multiple of 1 from 0 to 255, .*, not -2",
        ),
        (
            {"weights": 2, "rule": "x0*y0", "sign": SignMode.INHIBITORY, "bits": 7},
            ValueError,
            ".* must be a multiple of 2 from -254 to 0, .*, not 2",
        ),
        (
            {"weights": [512, 2, 2, 2], "rule": "x0*y0"},
            ValueError,
            ".* must be a multiple of 2 from -256 to 254, .*, not 512",
        ),
        ({"weights": [1, 2]}, ValueError, r"weights .* have shape \(4,\), not \(2,\)"),
        ({"weights": math.nan}, ValueError, "weights of connection 'c0' must be finite, not nan"),
        (
            {"rule": "x0", "bits": 10},
            ValueError,
            "bits of connection 'c0' must be between 1 and 9, not 10",
        ),
        (
            {"rule": "x0", "bits": 9, "sign": SignMode.EXCITATORY},
            ValueError,
            "bits of connection 'c0' must be between 1 and 8, not 9",
        ),
        (
            {"pattern": "some"},
            ValueError,
            "pattern .* must be one of one-to-one, one-to-all, all-to-all or pairs, not 'some'",
        ),
        (
            {"source": "in"},
            ValueError,
            r"pattern of connection 'c0': one-to-one needs as many targets as sources \(3\), not 4",
        ),
        (
            {"pattern": "one-to-all"},
            ValueError,
            "pattern of connection 'c0': one-to-all needs one source neuron, not 4",
        ),
        (
            {"pattern": [(0, 4)]},
            ValueError,
            "target neuron in the pairs of connection 'c0' must be between 0 and 3, not 4",
        ),
        ({"pattern": []}, ValueError, r"pairs .* have shape \(synapses, 2\), .*, not \(0,\)"),
        ({"pattern": [(0.5, 1)]}, ValueError, "pairs .* must be integers, not float64"),
        ({"pattern": None}, TypeError, "pattern .* all-to-all or pairs, not None"),
        ({"pattern": [(0, 1), (2,)]}, ValueError, "pairs .* a regular array, not rows of diff.*"),
        ({"weights": "a"}, TypeError, "weights of connection 'c0' must be numbers, not 'a'"),
        ({"weights": [[1], [1, 2]]}, ValueError, "weights .* must be a regular array, not rows.*"),
        ({"delays": "a"}, TypeError, "delay of connection 'c0' must be numbers, not 'a'"),
        ({"delays": [None] * 4}, TypeError, "delay of connection 'c0' must be numbers, not .*"),
        (
            {"sign": "nope"},
            ValueError,
            "sign of connection 'c0' must be one of mixed, excitatory, inhibitory, not 'nope'",
        ),
        ({"sign": 1}, ValueError, "sign of connection 'c0' must be one of mixed, .*, not 1"),
        (
            {"target": "in"},
            ValueError,
            "target of connection 'c0' must be a population, not an input",
        ),
    ],
)
def test_bad_connections_are_explained(net, options, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        connect(net, **options)
    assert not net.connections
