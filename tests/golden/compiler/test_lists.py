"""Synapse lists of connections, teachers, ways back, shares, convolutions and rewards."""

import numpy as np
import pytest

from backspike.golden.compiler.lists import build_tables
from backspike.golden.compiler.placement import place
from backspike.golden.network.network import Network
from backspike.hdl.layouts import ListKind

LANES = 4


@pytest.fixture
def net():
    network = Network()
    network.input("x", 3)
    network.population("y", 6, threshold=1)
    network.population("z", 3, threshold=1)
    return network


def connect(net, name="W", **options):
    weights = 2 * np.arange(18).reshape(3, 6) - 8
    return net.connect(
        name,
        net.inputs["x"],
        net.populations["y"],
        weights,
        **{"pattern": "all-to-all", "exponent": 0, **options},
    )


def built(net):
    layout = place(net, LANES)
    compartments = layout.compartments
    tables = build_tables(net, layout, compartments)
    return tables, layout, compartments


def lists_of(tables, axon):
    """Descriptors of an axon, as dictionaries."""
    first = tables.first[axon]
    return [
        {name: int(column[k]) for name, column in tables.lists.items()}
        for k in range(first, first + tables.lists_of[axon])
    ]


def test_a_dense_list_for_each_source(net):
    net.connect("V", net.inputs["x"], net.populations["z"], 2, rule="x0", pattern="one-to-one")
    connect(net, rule="x0*y0", delay=2, bits=8)
    tables, layout, compartments = built(net)
    for source in range(3):
        _, entry = lists_of(tables, compartments + source)
        assert entry["kind"] == ListKind.DENSE.value
        assert entry["address"] == 2 * source
        assert (entry["count"], entry["delay"], entry["rule"], entry["lsb"]) == (6, 2, 1, 1)
        assert entry["row"] == entry["post"] == layout.populations["y"] // LANES
    assert tables.plastic_of[compartments:].tolist() == [2, 2, 2]
    weights = net.connections["W"].weights
    np.testing.assert_array_equal(tables.placements["W"].gather(tables.dense), weights)
    assert (tables.placements["W"].gather(tables.delays) == 2).all()


def test_a_list_for_each_teacher_of_which_one_is_delivered(net):
    connect(net, rule="x0*y0")
    for name, negate in (("up", False), ("down", True)):
        net.teach("W", net.population(name, 6, threshold=1), negate=negate)
    tables, layout, compartments = built(net)
    silent, delivered = lists_of(tables, compartments)
    assert (silent["negate"], delivered["negate"]) == (1, 0)
    assert silent["post"] == layout.populations["down"] // LANES
    assert delivered["post"] == layout.populations["up"] // LANES
    assert silent["address"] == delivered["address"]
    assert tables.silent_of[compartments] == 1
    assert tables.plastic_of[compartments] == 2


def test_teachers_with_rules_of_their_own_come_last(net):
    connect(net, rule="dt = x0*y0")
    for name, negate, rule in (
        ("up", False, "t*y0"), ("down", True, "t*y0"), ("box", False, None)
    ):  # fmt: skip
        net.teach("W", net.population(name, 6, threshold=1), negate=negate, rule=rule)
    tables, layout, compartments = built(net)
    found = lists_of(tables, compartments)
    assert [layout.populations[name] // LANES for name in ("box", "down", "up")] == [
        entry["post"] for entry in found
    ]
    assert [entry["rule"] for entry in found] == [0, 1, 1]
    assert [entry["negate"] for entry in found] == [0, 1, 0]
    assert (tables.silent_of[compartments], tables.plastic_of[compartments]) == (2, 3)


def test_a_list_that_subtracts_last_is_not_delivered(net):
    connect(net, rule="x0*y0")
    net.teach("W", net.population("up", 6, threshold=1))
    net.teach("W", net.population("down", 6, threshold=1), negate=True, rule="2*x0*y0")
    tables, _, compartments = built(net)
    *_, delivered = lists_of(tables, compartments)
    assert delivered["negate"] == 0
    assert (tables.silent_of[compartments], tables.plastic_of[compartments]) == (2, 2)


def test_columns_of_words_that_are_stored_rotated(net):
    connect(net)
    net.transpose("T", "W", net.populations["y"], net.populations["z"], delay=1, negate=True)
    tables, layout, compartments = built(net)
    assert tables.placements["W"].rotated
    assert [lists_of(tables, compartments + k)[0]["rotate"] for k in range(3)] == [0, 1, 2]
    for neuron in range(6):
        (entry,) = lists_of(tables, layout.populations["y"] + neuron)
        assert entry["kind"] == ListKind.COLUMN.value
        assert (entry["address"], entry["rotate"]) == (neuron // LANES, neuron % LANES)
        assert (entry["count"], entry["post"]) == (3, 2)
        assert (entry["delay"], entry["negate"]) == (1, 1)
        assert entry["row"] == layout.populations["z"] // LANES


def test_a_share_has_lists_but_no_words(net):
    connect(net)
    before = len(built(net)[0].dense)
    net.share("W", net.populations["z"], net.populations["y"], negate=True)
    tables, layout, compartments = built(net)
    assert len(tables.dense) == before
    for neuron in range(3):
        (entry,) = lists_of(tables, layout.populations["z"] + neuron)
        (shared,) = lists_of(tables, compartments + neuron)
        assert entry["address"] == shared["address"]
        assert (entry["negate"], shared["negate"]) == (1, 0)


def test_fixed_single_synapses_of_an_axon_share_a_list(net):
    x, y, z = net.inputs["x"], net.populations["y"], net.populations["z"]
    net.connect("a", x, y, [2, 0, 4], pattern=[(0, 1), (0, 2), (2, 5)], delay=1)
    net.connect("b", x, z, 8, pattern="one-to-one")
    net.connect("c", x, z, 6, pattern="one-to-one", rule="x0*y0")
    tables, layout, compartments = built(net)
    plastic, fixed = lists_of(tables, compartments)
    assert (plastic["count"], fixed["count"]) == (1, 2)  # weights of 0 are left out
    span = slice(fixed["address"], fixed["address"] + 2)
    assert tables.sparse["weight"][span].tolist() == [2, 8]
    assert tables.sparse["delay"][span].tolist() == [1, 0]
    targets = [layout.populations["y"] + 1, layout.populations["z"]]
    assert tables.sparse["target"][span].tolist() == targets
    weights = {name: p.gather(tables.sparse["weight"]) for name, p in tables.placements.items()}
    assert {name: w.tolist() for name, w in weights.items()} == {
        "a": [2, 0, 4],
        "b": [8] * 3,
        "c": [6] * 3,
    }


def test_rewards_have_lists_without_synapses(net):
    net.reward(net.inputs["x"][1], -3, "r0", reinforcement=2)
    tables, _, compartments = built(net)
    (entry,) = lists_of(tables, compartments + 1)
    assert entry["kind"] == ListKind.REWARD.value
    assert (entry["address"], entry["rule"], entry["lsb"]) == (256 - 3, 1, 2)
    assert tables.lists_of.sum() == 1


@pytest.mark.parametrize("channels", [4, 3])
def test_kernels_are_stored_once_where_they_fill_the_words(channels):
    network = Network()
    x = network.input("x", 9)
    y = network.population("y", 4 * channels, threshold=1)
    kernels = np.arange(1, 4 * channels + 1).reshape(2, 2, 1, channels)
    network.convolve("k", x, y, kernels, image=(3, 3, 1), delay=1)
    tables, _, compartments = built(network)
    if channels == LANES:
        assert len(tables.dense) == 4
        assert not tables.sparse["weight"].size
        assert tables.lists_of[compartments:].tolist() == [1, 1, 1, 2, 2, 2, 1, 1, 1]
    else:
        assert not len(tables.dense)
        assert tables.sparse["weight"].size == 4 * kernels.size
    assert set(tables.lists["delay" if channels == LANES else "lsb"]) <= {0, 1}
