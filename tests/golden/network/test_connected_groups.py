"""Connections and convolutions of a network: their ends, their names, and their rules."""

import warnings

import numpy as np
import pytest

from backspike.golden.errors import NoEffectWarning
from backspike.golden.network.network import Network
from backspike.golden.rules.rule import RuleError


@pytest.fixture
def net():
    network = Network(epoch=5)
    network.input("in", 4)
    network.population("a", 4, threshold=100)
    network.population("b", 4, threshold=100)
    return network


def test_rules_are_compiled_for_the_network(net):
    a, b = net.populations.values()
    made = net.connect(
        "c", a, b, 2, pattern="one-to-one", rule="x0*y0", rounding="stochastic", reinforcement=2
    )
    rule = made.rule
    assert (rule.epoch, rule.lava, rule.stochastic, rule.reinforcement) == (5, False, True, 2)
    lava = Network(lava=True)
    a, b = (lava.population(name, 4, threshold=1) for name in "ab")
    made = lava.connect("c", a, b, 3, pattern="one-to-one", rule="x0*y0")
    assert (made.rule.lava, made.lsb) == (True, 0)


def test_mistakes_are_explained(net):
    a, b = net.populations.values()
    with pytest.raises(RuleError, match=r"^rule: unknown variable 'q'"):
        net.connect("d", a, b, 2, pattern="one-to-one", rule="q*x0")
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
    with pytest.raises(TypeError, match=r"^name of a connection must be a str that is not empty"):
        net.connect("", a, b, 1, pattern="one-to-one")
    takes = net.population("takes", 4, threshold=1, sums_of=a)
    with pytest.raises(ValueError, match=r"^target of connection 'd' must have sums of its own"):
        net.connect("d", a, takes, 1, pattern="one-to-one")
    looks = net.population("looks", 4, threshold=1, watches=a)
    with pytest.raises(ValueError, match=r"must have sums of its own: 'looks' watches 'a'$"):
        net.connect("d", a, looks, 1, pattern="one-to-one")
    assert list(net.connections) == ["c"]


def test_a_name_is_of_a_connection_or_a_convolution(net):
    x, b = net.inputs["in"], net.populations["b"]
    kernels = np.ones((1, 1, 1, 1))
    net.convolve("k", x, b, kernels, image=(2, 2, 1))
    with pytest.raises(ValueError, match=r"^connection 'k' is already there$"):
        net.connect("k", x, b, 1, pattern="one-to-one")
    with pytest.raises(ValueError, match=r"^convolution 'k' is already there$"):
        net.convolve("k", x, b, kernels, image=(2, 2, 1))
    with pytest.raises(ValueError, match=r"^target of convolution 'j' must be a population, not "):
        net.convolve("j", x, x, kernels, image=(2, 2, 1))


@pytest.mark.parametrize(
    ("option", "value"), [("bits", 2), ("reinforcement", 3), ("rounding", "stochastic")]
)
def test_what_only_a_rule_gives_a_meaning_is_warned_of_without_one(net, option, value):
    a, b = net.populations.values()
    message = rf"^{option}={value!r} of connection 'c' has no effect: it has no rule$"
    with pytest.warns(NoEffectWarning, match=message) as caught:
        net.connect("c", a, b, 2, pattern="one-to-one", **{option: value})
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        weights = 0 if option == "bits" else 2
        net.connect("d", a, b, weights, pattern="one-to-one", rule="x0*y0", **{option: value})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bits": 99}, "bits of connection 'c' must be between 1 and 9, not 99"),
        ({"bits": "8"}, "bits of connection 'c' must be an int, not '8'"),
        (
            {"bits": 9, "sign": "excitatory"},
            "bits of .* must be between 1 and 8, not 9",
        ),
        ({"reinforcement": 9}, "reinforcement of a rule must be between 0 and 3, not 9"),
        ({"rounding": "x"}, "rounding must be 'floor' or 'stochastic', not 'x'"),
        ({"sign": "inhibitory"}, "weight of connection 'c' must be 0 or less .*, not 2"),
    ],
)
@pytest.mark.parametrize("rule", [None, "x0*y0"])
def test_options_of_rules_are_checked_with_and_without_one(net, options, message, rule):
    if rule and options == {"sign": "inhibitory"}:
        message = "weight of connection 'c' must be a multiple of 1 from -255 to 0, .*, not 2"
    a, b = net.populations.values()
    with pytest.raises((TypeError, ValueError), match=f"^{message}$"):
        net.connect("c", a, b, 2, pattern="one-to-one", rule=rule, **options)


def test_fixed_weights_have_the_sign_of_their_connection(net):
    a, b = net.populations.values()
    net.connect("c", a, b, [1, 0, 2, 3], pattern="one-to-one", sign="excitatory")
    net.connect("d", a, b, -20, pattern="one-to-one", sign="inhibitory")
    with pytest.raises(
        ValueError, match=r"^weight of connection 'e' must be 0 or more .* not -20$"
    ):
        net.connect("e", a, b, [1, -20, 2, 3], pattern="one-to-one", sign="excitatory")
