"""Words of the memories: what numpy packs is what the RTL sees."""

import numpy as np
import pytest
from amaranth import Shape, unsigned
from amaranth.lib import data

from backspike.hdl import layouts
from backspike.hdl.host_map import MEMORIES
from backspike.hdl.layouts import (
    Gate,
    ListKind,
    SignMode,
    Visit,
    beats_of,
    bias_layout,
    describe,
    list_layout,
    rule_layout,
)
from backspike.hdl.packing import pack_array, unpack_array

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


def test_beats():
    assert beats_of(data.StructLayout({"a": unsigned(32)})) == 1
    assert beats_of(data.StructLayout({"a": unsigned(33)})) == 2
    with pytest.raises(ValueError, match=r"^a host word must fit 64 bits, not 65$"):
        beats_of(data.StructLayout({"a": unsigned(65)}))


@pytest.mark.parametrize("lanes", [1, 32])
def test_host_words_of_large_cores_fit_two_beats(lanes, small):
    p = small(
        lanes,
        16384 // lanes,
        16384 // lanes,
        lists=65536,
        dense_words=1 << 18,
        sparse_words=1 << 16,
        delay_slots=8,
        rules=4,
        microcode_words=1024,
        columns=False,
    )
    assert {memory.beats(p) for memory in MEMORIES.values()} == {1, 2}


@pytest.mark.parametrize(
    "changes", [{}, {"rules": 16}, {"delay_slots": 64}, {"dense_words": 1 << 20}, {"lanes": 1}]
)
def test_list_bits_are_those_of_the_layout(changes, small):
    p = small(**changes)
    assert p.list_bits == Shape.cast(list_layout(p)).width


def test_describe_lists_every_field(small):
    p = small()
    rows = describe({"list": list_layout(p)})
    assert [field for _, field, _, _ in rows] == [str(name) for name, _ in list_layout(p)]
    ends = [low + width for _, _, low, width in rows]
    assert [low for _, _, low, _ in rows] == [0, *ends[:-1]]


def test_members_have_their_numbers():
    """Programs on disk hold these numbers."""
    assert [kind.value for kind in ListKind] == [0, 1, 2, 3]
    assert [mode.value for mode in SignMode] == [0, 1, 2]
    assert [visit.value for visit in Visit] == [0, 1, 2]
    assert [gate.value for gate in Gate] == [0, 1, 2]
