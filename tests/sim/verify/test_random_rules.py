"""Random microcode: valid in the core that it is drawn for, and all that it has."""

import numpy as np
import pytest

from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import Factor, MicroOp, Target
from backspike.hdl.packing import unpack_array
from backspike.hdl.presets import CORE_PRESETS
from backspike.sim.verify.random_rules import random_rules

FULL = CORE_PRESETS["tiny-loihi"]
CORES = [FULL, FULL.with_(tags=False, delays=False), FULL.with_(more_factors=False, history=1)]


def drawn(params, seed):
    """Rules, and instructions of each, by field."""
    memories = random_rules(np.random.default_rng(seed), params)
    rules, microcode = (
        unpack_array(MEMORIES[name].layout(params), memories[name])
        for name in ("rules", "microcode")
    )
    spans = zip(rules["start"], rules["count"], strict=True)
    parts = [{k: v[a : a + n] for k, v in microcode.items()} for a, n in spans]
    return rules, parts


@pytest.mark.parametrize("params", CORES, ids=range(len(CORES)))
def test_a_rule_loads_scalars_and_then_works_on_lanes(params):
    for seed in range(30):
        rules, parts = drawn(params, seed)
        assert rules["start"][0] == 0
        assert (np.diff(rules["start"]) == rules["count"][:-1]).all(), "no rule overlaps another"
        assert rules["start"][-1] + rules["count"][-1] <= params.microcode_words
        for part in parts:
            lane = part["op"] == MicroOp.LANE.value
            assert 1 <= lane.sum() <= params.operations
            assert (np.diff(lane.astype(int)) >= 0).all(), "lane operations come last"
            assert part["op"][0] == MicroOp.LOAD.value
            assert part["last"][-1]
            assert part["first"][lane][0]


def used(params, field):
    """Values of a field of lane operations in many rules."""
    parts = [part for seed in range(60) for part in drawn(params, seed)[1]]
    return {int(v) for p in parts for v in p[field][p["op"] == MicroOp.LANE.value]}


def test_every_target_and_factor_of_a_core_is_drawn():
    assert used(FULL, "target") == {target.value for target in Target}
    assert {Factor.T.value, Factor.D.value, Factor.Y3.value, Factor.W.value} <= used(FULL, "factor")


def test_a_core_without_delays_has_none_to_learn():
    tags_only = FULL.with_(delays=False)
    assert used(tags_only, "target") == {Target.WEIGHT.value, Target.TAG.value}
    assert Factor.T.value in used(tags_only, "factor")
    assert Factor.D.value not in used(tags_only, "factor")


def test_equal_seeds_give_equal_rules():
    one, same, other = (random_rules(np.random.default_rng(seed), FULL) for seed in (2, 2, 3))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["microcode"], other["microcode"])
