"""Descriptions of networks: what is stored, and how mistakes are explained."""

import numpy as np
import pytest

from backspike.golden.network.network import Network


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


def test_other_mistakes_are_explained(net):
    a, b = net.populations.values()
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
