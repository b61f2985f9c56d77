"""Networks: teachers, ways back, shares, rewards and traces, and how mistakes are explained."""

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


def test_a_network_is_empty_at_first():
    network = Network()
    assert (network.seed, network.epoch, network.lava) == (0, 1, False)
    assert not network.transposes
    assert network.teachers == network.shares == network.rewards == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seed": -1}, "seed must be between 0 and 18446744073709551615, not -1"),
        ({"epoch": 0}, "epoch must be between 1 and 63, not 0"),
        ({"epoch": 64}, "epoch must be between 1 and 63, not 64"),
    ],
)
def test_bad_networks_are_explained(options, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        Network(**options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((128,), "value of a reward must be between -128 and 127, not 128"),
        ((1, "r2"), "trace of a reward must be 'r0' or 'r1', not 'r2'"),
        ((1, "r1", 4), "reinforcement of a reward must be between 0 and 3, not 4"),
    ],
)
def test_bad_rewards_are_explained(net, arguments, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        net.reward(net.populations["a"], *arguments)
    assert not net.rewards


def test_rewards_and_traces_are_kept(net):
    net.reward(net.inputs["in"][1], -3, "r0", reinforcement=2)
    (reward,) = net.rewards
    assert (reward.value, reward.trace, reward.reinforcement) == (-3, "r0", 2)
    assert (reward.source.owner, reward.source.first) == (net.inputs["in"], 1)
    net.traces(x1=(3, 2.0))
    assert net.trace_constants.x1 == (3, 2.0)
    net.traces(y1=(3, 2.0))
    assert net.trace_constants.x1 == (3, 2.0)  # what is left out stays
    net.traces(x1=(4, 2.0), r1=5.0)
    constants = net.trace_constants
    assert (constants.x1, constants.y1, constants.y2, constants.r1) == (
        (4, 2.0),
        (3, 2.0),
        (0, 0.0),
        5.0,
    )
    with pytest.raises(TypeError, match=r"^keyword of traces\(\) must be one of .*, not 'x3'"):
        net.traces(x1=(1, 1), x3=(1, 1))


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
            r"^transpose 't': connection must be one of w, not 'v'$",
        ),
        (
            lambda n, a, b: n.teach("v", b),
            r"^teacher of connection 'v': connection must be one of w, not 'v'$",
        ),
        (
            lambda n, a, b: n.share("w", b, b),
            r"^source of share of connection 'w' must be 4 neurons from the first on, not 5 from 0",
        ),
        (
            lambda n, a, b: n.share("w", a, a),
            r"^target of share of connection 'w' must be a population, not an input$",
        ),
        (
            lambda n, a, b: n.teach("w", a),
            r"^teacher of connection 'w' must be a population, not an input$",
        ),
        (
            lambda n, a, b: n.teach("w", b, rule="2*t*y0"),
            r"^rule of teacher of connection 'w' uses tags, which its synapses do not have: conne",
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


def test_a_network_is_shown_by_its_names():
    network = Network()
    assert repr(network) == "Network()"
    a, b = network.input("a", 3), network.population("b", 500, threshold=1, bias=np.zeros(500))
    network.connect("ab", a, b, 0, pattern="all-to-all")
    network.convolve("k", a, network.population("c", 3, threshold=1), [[[[1]]]], image=(1, 3, 1))
    shown = "Network(inputs a (3); populations b (500), c (3); "
    assert repr(network) == shown + "connections ab (1500 weights), k (1 weights))"


def test_a_teacher_has_the_rule_of_its_connection_or_one_of_its_own(net):
    source, target = net.inputs["in"], net.populations["a"]
    net.connect("c", source, target, 2, pattern="all-to-all", rule="dw = x0*y0")
    net.teach("c", net.populations["b"])
    net.teach("c", net.population("t", 4, threshold=1), rule="dw = 2*x0*y0")
    rules = [str(lesson.rule.key) for lesson in net.lessons("c")]
    own, other = net.connections["c"].rule, net.teachers[1].rule
    assert rules == [str(own.key), str(other.key)]
    assert own.key != other.key
