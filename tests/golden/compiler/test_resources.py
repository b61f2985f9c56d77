"""Resources of a core: counted, fitted to a network, and named where they do not suffice."""

import re
from dataclasses import fields

import numpy as np
import pytest

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.resources import RESOURCES
from backspike.golden.errors import CapacityError
from backspike.golden.network.network import Network
from backspike.golden.rules.microcode import compile_rule, needs_of
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
        (
            plain(delay=7),
            {},
            "delay: the network needs 7, the limit is 6; a core with delay_slots=n has delays "
            "of up to n - 2; needed by 'c0'",
        ),
        (plain(rules=5), {}, "rules: the network needs 5, the limit is 4"),
        (
            plain(rules=3),
            {"microcode_words": 8},
            "microcode_words: the network needs 9, the limit is 8",
        ),
        (
            plain(rules=1),
            {"learning": False},
            "learning: the network has rules, rewards, gates or tags, the core has learning=False",
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


SWITCHES = {
    "learning": {"rule": "x0*y0"},
    "traces": {"rule": "x1*y0"},
    "stochastic": {"rule": "x0*y0", "rounding": "stochastic"},
    "more_factors": {"rule": "x2*y0"},
    "tags": {"rule": "dw = t*x0"},
    "delays": {"rule": "dd = x0*y0"},
}


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_is_on_in_a_core_that_is_made_to_fit_and_missed_in_another(name):
    network = Network()
    source, target = network.input("a", 4), network.population("b", 4, threshold=1)
    network.connect("ab", source, target, 2, pattern="all-to-all", **SWITCHES[name])
    assert getattr(compile_network(network).params, name)
    with pytest.raises(
        CapacityError,
        match=rf"^{name}: the network .*, the core has {name}=False(; needed by 'ab')?$",
    ):
        compile_network(network, **{name: False})


@pytest.mark.parametrize(
    ("constants", "name"),
    [
        ({"noise": (1, 3)}, "noise"),
        ({"reset": "subtract", "decay_v": 9}, "subtract"),
        ({"gate": True}, "epochs"),
        ({"watches": True}, "watch"),
        ({"watches": True}, "dynamics"),
        ({"bias": 3}, "dynamics"),
        ({"decay_v": 0}, "dynamics"),
        ({"reset": "subtract", "decay_v": 9}, "dynamics"),
    ],
)
def test_what_populations_need(constants, name):
    network = Network()
    first = network.population("a", 4, threshold=1)
    network.connect("r", first, first, 2, pattern="all-to-all", rule="x0*y0")
    partners = {field: first for field in ("gate", "watches") if field in constants}
    network.population("b", 4, threshold=1, **(constants | partners))
    assert getattr(compile_network(network).params, name)
    without = dict.fromkeys([name, "subtract", "watch"] if name == "dynamics" else [name], False)
    with pytest.raises(CapacityError, match=f"^{name}: "):
        compile_network(network, **without)


def test_lava_and_exact_arithmetic_need_different_cores():
    def learning(**options):
        network = Network(**options)
        a, b = network.input("a", 4), network.population("b", 4, threshold=1)
        network.connect("ab", a, b, 2, pattern="all-to-all", rule="x0*y0")
        return network

    assert compile_network(learning(lava=True)).params.lava
    assert not compile_network(learning()).params.lava
    with pytest.raises(CapacityError, match=r"^lava: the network learns in Lava's arithmetic, "):
        compile_network(learning(lava=True), lava=False)
    with pytest.raises(CapacityError, match=r"^lava: the core learns in Lava's arithmetic, "):
        compile_network(learning(), lava=True)


@pytest.mark.parametrize(("channel", "channels"), [(0, 1), (1, 2), (3, 4)])
def test_reinforcement_channels_are_a_power_of_two(channel, channels):
    network = plain()
    network.reward(network.inputs["a"], 1, reinforcement=channel)
    assert compile_network(network).params.reinforcements == channels


def test_what_is_fitted_is_a_field_of_a_core():
    assert len({resource.name for resource in RESOURCES}) == len(RESOURCES)
    fitted = [r.fit(1, CoreParams()) for r in RESOURCES if r.fit]
    names = [name for one in fitted for name in one]
    assert len(set(names)) == len(names)
    assert set(names) <= {field.name for field in fields(CoreParams)}


def test_every_need_of_a_rule_is_a_resource():
    assert set(needs_of(compile_rule("x0*y0"))) <= {resource.name for resource in RESOURCES}


def test_a_core_that_learns_delays_has_room_for_them():
    network = Network()
    target = network.population("target", 2, threshold=10)
    source = network.input("source", 2)
    network.connect("c", source, target, 2, pattern="all-to-all", rule="dd = x0*y0")
    assert compile_network(network).params.max_delay == 6


@pytest.mark.parametrize(("teachers", "fits"), [(8, True), (9, False)])
def test_lists_of_an_axon_that_are_not_delivered(teachers, fits):
    network = Network()
    target, source = network.population("target", 2, threshold=10), network.input("source", 2)
    network.connect("c", source, target, 2, pattern="all-to-all", rule="dw = x0*y0")
    for number in range(teachers):
        network.teach("c", network.population(f"t{number}", 2, threshold=1))
    if fits:
        assert compile_network(network).memories["axons"].size
    else:
        message = r"^lists of one axon that are not delivered: .* needs 8, the limit is 7; each"
        with pytest.raises(CapacityError, match=message):
            compile_network(network)


def test_a_column_steps_over_no_more_words_than_a_core_has_rows():
    network = Network()
    x, y = network.input("x", 5 * 5 * 4), network.population("y", 8, threshold=1)
    kernels = np.full((5, 5, 4, 8), 2)
    network.convolve("k", x, y, kernels, image=(5, 5, 4), rule="dw = 2*x0*y0")
    network.transpose("back", "k", y, network.population("z", 100, threshold=1))
    message = "stride of a column: the network needs 50, the limit is 32; a core with more comp"
    with pytest.raises(CapacityError, match=message):
        compile_network(network, lanes=4)
    assert compile_network(network, lanes=4, compartments=136).params.compartments == 136
