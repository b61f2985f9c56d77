"""Memories as records: their fields, second names and what CLEAR leaves."""

import pytest

from backspike.golden.core.state import CoreState
from backspike.hdl import layouts
from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS
from backspike.hdl.params import CoreParams
from backspike.hdl.presets import CORE_PRESETS

EVERYTHING = CORE_PRESETS["tiny-loihi"].with_(noise=True, subtract=True, watch=True)


@pytest.mark.parametrize("p", [CoreParams(), EVERYTHING])
@pytest.mark.parametrize(
    "memory", ["axons", "lists", "sparse", "rows", "profiles", "bias", "rules", "microcode"]
)
def test_records_have_every_field_of_their_layout(p, memory):
    words = getattr(CoreState.zero(p), memory)
    assert {str(name) for name, _ in MEMORIES[memory].layout(p)} <= set(words.dtype.names)
    assert len(words) == MEMORIES[memory].depth(p)


def test_registers_and_counters_have_the_names_of_the_host_map():
    core = CoreState.zero(EVERYTHING)
    assert core.registers.dtype.names == tuple(REGISTERS)
    assert core.counters.dtype.names == tuple(COUNTERS)


def test_fields_of_a_kind_of_list_share_their_place():
    lists = CoreState.zero(EVERYTHING).lists
    for names in layouts.LIST_FIELDS.values():
        for number, (alias, name) in enumerate(names.items(), 5):
            lists[name][0] = number
            assert lists[alias][0] == number


def test_clear_zeroes_what_moves_and_nothing_else():
    core = CoreState.zero(EVERYTHING)
    for array in (core.dense, core.random, core.noise, core.spikes, core.x.past, core.accumulators):
        array[...] = 1
    core.neurons["v"], core.neurons["refractory"] = 7, 7
    for name in core.rewards.dtype.names:
        core.rewards[name] = 7
    core.registers["step"], core.registers["rows"] = 7, 7
    core.clear()
    for array in (core.spikes, core.x.past, core.accumulators, core.neurons["v"]):
        assert not array.any()
    for array in (core.dense, core.random, core.noise):
        assert array.all()
    assert core.rewards["r1_decay"].tolist() == [7] * len(core.rewards)
    assert not core.rewards["r1"].any()
    assert (core.registers["step"], core.registers["rows"]) == (0, 7)


def test_a_core_without_dynamics_forgets_at_once():
    profiles = CoreState.zero(CoreParams(dynamics=False)).profiles
    assert {name: int(profiles[name][3]) for name in layouts.STATELESS} == layouts.STATELESS


@pytest.mark.parametrize("has", [False, True])
def test_memories_of_features_are_empty_without_them(has):
    p = CoreParams(
        lanes=4,
        dendrite_lanes=2,
        learning=has,
        tags=has,
        delays=has,
        noise=has,
        watch=has,
    )
    core = CoreState.zero(p)
    assert core.tags.shape == core.delays.shape == (p.dense_words if has else 0, 4)
    assert core.random.shape == (4 if has else 0,)
    assert core.noise.shape == (2 if has else 0,)
    assert core.membranes.shape == (p.compartments if has else 0,)
