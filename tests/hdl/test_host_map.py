"""Numbers and words that hosts depend on."""

import pytest

from backspike.hdl.host_map import (
    COUNTER_BITS,
    COUNTERS,
    MEMORIES,
    REGISTERS,
    Command,
    ErrorCode,
    Response,
    header,
)


def test_numbers_are_unique():
    numbers = [memory.number for memory in MEMORIES.values()]
    assert sorted(numbers) == list(range(len(MEMORIES)))
    operations = [member.value for group in (Command, Response) for member in group]
    assert len(set(operations)) == len(operations)
    assert len({code.value for code in ErrorCode}) == len(ErrorCode)
    assert not set(REGISTERS) & set(COUNTERS)


def test_identity_comes_first():
    """A host asks who is there before it knows anything else."""
    assert list(REGISTERS)[:3] == ["identity", "map_version", "fingerprint"]
    assert not any(register.writable for register in list(REGISTERS.values())[:3])


def test_resets_fit_their_registers():
    for register in REGISTERS.values():
        assert 0 <= register.reset < 1 << register.shape.width


def test_registers_store_every_value_that_may_be_written(small):
    for p in (small(), small(8, 5, 3), small(more_factors=True, reinforcements=4)):
        for name, register in REGISTERS.items():
            low, high = register.limits(p)
            stored = register.stored(p)
            assert low == (-(1 << (stored.width - 1)) if stored.signed else 0)
            assert high < 1 << stored.width <= 1 << register.shape.width, name


@pytest.mark.parametrize(
    "name", [name for name in REGISTERS if name.endswith("decay")], ids=lambda name: name
)
def test_a_trace_may_be_kept_as_it_is(name, small):
    assert REGISTERS[name].limits(small()) == (0, 65536)


def test_header_fields():
    assert header(Command.WRITE, 4, 17) == 0x02040011


def test_memories_that_are_no_part_of_a_program():
    dynamic = {name for name, memory in MEMORIES.items() if memory.dynamic}
    assert dynamic == {"state", "accumulators", "x_traces", "y_traces", "counters"}


LEARNING = {"rules", "microcode", "x_traces", "y_traces", "random"}


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        ({}, {"tags", "delays", "noise"}),
        ({"tags": True}, {"delays", "noise"}),
        ({"tags": True, "delays": True, "noise": True}, set()),
        ({"tags": True, "delays": True, "learning": False}, {*LEARNING, "tags", "noise"}),
        ({"traces": False}, {"x_traces", "y_traces", "tags", "delays", "noise"}),
        ({"stochastic": False}, {"random", "tags", "delays", "noise"}),
        ({"learning": False}, {*LEARNING, "tags", "delays", "noise"}),
    ],
)
def test_memories_of_what_a_core_lacks(changes, absent, small):
    p = small(**changes)
    assert {name for name, memory in MEMORIES.items() if not memory.exists(p)} == absent


def test_a_counter_of_cycles_lasts_a_month():
    assert 1 << COUNTER_BITS > 30 * 86_400 * 100_000_000  # at 100 MHz
    assert COUNTER_BITS % 16 == 0  # it adds up in parts
