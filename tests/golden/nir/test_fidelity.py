"""The comparison as plain values."""

import json
from dataclasses import replace

import pytest

from backspike.golden.nir.comparison import compare_nir
from backspike.golden.nir.fidelity import EngineDifference
from backspike.golden.nir.samples import random_samples
from backspike.golden.nir.to_network import read_nir


@pytest.fixture(scope="module")
def found(outliers):
    imported = read_nir(outliers, dt=1.0)
    return compare_nir(imported, random_samples(imported, steps=40, rate=0.2, seed=1, samples=2))


def test_json_has_all_of_it_and_comes_back(found):
    made = replace(found, engine=EngineDifference("verilator", 1, 40, 12, 0)).as_dict()
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    assert made["engine"]["different"] == 0
    assert made["different"] == found.different == sum(p["different"] for p in made["populations"])
    assert [p["name"] for p in made["populations"]] == ["lif", "lif_1"]
    for group, plain in zip(found.groups, made["populations"], strict=True):
        assert plain["same_spikes"] == group.same_spikes
        assert plain["first"]["element"] == list(group.first.element)
        assert "rates_core" not in plain
    nodes = {node["node"]: node for node in made["nodes"]}
    assert nodes["lif"]["verdict"] == "approximate"
    weights = nodes["lif"]["constants"][0]
    assert (weights["name"], weights["numbers"]) == ("weights from input", 384)
    assert 0 < weights["error"] < 0.03
    assert 0 < weights["largest_error"] <= 0.5


def test_shares_are_of_the_spikes_of_either_side(found):
    both = sum(group.spikes_both for group in found.groups)
    either = sum(g.spikes_float + g.spikes_core - g.spikes_both for g in found.groups)
    assert found.same_spikes == both / either
    assert found.different_share == found.different / ((24 + 5) * 2 * 40) > 0
    assert found.shown.differs
    assert repr(found) == f"Fidelity(2 samples of 40 steps: {both / either:.2%} of spikes same)"
