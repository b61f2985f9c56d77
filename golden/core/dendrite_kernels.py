"""Dendrite of the golden core: compartments take their sums and fire. numba kernels."""

import numpy as np

from backspike.golden.core.arith import leak, saturate, shift_to_zero, wrap
from backspike.golden.core.random_bank import draw
from backspike.golden.core.state import CoreState, Fields, Size
from backspike.golden.kernel_cache import core_kernel, phase_kernel
from backspike.hdl.layouts import NOISE_BITS, NOISE_FRACTION, Gate, NoiseTarget, Reset

__all__ = ["crosses", "dendrite", "update_compartment", "update_row"]

# numba sees module constants as literals; enumerations are not among what it understands.
OPEN, CLOSED = Gate.OPEN.value, Gate.CLOSED.value
CURRENT = NoiseTarget.CURRENT.value
ZERO, SUBTRACT, DELAYED = Reset.ZERO.value, Reset.SUBTRACT.value, Reset.DELAYED.value


@phase_kernel
def dendrite(core: CoreState) -> None:
    """Update every compartment in use; spikes of compartments and inputs end in ``spikes``."""
    registers, counters, size = core.registers, core.counters, core.size
    for row in range(registers.rows - 1, -1, -1):
        counters.spikes += update_row(core, row)
    counters.neuron_updates += registers.rows * size.lanes
    for i in range(registers.input_rows * size.lanes):
        core.spikes[size.compartments + i] = core.pending[i]
        counters.input_spikes += core.pending[i]
        core.pending[i] = False


@core_kernel
def update_row(core: CoreState, row: int) -> int:
    """Update the compartments of a row, in ascending order; returns how many fired."""
    size, config = core.size, core.rows[row]
    _take_sums(core, config)
    _open_gates(core, config)
    if size.noise:
        _draw_noise(core, config)
    profile = core.profiles[config.profile]
    fired = 0
    for lane in range(size.lanes):
        c, drive = row * size.lanes + lane, core.drives[lane]
        if config.watch:
            membrane = core.membranes[config.sums * size.lanes + lane]
            spike = crosses(profile, drive, -membrane if config.negate else membrane)
        else:
            spike = update_compartment(size, profile, core.bias[c], drive, core.neurons[c])
            if size.watch:
                core.membranes[c] = drive.membrane
        core.spikes[c] = spike
        fired += spike
    return fired


@core_kernel
def _take_sums(core: CoreState, config: Fields) -> None:
    """Take the sums of this step, which stay for a row below with ``keep``."""
    lanes = core.size.lanes
    slot = core.registers.step & (core.size.delay_slots - 1)
    sums = core.accumulators[slot, config.sums * lanes : (config.sums + 1) * lanes]
    for lane in range(lanes):
        core.drives[lane].sum = -sums[lane] if config.negate else sums[lane]
        if not config.keep:
            sums[lane] = 0


@core_kernel
def _open_gates(core: CoreState, config: Fields) -> None:
    """Tell which compartments of a row may fire, by the steps of the epoch so far."""
    size = core.size
    begun = core.registers.epoch_step > 0
    for lane in range(size.lanes):
        may_fire = True
        if size.epochs and config.gating in (OPEN, CLOSED):
            fired = begun and core.seen[config.gate * size.lanes + lane]
            may_fire = fired == (config.gating == OPEN)
        core.drives[lane].may_fire = may_fire


@core_kernel
def _draw_noise(core: CoreState, config: Fields) -> None:
    """Draw for every compartment of a row: one generator for each dendrite lane."""
    size = core.size
    for first in range(0, size.lanes, size.dendrite_lanes):
        for lane in range(size.dendrite_lanes):
            drive = core.drives[first + lane]
            drive.current = drive.voltage = 0
            r = wrap(int(np.int64(core.noise[lane]) >> (32 - NOISE_BITS)), NOISE_BITS)
            if config.noise_exponent:
                drawn = (r + (config.noise_mantissa << 6)) << config.noise_exponent
                noise = shift_to_zero(drawn, NOISE_FRACTION)
                if config.noisy == CURRENT:
                    drive.current = noise
                else:
                    drive.voltage = noise
        draw(core.noise)


@core_kernel
def crosses(profile: Fields, drive: Fields, voltage: int) -> bool:
    """Tell whether a voltage is above the threshold and within the window, and the gate open."""
    ceiling = profile.threshold + (1 << profile.window) if profile.window else 1 << 18
    return profile.threshold << 6 < voltage <= ceiling << 6 and drive.may_fire != 0


@core_kernel
def update_compartment(
    size: Size, profile: Fields, bias: Fields, drive: Fields, neuron: Fields
) -> bool:
    """Move one compartment by a step: a leaky integrate-and-fire neuron; returns its spike."""
    current = leak(neuron.u, profile.decay_u) + (drive.sum << 6) + drive.current
    current = wrap(current, 24) if size.wraps else saturate(current, 24)
    into = current + (bias.mantissa << bias.exponent) + drive.voltage
    into = wrap(into, 24) if size.wraps else saturate(into, 24)
    low, high = 1 - (1 << profile.vmin), (1 << (9 + 2 * profile.vmax)) - 1
    held = neuron.refractory
    voltage = leak(neuron.v, profile.decay_v) + into if held == 0 else neuron.v
    threshold = profile.threshold << 6
    if neuron.due:
        voltage -= threshold
    voltage = min(max(voltage, low), high)
    if held and profile.reset == ZERO:
        voltage = 0
    drive.membrane = voltage
    spike = held == 0 and crosses(profile, drive, voltage)
    neuron.due = spike and profile.reset == DELAYED
    if spike:
        if profile.reset != DELAYED:
            voltage = voltage - threshold if profile.reset == SUBTRACT else 0
        held = profile.refractory
    neuron.u, neuron.v, neuron.refractory = current, voltage, max(0, held - 1)
    return spike
