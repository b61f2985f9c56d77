"""Words as numbers: what numpy packs is what the RTL sees."""

import numpy as np
import pytest

from backspike.hdl import layouts
from backspike.hdl.host_map import dense_group_layout
from backspike.hdl.layouts import Visit, bias_layout, rule_layout
from backspike.hdl.packing import (
    pack_array,
    pack_lanes,
    pack_weights,
    unpack_array,
    unpack_lanes,
    unpack_weights,
)

LAYOUTS = [
    getattr(layouts, f"{name}_layout")
    for name in (
        "axon",
        "bias",
        "list",
        "microcode",
        "profile",
        "row",
        "rule",
        "sparse",
        "state",
        "x_trace",
        "y_trace",
    )
]


@pytest.mark.parametrize("lanes", [1, 4])
@pytest.mark.parametrize("make", LAYOUTS, ids=lambda make: make.__name__)
@pytest.mark.parametrize(
    "changes",
    [{}, {"more_factors": True, "history": 4, "tags": True, "delays": True, "lava": True}],
    ids=["default", "everything"],
)
def test_packed_words_are_the_constants_of_the_layout(make, lanes, changes, words, small):
    layout = make(small(lanes, **changes))
    rows = words.many(layout, 10)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    packed = pack_array(layout, **columns)
    assert packed.dtype == np.uint64
    assert packed.tolist() == [layout.const(row).as_bits() for row in rows]
    unpacked = unpack_array(layout, packed)
    assert {name: column.tolist() for name, column in unpacked.items()} == columns


def test_enumerations_and_scalars_pack(small):
    layout = rule_layout(small())
    packed = pack_array(
        layout, start=[1, 2], count=3, pre=Visit.TRACED, post=Visit.ALWAYS, stochastic=True
    )
    assert unpack_array(layout, packed)["pre"].tolist() == [Visit.TRACED.value] * 2
    assert unpack_array(layout, packed)["start"].tolist() == [1, 2]


def test_empty_columns_pack_to_nothing(small):
    assert pack_array(bias_layout(small()), mantissa=[], exponent=[]).size == 0


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"mantissa": 1}, "^fields must be mantissa, exponent, not mantissa$"),
        (
            {"mantissa": 1, "exponent": 1, "sign": 1},
            "^fields must be mantissa, exponent, not mantissa, exponent, sign$",
        ),
        (
            {"mantissa": [0, 4096], "exponent": 0},
            "^field 'mantissa' must be between -4096 and 4095, not 4096$",
        ),
        (
            {"mantissa": [-4097, 4096], "exponent": 0},
            "^field 'mantissa' must be between -4096 and 4095, not -4097$",
        ),
        ({"mantissa": 0, "exponent": 8}, "^field 'exponent' must be between 0 and 7, not 8$"),
        ({"mantissa": 0, "exponent": -1}, "^field 'exponent' must be between 0 and 7, not -1$"),
    ],
)
def test_bad_fields_are_explained(columns, message, small):
    with pytest.raises(ValueError, match=message):
        pack_array(bias_layout(small()), **columns)


@pytest.mark.parametrize("weight_bits", [1, 2, 5, 8, 9])
@pytest.mark.parametrize("lanes", [1, 2, 4, 8])
def test_weights_pack_as_the_layout_says(lanes, weight_bits, rng, small):
    p = small(lanes, weight_bits=weight_bits)
    step = 1 << p.weight_low
    choices = [-256, 256 - step, 0, -step, rng.randrange(-256, 256, step)]
    weights = np.array([[rng.choice(choices) for _ in range(lanes)] for _ in range(6)])
    packed = pack_weights(p, weights)
    assert packed.dtype == np.uint64
    assert len(packed) == 6 * lanes // p.dense_group
    groups = (weights >> p.weight_low).reshape(-1, p.dense_group).tolist()
    layout = dense_group_layout(p)
    assert packed.tolist() == [layout.const(group).as_bits() for group in groups]
    assert np.array_equal(unpack_weights(p, packed), weights)


@pytest.mark.parametrize(
    ("weight", "weight_bits", "message"),
    [
        (256, 9, "^weight must be between -256 and 255, not 256$"),
        (-257, 9, "^weight must be between -256 and 255, not -257$"),
        (3, 8, "^weight must be a multiple of 2 in a core with weight_bits=8, not 3$"),
        (-5, 8, "^weight must be a multiple of 2 in a core with weight_bits=8, not -5$"),
    ],
)
def test_bad_weights_are_explained(weight, weight_bits, message, small):
    with pytest.raises(ValueError, match=message):
        pack_weights(small(2, weight_bits=weight_bits), np.array([[0, weight]]))


@pytest.mark.parametrize("lanes", [1, 2, 16])
@pytest.mark.parametrize(("bits", "is_signed"), [(9, True), (3, False), (6, False)])
def test_lanes_come_back(lanes, bits, is_signed, rng, small):
    p = small(lanes)
    low = -(1 << (bits - 1)) if is_signed else 0
    values = [[rng.randrange(low, low + (1 << bits)) for _ in range(lanes)] for _ in range(5)]
    words = pack_lanes(p, np.array(values), bits)
    assert words.dtype == np.uint64
    assert int(words.max()) < 1 << (bits * p.dense_group)
    assert unpack_lanes(p, words, bits, is_signed=is_signed).tolist() == values
