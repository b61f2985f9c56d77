"""Words of the memories: their sizes, and the numbers that stand for enumerations."""

import pytest
from amaranth import Shape, unsigned
from amaranth.lib import data

from backspike.hdl.host_map import MEMORIES, REGISTERS
from backspike.hdl.layouts import (
    LAVA_BITS,
    PRODUCT_BITS,
    Factor,
    Gate,
    ListKind,
    MicroOp,
    Moment,
    NoiseTarget,
    Reset,
    SignMode,
    Target,
    Visit,
    axon_layout,
    beats_of,
    describe,
    list_layout,
    x_trace_layout,
    y_trace_layout,
)


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


@pytest.mark.parametrize("layout", [x_trace_layout, y_trace_layout])
def test_a_spike_in_any_step_of_the_longest_epoch_is_noted(layout, small):
    p = small(traces=True, epochs=True, history=64)
    _, longest = REGISTERS["epoch"].limits(p)
    time = Shape.cast(layout(p)["time"].shape)
    assert not time.signed
    assert longest == (1 << time.width) - 1 == 63


@pytest.mark.parametrize(
    ("members", "numbers"),
    [
        (ListKind, range(4)),
        (SignMode, range(3)),
        (Visit, range(3)),
        (Gate, range(3)),
        (Reset, range(3)),
        (NoiseTarget, range(2)),
        (MicroOp, range(3)),
        (Target, range(3)),
        (Moment, range(3)),
        (Factor, [*range(7), *range(8, 15)]),
    ],
)
def test_members_have_their_numbers(members, numbers):
    """Programs on disk hold these numbers."""
    assert [member.value for member in members] == list(numbers)


def test_an_axon_has_up_to_63_lists(small):
    fields = {str(name): Shape.cast(field.shape) for name, field in axon_layout(small(lists=65536))}
    assert {name: (1 << shape.width) - 1 for name, shape in fields.items()} == {
        "list": 65535,
        "lists": 63,
        "plastic": 63,
        "silent": 7,
    }


def test_widths_of_lava():
    """As its bit-approximate engine has them: 36 bits of a product, scaled to 15 and a sign."""
    assert (PRODUCT_BITS, LAVA_BITS) == (36, 15)
