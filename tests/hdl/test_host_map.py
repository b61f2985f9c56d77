"""Numbers and words that hosts depend on."""

import numpy as np
import pytest

from backspike.hdl.host_map import (
    COUNTERS,
    MEMORIES,
    REGISTERS,
    Command,
    ErrorCode,
    Response,
    dense_group_layout,
    header,
)
from backspike.hdl.packing import pack_weights, unpack_weights
from backspike.hdl.seeds import default_seeds


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


def test_header_fields():
    assert header(Command.WRITE, 4, 17) == 0x02040011


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


def test_seeds_are_distinct_reproducible_and_never_zero(small):
    p = small(32)
    seeds = default_seeds(p)
    assert np.array_equal(seeds, default_seeds(p, 0))
    assert len(set(seeds.tolist())) == 32
    assert seeds.all()
    assert not np.array_equal(seeds, default_seeds(p, 1))
    assert seeds[:2].tolist() == [0xE220A838, 0x6E789E6A], "recorded results depend on them"
