"""Orders to the learning lanes: their stages, and widths that hold every order."""

import pytest

from backspike.hdl.learning.lane_control import lane_control_layout

STAGES = ["take", "factor", "product", "scale", "term", "total", "round", "write"]


@pytest.mark.parametrize("lava", [False, True])
@pytest.mark.parametrize("tags", [False, True])
def test_stages_of_features(lava, tags, small):
    layout = lane_control_layout(small(lava=lava, tags=tags))
    assert [name for name, _ in layout] == [name for name in STAGES if lava or name != "scale"]
    assert ("target" in dict(layout["total"].shape)) == tags


@pytest.mark.parametrize("lsb", range(9))
def test_orders_of_every_unit_fit(lsb, small):
    unit = 1 << lsb
    orders = {
        "factor": {"coefficient": -(1 << 17)},
        "total": {"fraction": (unit << 7) - 1},
        "round": {"keeps": -unit, "low": unit - 256, "high": 256 - unit},
    }
    const = lane_control_layout(small()).const(orders)
    for stage, fields in orders.items():
        assert {name: const[stage][name] for name in fields} == fields


FLAGS = {
    "take": ["en"],
    "factor": ["valid", "starts"],
    "product": ["valid"],
    "term": ["adds", "negate"],
    "total": ["valid", "begins", "stochastic"],
    "round": ["sparse"],
    "write": ["en"],
}


def test_every_flag_has_a_bit(small):
    layout = lane_control_layout(small())
    raised = layout.const({stage: dict.fromkeys(names, 1) for stage, names in FLAGS.items()})
    for stage, names in FLAGS.items():
        assert [raised[stage][name] for name in names] == [1] * len(names), stage
        assert [layout[stage].shape[name].width for name in names] == [1] * len(names), stage
