"""Groups that can fire, and why others cannot."""

import numpy as np
import pytest

from backspike.golden.compiler.firing import firing_groups, unheard_inputs, why_silent
from backspike.golden.network.network import Network


@pytest.fixture
def chain():
    """An input, two populations behind it, and one that has nothing."""
    network = Network(epoch=2)
    source = network.input("in", 2)
    first, second = (network.population(name, 2, threshold=1) for name in ("a", "b"))
    network.connect("c", source, first, 5, pattern="one-to-one")
    network.connect("d", first, second, np.eye(2), pattern="all-to-all", exponent=0)
    network.population("alone", 2, threshold=1)
    return network


def test_spikes_pass_from_group_to_group(chain):
    assert firing_groups(chain) == {"in", "a", "b"}
    assert list(why_silent(chain)) == [
        "population 'alone' can never fire: no spike, bias or noise reaches it"
    ]


def test_every_kind_of_synapse_counts(chain):
    groups, alone = chain.populations, chain.populations["alone"]
    back = chain.population("back", 2, threshold=1)
    chain.transpose("t", "d", groups["b"], back)
    chain.share("d", back, alone)
    chain.population("sums", 2, threshold=1, sums_of=alone)
    image = chain.population("image", 2, threshold=1)
    chain.convolve("k", alone, image, np.ones((1, 1, 1, 1)), image=(1, 2, 1))
    assert firing_groups(chain) == {*chain.populations, "in"}
    assert not list(why_silent(chain))


def test_a_gate_that_never_fires_keeps_others_silent(chain):
    gate = chain.populations["alone"]
    for name, gated_by in (("open", "silence"), ("shut", "spike")):
        chain.population(name, 2, threshold=1, bias=2, gate=gate, gated_by=gated_by)
    assert firing_groups(chain) == {"in", "a", "b", "open"}
    assert "population 'shut' can never fire: its gate 'alone' never fires" in why_silent(chain)


@pytest.mark.parametrize(("vmin", "fires"), [(0, False), (1, True)])
def test_a_voltage_that_may_be_at_its_threshold_is_not_beyond_it(chain, vmin, fires):
    watched = chain.population("watched", 2, threshold=1, bias=-1, vmin=vmin)
    chain.population("below", 2, threshold=0, watches=watched, negate=True)
    assert ("below" in firing_groups(chain)) == fires
    reason = "population 'below' can never fire: vmin=0 keeps voltages from the threshold"
    assert (reason in list(why_silent(chain))) != fires


def test_a_reason_is_told_once(chain):
    chain.population("other", 1, threshold=1)
    (reason,) = why_silent(chain)
    assert reason.startswith("population 'alone', 'other' can never fire: ")


def test_inputs_are_heard_as_sources_gates_and_rewards(chain):
    for name in ("gate", "reward", "nothing"):
        chain.input(name, 2)
    chain.population("gated", 2, threshold=1, bias=2, gate=chain.inputs["gate"])
    chain.reward(chain.inputs["reward"], 1)
    assert unheard_inputs(chain) == ["nothing"]


@pytest.mark.parametrize(
    ("watched", "constants", "reason"),
    [
        ({}, {}, "no spike, bias or noise reaches it"),
        ({"bias": 3}, {}, ""),
        ({"bias": -3}, {}, "no spike, bias or noise reaches it"),
        ({"bias": -3}, {"negate": True}, ""),
        ({"bias": 3, "reset": "delayed", "decay_v": 9}, {"negate": True}, ""),
        ({"bias": -3, "vmin": 6}, {"negate": True}, "vmin=6 keeps voltages from the threshold"),
        ({"bias": 3, "vmax": 0}, {"threshold": 8}, "vmax=0 keeps voltages from the threshold"),
        ({"noise": (0, 3)}, {}, ""),
    ],
)
def test_who_watches_fires_by_the_voltage_that_it_sees(watched, constants, reason):
    network = Network()
    h = network.population("h", 2, threshold=99, **watched)
    network.population("w", 2, **({"threshold": 1, "watches": h} | constants))
    found = [told for told in why_silent(network) if "'w'" in told]
    assert [told.partition(" can never fire: ")[2] for told in found] == [reason] * bool(reason)


def test_spikes_reach_who_watches(chain):
    for name in ("a", "b", "alone"):
        chain.population(f"sees {name}", 2, threshold=1, watches=chain.populations[name])
    assert firing_groups(chain) == {"in", "a", "b", "sees a", "sees b"}
