"""Descriptions of networks: what is stored, and how mistakes are explained."""

import math

import numpy as np
import pytest

from backspike.golden.network.network import Network
from backspike.golden.rules.rule import RuleError
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


@pytest.mark.parametrize(
    ("bias", "mantissa", "exponent"),
    [
        (0, 0, 0),
        (-8192, -4096, 7),
        (1, 64, 0),
        (1 / 64, 1, 0),
        (64, 2048, 1),
        (-64, -4096, 0),
        (8190, 4095, 7),
    ],
)
def test_bias_is_stored_exactly(net, bias, mantissa, exponent):
    made = net.population("c", 2, threshold=0, bias=[0, bias])
    assert [column.tolist() for column in made.biases] == [[0, mantissa], [0, exponent]]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"threshold": -1}, ValueError, "threshold .* between 0 and 131071, not -1"),
        ({"threshold": 1.5}, TypeError, r"threshold of population 'p' must be an int, not 1\.5"),
        ({"size": 0}, ValueError, "size of population 'p' must be between 1 and 16384, not 0"),
        ({"decay_u": 4097}, ValueError, "decay_u .* must be between 0 and 4096, not 4097"),
        ({"decay_v": -1}, ValueError, "decay_v .* must be between 0 and 4096, not -1"),
        ({"refractory": 0}, ValueError, "refractory .* must be between 1 and 63, not 0"),
        ({"vmin": 24}, ValueError, "vmin .* must be between 0 and 23, not 24"),
        ({"vmax": 8}, ValueError, "vmax .* must be between 0 and 7, not 8"),
        (
            {"bias": 0.01},
            ValueError,
            r"64 times the bias of population 'p' must be -4096 to 4095 times a power of 2 up to "
            r"128, and 0\.64 does not fit",
        ),
        ({"bias": [1, 2, 3]}, ValueError, r"bias .* must be one number or 2, not shape \(3,\)"),
        ({"name": "a"}, ValueError, "name 'a' is already taken"),
        ({"name": "in"}, ValueError, "name 'in' is already taken"),
        ({"name": ""}, TypeError, "name must be a str that is not empty, not ''"),
    ],
)
def test_bad_populations_are_explained(net, options, error, message):
    with pytest.raises(error, match=f"^{message}$"):
        net.population(**{"name": "p", "size": 2, "threshold": 1, **options})


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
        ({"weights": math.nan}, ValueError, "weights of connection 'c0' must be finite"),
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


def test_other_mistakes_are_explained(net):
    a, b = net.populations.values()
    with pytest.raises(RuleError, match=r"^rule: unknown variable 'q'"):
        connect(net, rule="q*x0")
    net.connect("c", a, b, 1, pattern="one-to-one")
    with pytest.raises(ValueError, match=r"^connection 'c' is already there$"):
        net.connect("c", a, b, 1, pattern="one-to-one")
    stranger = Network().population("a", 4, threshold=1)
    with pytest.raises(
        ValueError, match=r"^source of connection 'd' must be of this network, and 'a' is not$"
    ):
        net.connect("d", stranger, b, 1, pattern="one-to-one")
    with pytest.raises(TypeError, match=r"^target of connection 'd' must be a population, .*'b'$"):
        net.connect("d", a, "b", 1, pattern="one-to-one")
    with pytest.raises(ValueError, match=r"^neuron of 'a' must be between 0 and 3, not 4$"):
        a[4]
    with pytest.raises(IndexError, match=r"^part of 'a' must be a run of neurons"):
        a[::2]
    with pytest.raises(
        ValueError, match=r"^value of a reward must be between -128 and 127, not 128"
    ):
        net.reward(a, 128)
    with pytest.raises(
        ValueError, match=r"^impulse of trace x1 must be between 0 and 127, not 128$"
    ):
        net.traces(x1=(128, 1))
    with pytest.raises(ValueError, match=r"^time constant of trace y1 must be 0 or more, not -1$"):
        net.traces(y1=(1, -1))
    with pytest.raises(TypeError, match=r"^time constant of trace r1 must be a number of steps"):
        net.traces(r1="2")
    with pytest.raises(ValueError, match=r"^seed must be between 0 and"):
        Network(seed=-1)


def _taught():
    network = Network()
    a, b = network.input("a", 4), network.population("b", 5, threshold=512)
    network.connect("w", a, b, np.zeros((4, 5)), pattern="all-to-all", rule="x0*y0")
    return network, a, b


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (
            lambda n, a, b: n.transpose("t", "w", b, b),
            r"^target of transpose 't' must be 4 neurons from the first on, not 5 from 0$",
        ),
        (
            lambda n, a, b: n.transpose("t", "v", b, b),
            r"^transpose 't': there is no connection 'v'$",
        ),
        (
            lambda n, a, b: n.teach("w", a),
            r"^teacher of connection 'w' must be a population, not an input$",
        ),
        (
            lambda n, a, b: n.population("c", 4, threshold=0, sums_of=b),
            r"^sums_of of population 'c' must have 4 neurons, not 5$",
        ),
        (
            lambda n, a, b: n.population("c", 4, threshold=0, gate=b),
            r"^gate of population 'c' must have 4 neurons, not 5$",
        ),
        (
            lambda n, a, b: n.population("c", 5, threshold=0, window=3),
            r"^window of population 'c' must be 0 or a power of 2 from 2 to 32768, not 3$",
        ),
        (
            lambda n, a, b: n.population("c", 5, threshold=0, gate=b, gated_by="noise"),
            r"^gated_by of population 'c' must be 'spike' or 'silence', not 'noise'$",
        ),
        (
            lambda n, a, b: n.population(
                "d", 5, threshold=0, sums_of=n.population("c", 5, threshold=0, sums_of=b)
            ),
            r"^sums_of of population 'd' must have synapses of its own, "
            r"and 'c' takes those of 'b'$",
        ),
    ],
)
def test_what_the_folded_circuit_uses_is_checked(use, message):
    network, a, b = _taught()
    with pytest.raises(ValueError, match=message):
        use(network, a, b)
