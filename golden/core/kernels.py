"""Time steps of the golden core: dendrite, delivery, then learning. numba kernels.

The order of everything is that of the RTL, so that saturating sums and random numbers agree:
axons ascending, their lists in order, the words of a list in order.
"""

import numpy as np

from backspike.golden.core.arith import saturate, shift_to_zero
from backspike.golden.core.delivery_kernels import deliver, heard_rows
from backspike.golden.core.dendrite_kernels import dendrite
from backspike.golden.core.learning_kernels import learn
from backspike.golden.core.state import CoreState
from backspike.golden.core.trace_kernels import update_traces
from backspike.golden.kernel_cache import core_kernel, phase_kernel
from backspike.hdl.layouts import REWARD_BITS

__all__ = ["run"]


@core_kernel
def run(
    core: CoreState,
    n_steps: int,
    input_steps: np.ndarray,
    input_axons: np.ndarray,
    out_steps: np.ndarray,
    out_compartments: np.ndarray,
) -> tuple[int, int, int]:
    """Run steps until all are done or the record could overflow.

    Parameters
    ----------
    input_steps, input_axons : numpy.ndarray
        Spikes of input axons, int64, ascending in time from this run's first step on.
    out_steps, out_compartments : numpy.ndarray
        Record, int64, filled from the start; empty to record nothing.

    Returns
    -------
    (int, int, int)
        Steps done, input spikes used, spikes recorded.
    """
    used = 0
    recorded = 0
    for step in range(n_steps):
        if out_steps.size and recorded + core.size.compartments > out_steps.size:
            return step, used, recorded
        while used < input_steps.size and input_steps[used] <= step:
            core.pending[input_axons[used]] = True
            used += 1
        _step(core)
        if out_steps.size:
            for c in range(core.registers.rows * core.size.lanes):
                if core.spikes[c]:
                    out_steps[recorded] = step
                    out_compartments[recorded] = c
                    recorded += 1
    return n_steps, used, recorded


@phase_kernel
def _step(core: CoreState) -> None:
    """One time step."""
    registers = core.registers
    for channel in range(core.rewards.size):
        reward = core.rewards[channel]
        reward.r1 = _decayed(reward.r1, reward.r1_decay, reward.r1_next)
        reward.r0 = _decayed(reward.r0, reward.r0_decay, reward.r0_next)
        reward.r1_next = reward.r0_next = 0
    dendrite(core)
    _deliver_spikes(core)
    _note_spikes(core)
    epoch_ends = not core.size.epochs or registers.epoch_step + 1 >= registers.epoch
    if core.size.learning and registers.learn:
        if core.size.traces:
            update_traces(core, epoch_ends)
        if epoch_ends:
            learn(core)
    registers.epoch_step = 0 if epoch_ends else registers.epoch_step + 1
    if core.size.more_factors and epoch_ends:
        registers.epochs_done = (registers.epochs_done + 1) & 0xFFFF
    registers.step = (registers.step + 1) & 0xFFFFFFFF
    core.counters.steps += 1


@core_kernel
def _decayed(reward: int, decay: int, impulses: int) -> int:
    """A reward trace after one more step."""
    return saturate(shift_to_zero(reward * decay, 16) + impulses, REWARD_BITS)


@core_kernel
def _deliver_spikes(core: CoreState) -> None:
    """Deliver the spikes of the compartments, then those of the inputs."""
    size, registers = core.size, core.registers
    heard = heard_rows(core) * size.lanes
    inputs = registers.input_rows * size.lanes
    for n in range(heard + inputs):
        axon = n if n < heard else size.compartments + n - heard
        if core.spikes[axon]:
            deliver(core, axon)


@core_kernel
def _note_spikes(core: CoreState) -> None:
    """Note who spiked in the epoch so far."""
    began = core.size.epochs and core.registers.epoch_step != 0
    for axon in range(core.seen.size):
        core.seen[axon] = core.spikes[axon] or (began and core.seen[axon])
