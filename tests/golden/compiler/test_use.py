"""Needs of a network, before there is a core."""

import numpy as np
import pytest

from backspike.golden.compiler import compiler
from backspike.golden.network.network import Network


@pytest.fixture
def use(monkeypatch):
    """The use of a network, as the compiler has it."""

    def of(network):
        found = []
        monkeypatch.setattr(compiler, "check_fit", lambda use, core: found.append(use))
        compiler.compile_network(network)
        return found[0]

    return of


def network(**options):
    made = Network(**{key: options.pop(key) for key in ("epoch", "lava") if key in options})
    a, b = made.input("a", 4), made.population("b", 4, threshold=1)
    made.connect("ab", a, b, options.pop("weight", 2), pattern="all-to-all", **options)
    return made


def test_a_network_without_anything_needs_nothing(use):
    plain = use(network(exponent=0))
    names = ("has_engine", "is_lava", "more_factors", "has_epochs", "has_columns", "has_delays")
    assert not any(getattr(plain, name) for name in names)
    assert (plain.longest_delay, plain.channels, plain.most("traces")) == (0, 1, 0)


@pytest.mark.parametrize(
    ("options", "name", "need"),
    [
        ({"rule": "x0*y0"}, "has_engine", True),
        ({"rule": "x0*y0", "lava": True}, "is_lava", True),
        ({"rule": "x2*y0"}, "more_factors", True),
        ({"epoch": 4, "rule": "x0*y0"}, "has_epochs", True),
        ({"delays": np.full((4, 4), 3)}, "has_delays", True),
        ({"delays": np.arange(16).reshape(4, 4)}, "longest_delay", 15),
        ({"delay": 9}, "longest_delay", 9),
        ({"weight": 64, "exponent": 0}, "weight_bits", 3),
        ({"weight": 66, "exponent": 0}, "weight_bits", 8),
        ({"weight": 63, "exponent": 0}, "weight_bits", 9),
        ({"weight": 64, "exponent": 0, "rule": "x0*y0"}, "weight_bits", 8),
    ],
)
def test_each_need_is_seen(use, options, name, need):
    assert getattr(use(network(**options)), name) == need


def test_transposes_and_rewards_are_seen(use):
    made = network(rule="r0*y0", exponent=0)
    made.transpose("ba", "ab", made.populations["b"], made.population("c", 4, threshold=1), delay=5)
    made.reward(made.inputs["a"], 1, "r0", reinforcement=2)
    found = use(made)
    assert found.has_columns
    assert found.more_factors
    assert (found.longest_delay, found.channels) == (5, 4)
