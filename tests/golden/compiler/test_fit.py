"""Networks that do not fit: the resource, the need and the limit are named."""

import re

import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network
from backspike.hdl.params import CoreParams


def profiles(n):
    network = Network()
    for i in range(n):
        network.population(f"p{i}", 1, threshold=i)
    return network


def fan_out(n):
    network = Network()
    a = network.input("a", 1)
    for i in range(n):
        b = network.population(f"p{i}", 32, threshold=1)
        network.connect(f"c{i}", a, b, 2, pattern="one-to-all")
    return network


def plain(n_populations=1, size=16, delay=None, rules=0, weight=2):
    network = Network()
    a = network.input("a", 40)
    for i in range(n_populations):
        b = network.population(f"p{i}", size, threshold=1)
        if delay is not None:
            network.connect(f"c{i}", a, b, weight, pattern="all-to-all", delay=delay)
    for i in range(rules):
        network.connect(f"r{i}", a, b, 2, pattern="all-to-all", rule=f"{i + 1}*x0*y0")
    return network


@pytest.mark.parametrize(
    ("network", "changes", "message"),
    [
        (plain(5), {"compartments": 64}, "compartments: the network needs 80, the limit is 64"),
        (plain(), {"input_axons": 32}, "input_axons: the network needs 40, the limit is 32"),
        (profiles(17), {}, "profiles: the network needs 17, the limit is 16"),
        (plain(delay=0), {"lists": 39}, "lists: the network needs 40, the limit is 39"),
        (plain(delay=0), {"dense_words": 39}, "dense_words: the network needs 40, the limit is 39"),
        (
            plain(size=1, delay=0),
            {"sparse_words": 39},
            "sparse_words: the network needs 40, the limit is 39",
        ),
        (
            fan_out(64),
            {"compartments": 2048},
            "lists of one axon: the network needs 64, the limit is 63",
        ),
        (plain(delay=7), {}, "delay: the network needs 7, the limit is 6"),
        (plain(rules=5), {}, "rules: the network needs 5, the limit is 4"),
        (
            plain(rules=3),
            {"microcode_words": 8},
            "microcode_words: the network needs 9, the limit is 8",
        ),
        (
            plain(rules=1),
            {"learning": False},
            "learning: the network has rules or rewards, the core has learning=False",
        ),
        (
            plain(delay=0, weight=3),
            {"weight_bits": 8},
            "weight_bits: the network needs 9, the limit is 8; n bits hold multiples of 2**(9 - n)",
        ),
    ],
)
def test_what_does_not_fit_is_named(network, changes, message):
    with pytest.raises(CapacityError, match=f"^{re.escape(message)}$"):
        compile_network(network, CoreParams(**changes))
    if "profiles" not in message and "one axon" not in message:
        compile_network(network)


def test_other_refusals():
    with pytest.raises(
        CapacityError, match=r"^no core is large enough for the network: rules must be between"
    ):
        compile_network(plain(rules=17))
    with pytest.raises(
        CapacityError,
        match=r"^no core is large enough for the network: compartments .* 32 and 16384, not 16400$",
    ):
        compile_network(plain(2, size=8200))
    with pytest.raises(ValueError, match=r"^network must have at least one population$"):
        compile_network(Network())
    with pytest.raises(TypeError, match=r"^give params or fields of them, not both$"):
        compile_network(plain(), CoreParams(), lanes=4)
    with pytest.raises(ValueError, match=r"^lanes must be a power of two, not 3$"):
        compile_network(plain(), lanes=3)
    with pytest.raises(TypeError, match=r"^no such parameter: lane$"):
        compile_network(plain(), lane=4)
    with pytest.raises(
        CapacityError, match=r"^compartments: the network needs 80, the limit is 64$"
    ):
        compile_network(plain(5), compartments=64)
