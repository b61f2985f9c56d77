"""Time steps: rewards that decay, epochs, the record, and the order of a step."""

import numpy as np
import pytest

from backspike.golden.core.kernels import run
from backspike.golden.core.state import CoreState
from backspike.hdl.params import CoreParams

NONE = np.zeros(0, np.int64)


def firing_core(**changes):
    """A core of two rows whose compartments all fire in every step."""
    core = CoreState.zero(CoreParams(lanes=4, delay_slots=4, more_factors=True, **changes))
    core.registers["rows"] = 2
    core.bias["mantissa"] = 100
    for name, value in {"decay_u": 4096, "decay_v": 4096, "vmax": 7, "refractory": 1}.items():
        core.profiles[name] = value
    return core


def test_everything_that_fires_is_recorded_in_order():
    core = firing_core()
    steps, compartments = np.zeros(1 << 12, np.int64), np.zeros(1 << 12, np.int64)
    assert run(core, 3, NONE, NONE, steps, compartments) == (3, 0, 24)
    assert steps[:24].tolist() == [0] * 8 + [1] * 8 + [2] * 8
    assert compartments[:24].tolist() == 3 * list(range(8))
    assert core.counters["spikes"] == core.counters["neuron_updates"] == 24


def test_a_run_ends_before_its_record_could_overflow():
    core = firing_core()
    room = np.zeros(core.size.compartments + 8, np.int64)
    assert run(core, 9, NONE, NONE, room, room.copy()) == (2, 0, 16)
    assert core.registers["step"] == 2


@pytest.mark.parametrize(("mute_rows", "served"), [(0, 9), (1, 5), (2, 1), (15, 1)])
def test_spikes_of_mute_rows_lead_to_no_lists(mute_rows, served):
    core = firing_core()
    core.registers["mute_rows"], core.registers["input_rows"] = mute_rows, 1
    core.axons["lists"][:] = 1
    one = np.zeros(1, np.int64)
    room = np.zeros(1 << 12, np.int64)
    assert run(core, 1, one, one, room, room.copy()) == (1, 1, 8)  # they are recorded all the same
    assert core.counters["lists"] == served


def test_inputs_fire_in_their_step():
    core = firing_core()
    core.registers["input_rows"] = 1
    steps, axons = np.array([0, 2, 2, 5]), np.array([1, 0, 3, 2])
    assert run(core, 3, steps, axons, NONE, NONE) == (3, 3, 0)
    assert core.counters["input_spikes"] == 3
    first = core.size.compartments
    assert core.spikes[first : first + 4].tolist() == [True, False, False, True]


def test_counts_of_steps_and_epochs_wrap():
    core = firing_core()
    core.registers["step"], core.registers["epoch"] = (1 << 32) - 1, 3
    core.registers["epochs_done"] = 0xFFFF
    run(core, 4, NONE, NONE, NONE, NONE)
    assert [core.registers[name] for name in ("step", "epoch_step", "epochs_done")] == [3, 1, 0]


def test_rewards_decay_towards_zero_and_add_what_was_given():
    core = firing_core(reinforcements=2)
    for trace, value, decay, added in (("r1", -101, 32768, 7), ("r0", 127, 65536, 100)):
        core.rewards[trace][1], core.rewards[f"{trace}_decay"][1] = value, decay
        core.rewards[f"{trace}_next"][1] = added
    run(core, 1, NONE, NONE, NONE, NONE)
    assert core.rewards["r1"].tolist() == [0, -50 + 7]
    assert core.rewards["r0"].tolist() == [0, 127]
    run(core, 1, NONE, NONE, NONE, NONE)
    assert core.rewards["r1"].tolist() == [0, -21]


def test_spikes_of_an_epoch_are_noted_together():
    core = firing_core()
    core.registers["epoch"], core.registers["input_rows"] = 2, 1
    first = core.size.compartments
    steps, axons = np.array([0, 1]), np.array([0, 1])
    run(core, 2, steps, axons, NONE, NONE)
    assert core.seen[first : first + 4].tolist() == [True, True, False, False]
    run(core, 1, NONE, NONE, NONE, NONE)
    assert core.seen[first : first + 4].tolist() == [False] * 4
