import numpy as np
import pytest

from backspike.hdl.layouts import Factor, ListKind, MicroOp
from backspike.hdl.params import CoreParams
from backspike.sim.verify.list_coverage import (
    LIST_CASES,
    cover_lists,
    cover_plastic_lists,
    cover_rule,
)

PARAMS = CoreParams(lanes=4, dendrite_lanes=1, dense_words=8, sparse_words=8, reinforcements=2)
DENSE, SPARSE, REWARD = (kind.value for kind in (ListKind.DENSE, ListKind.SPARSE, ListKind.REWARD))
FIELDS = ("kind", "address", "count", "row", "rotate", "rule", "lsb", "sign", "post")


@pytest.fixture
def cases():
    return {}


@pytest.fixture
def hit(cases):
    """Notes each case that is true of something; there must be one of that name."""

    def note(feature, case, seen):
        assert case in LIST_CASES[feature]
        if np.any(seen):
            cases.setdefault(feature, set()).add(case)

    return note


def a_list(**fields):
    return {name: np.array([fields.get(name, 0)]) for name in FIELDS}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": DENSE, "address": 6, "count": 8}, {"list": {"DENSE at the end of its memory"}}),
        ({"kind": DENSE, "address": 6, "count": 4}, {}),
        ({"kind": SPARSE, "address": 5, "count": 3}, {"list": {"SPARSE at the end of its memory"}}),
        ({"kind": DENSE, "row": 1}, {"list": {"from a row that is not the first"}}),
        ({"kind": DENSE, "rotate": 1}, {"list": {"whose lane 0 is in another bank"}}),
        ({"kind": REWARD, "address": 127}, {"reward list": {"to r1"}}),
        ({"kind": REWARD, "address": 128, "rule": 1}, {"reward list": {"to r0", "that punishes"}}),
        (
            {"kind": REWARD, "lsb": 1},
            {"reward list": {"to r1", "of a channel that is not the first"}},
        ),
    ],
)
def test_lists(fields, expected, hit, cases):
    cover_lists(hit, PARAMS, a_list(**fields))
    assert cases == expected


def test_plastic_lists(hit, cases):
    cover_plastic_lists(hit, PARAMS, a_list(kind=SPARSE, sign=2, lsb=3))
    assert cases == {"plastic list": {"SPARSE", "INHIBITORY", "in units of 2**3"}}


@pytest.mark.parametrize("stochastic", [0, 1])
def test_rules(stochastic, hit, cases):
    code = {
        "op": np.array([MicroOp.LOAD.value, MicroOp.LANE.value, MicroOp.LANE.value]),
        "factor": np.array([Factor.X0.value, Factor.Y1.value, Factor.W.value]),
        "last": np.array([1, 1, 1]),
        "moment": np.array([1, 2, 1]),
        "target": np.array([1, 0, 2]),
        "sgn": np.array([1, 0, 1]),
    }
    rule = {"start": 0, "count": 2, "pre": 1, "post": 2, "stochastic": stochastic}
    cover_rule(hit, PARAMS.with_(stochastic=True), rule, code, 2)
    assert cases == {
        "rule": {
            "visits axons TRACED",
            "visits compartments ALWAYS",
            "takes Y1",
            "reads a trace at POST",
            "changes WEIGHT",
            "rounds at random, dither 2" if stochastic else "rounds down",
        }
    }
