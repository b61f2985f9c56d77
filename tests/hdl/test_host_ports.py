"""Groups of wires of the host's side: names, directions, resets, and what a core lacks."""

import pytest
from amaranth import signed
from amaranth.lib.wiring import Flow

from backspike.hdl.host_map import COUNTERS, MEMORIES, REGISTERS, REWARDS
from backspike.hdl.host_ports import (
    Counts,
    MemoryPorts,
    RegisterValues,
    RewardRegisters,
    RunPort,
)

BARE = {"learning": False, "counters": False, "dynamics": False}
FULL = {
    "more_factors": True,
    "tags": True,
    "delays": True,
    "noise": True,
    "reinforcements": 2,
}
#: Registers that every core reads.
ALWAYS = {
    *(
        "step",
        "rows",
        "input_rows",
        "mute_rows",
        "report",
        "learn",
        "epoch",
        "epoch_step",
        "epochs_done",
    ),
    *("epoch_begins", "epoch_ends", "reward_decay", "visit", "learn_first", "learn_rows"),
}


def flows(signature):
    return {name: member.flow for name, member in signature.members.items()}


def test_the_sequencer_answers_a_run():
    assert flows(RunPort()) == {
        "advance": Flow.Out,
        "n_steps": Flow.Out,
        "clear": Flow.Out,
        "running": Flow.In,
    }


def test_values_of_a_bare_core_are_those_that_it_uses(small):
    members = RegisterValues(small(**BARE)).members
    assert set(members) == ALWAYS
    assert {member.flow for member in members.values()} == {Flow.Out}


def test_values_have_the_shapes_and_resets_of_the_map(small):
    p = small(**FULL)
    members = RegisterValues(p).members
    assert not set(members) & set(REWARDS)
    for name, member in members.items():
        if name in REGISTERS:
            assert member.shape == REGISTERS[name].stored(p)
            assert member.init == REGISTERS[name].reset
    written = {name for name, r in REGISTERS.items() if r.writable and r.channel < 2}
    assert written - set(members) == {"reward", "reward0", "reward_1", "reward0_1"}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ["reward"]),
        ({"reinforcements": 2}, ["reward", "reward_1"]),
        (FULL, ["reward", "reward0", "reward_1", "reward0_1"]),
    ],
)
def test_rewards_are_set_and_read(changes, names, small):
    signature = RewardRegisters(small(**changes))
    assert flows(signature) == {
        "written": Flow.Out,
        **{f"set_{name}": Flow.Out for name in names},
        **dict.fromkeys(names, Flow.In),
    }
    assert signature.members["written"].shape == signed(8)


@pytest.mark.parametrize(
    ("changes", "absent"),
    [
        (FULL, set()),
        ({}, {"tags", "delays", "noise"}),
        (
            BARE,
            {"tags", "delays", "noise", "counters", "bias", "state"}
            | {"rules", "microcode", "x_traces", "y_traces", "random"},
        ),
    ],
)
def test_memories_that_a_core_lacks_have_no_port(changes, absent, small):
    assert set(MEMORIES) - set(MemoryPorts(small(**changes), *MEMORIES).members) == absent
    assert list(MemoryPorts(small(**changes), "lists").members) == ["lists"]


def test_counts_are_16_bits_each():
    members = Counts(*COUNTERS).members
    assert list(members) == list(COUNTERS)
    assert {(member.shape, member.flow) for member in members.values()} == {(16, Flow.Out)}
