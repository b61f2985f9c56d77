"""The table of what rules change: lines by feature, and their limits against plain Python."""

import pytest
from amaranth import Shape, signed, unsigned

from backspike.hdl.layouts import COEFFICIENT_BITS, FRACTION_BITS, Target
from backspike.hdl.learning.targets import EXACT, WHOLE, learned_fields, synapse_layout

SHAPES = {"weight": signed(9), "tag": signed(9), "delay": unsigned(3)}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["weight"]),
        ({"tags": True}, ["weight", "tag"]),
        ({"delays": True}, ["weight", "delay"]),
        ({"tags": True, "delays": True}, ["weight", "tag", "delay"]),
    ],
)
def test_lines_are_those_of_the_features(changes, names, small):
    p = small(delay_slots=8, **changes)
    fields = learned_fields(p)
    assert [field.name for field in fields] == names
    for field in fields:
        assert field.target == Target[field.name.upper()]
        assert field.shape == SHAPES[field.name]
        assert field.by_list == (field.name == "weight")
    assert {name: field.shape for name, field in synapse_layout(p)} == {
        name: SHAPES[name] for name in names
    }


@pytest.mark.parametrize("slots", [2, 8, 64])
def test_limits(slots, rng, compute, small):
    p = small(delay_slots=slots, tags=True, delays=True)
    ends = {"tag": (-256, 255), "delay": (0, slots - 2)}
    edges = [e + d for pair in ends.values() for e in pair for d in (-1, 0, 1)]
    low, high = -(1 << WHOLE.width - 1), (1 << WHOLE.width - 1) - 1
    rails = [(-256, 255), (0, 248), (-128, 0)]
    values = [low, high, *edges, *(rng.randint(low, high) for _ in range(40))]
    samples = [(value, *rng.choice(rails)) for value in values]
    for field in learned_fields(p):
        got = compute(field.limit, [WHOLE, signed(10), signed(10)], samples)
        for (value, *listed), limited in zip(samples, got, strict=True):
            bottom, top = ends.get(field.name, listed)
            assert limited == min(max(value, bottom), top), field.name


def test_no_sum_of_a_rule_overflows():
    greatest = (8 << COEFFICIENT_BITS - 1) + (256 << FRACTION_BITS) + 0xFFFF
    assert greatest < 1 << EXACT.width - 1
    assert Shape.cast(WHOLE) == signed(EXACT.width - FRACTION_BITS)
