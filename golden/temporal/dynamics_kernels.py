"""Spikes and errors of a network that learns over time, time step by time step. numba kernels."""

import numpy as np

from backspike.golden.core.arith import leak, saturate
from backspike.golden.core.random_bank import xorshift
from backspike.golden.kernel_cache import core_kernel
from backspike.golden.network.neuron_constants import voltage_limits
from backspike.golden.temporal.state import Constants, Layer, Outputs, State
from backspike.hdl.layouts import TRACE_MAX

__all__ = ["begin_epoch", "begin_sample", "time_step", "update_traces"]

LOW, HIGH = voltage_limits(23, 7)


@core_kernel
def begin_sample(state: State) -> None:
    """Bring everything but weights to rest."""
    for layer in state.hidden:
        layer.u[:] = 0
        layer.v[:] = 0
        layer.sums[:] = 0
        layer.errors[:] = 0
    state.outputs.v[:] = 0
    state.outputs.sums[:] = 0
    state.traces[:] = 0
    state.out_traces[:] = 0


@core_kernel
def begin_epoch(state: State) -> None:
    """Forget what was noted of the last epoch."""
    for layer in state.hidden:
        layer.boxed[:] = False
        layer.plus[:] = False
        layer.minus[:] = False
    outputs = state.outputs
    outputs.hi[:] = False
    outputs.lo[:] = False
    outputs.plus[:] = False
    outputs.minus[:] = False
    state.seen[:] = False


@core_kernel
def time_step(
    c: Constants, state: State, step: int, number: int, x: np.ndarray, label: int
) -> None:
    """Move all neurons by a time step.

    Parameters
    ----------
    step : int
        Time step of the epoch, from 0.
    number : int
        Of the time step in the sample, from 0.
    x : numpy.ndarray
        Inputs that fire in step 0.
    label : int
        Class, where an error is asked for; else -1.
    """
    rows = c.steps + 1
    state.fired[:] = False
    if step == 0:
        for i in range(x.size):
            state.fired[state.x_place + i] = x[i]
    for k in range(c.n - 1):
        if step == 2 * c.n - k:  # a gate counts what fired in earlier time steps
            _hidden_errors(c, state.hidden[k])
        _hidden(c, state.hidden[k], number % rows, state.fired)
    _outputs(c, state.outputs, step, label)
    _deliver(c, state, step, number + 1, x)


@core_kernel
def _hidden(c: Constants, layer: Layer, row: int, fired: np.ndarray) -> None:
    """Move hidden neurons, and note who fires and whose voltage is in the box."""
    for j in range(layer.v.size):
        current = saturate(leak(layer.u[j], c.decay_u) + (layer.sums[row, j] << 6), 24)
        voltage = min(max(leak(layer.v[j], c.decay_v) + current, LOW), HIGH)
        spike = voltage > c.threshold
        layer.boxed[j] |= c.box_low < voltage <= c.box_high
        layer.u[j], layer.v[j] = current, 0 if spike else voltage
        layer.fired[j] = fired[layer.place + j] = spike
    layer.sums[row] = 0


@core_kernel
def _outputs(c: Constants, outputs: Outputs, step: int, label: int) -> None:
    """Move the outputs; compare them in their step, and tell their errors in the next."""
    for k in range(outputs.v.size):
        v = leak(outputs.v[k], c.decay_o) + (outputs.sums[k] << 6)
        outputs.v[k] = v = min(max(v, LOW), HIGH)
        if step == c.n:
            outputs.hi[k], outputs.lo[k] = _is_above(v, c.hi), _is_above(v, c.lo)
        elif step == c.n + 1 and label >= 0:
            outputs.plus[k] = k == label and not outputs.hi[k]
            outputs.minus[k] = k != label and outputs.lo[k]
    outputs.sums[:] = 0


@core_kernel
def _is_above(voltage: int, level: int) -> bool:
    """Tell if a voltage is above a level or, of one below 0, at it."""
    return voltage > level or (voltage == level < 0)


@core_kernel
def _hidden_errors(c: Constants, layer: Layer) -> None:
    """Tell the signs of what came back to hidden neurons, without tags where their box was open."""
    for j in range(layer.v.size):
        is_open = c.tagged or layer.boxed[j]
        layer.plus[j] = is_open and layer.errors[j] > c.dead_zone
        layer.minus[j] = is_open and -layer.errors[j] > c.dead_zone
    layer.errors[:] = 0


@core_kernel
def _deliver(c: Constants, state: State, step: int, number: int, x: np.ndarray) -> None:
    """Send spikes and errors on; all arrive in the time step ``number`` or after."""
    rows = c.steps + 1
    if step == 0:
        sums = state.hidden[0].sums[number % rows]
        _add_rows(state.forward[0].weights, x, sums, c.in_exponent)
    outputs, last = state.outputs, c.n - 2
    for k in range(c.n - 1):
        layer, weights = state.hidden[k], state.forward[k + 1].weights
        if k < last:
            _add_rows(weights, layer.fired, state.hidden[k + 1].sums[number % rows], 0)
        else:
            _add_rows(weights, layer.fired, outputs.sums, 0)
        later = layer.sums[(number + c.steps - 1) % rows]
        if state.recurrent[k].weights.size:
            _add_rows(state.recurrent[k].weights, layer.fired, later, 0)
        if c.adaptation:
            for j in range(layer.fired.size):
                later[j] -= c.adaptation * layer.fired[j]
        if k > 0 and step == 2 * c.n - k:
            errors = state.hidden[k - 1].errors
            _send_back(state.forward[k].weights, layer.plus, layer.minus, errors)
    if step == c.n + 1:
        errors = state.hidden[last].errors
        _send_back(state.forward[c.n - 1].weights, outputs.plus, outputs.minus, errors)


@core_kernel
def _add_rows(weights: np.ndarray, fired: np.ndarray, sums: np.ndarray, exponent: int) -> None:
    """Add the weights, times a power of two, of sources that fired."""
    for i in range(fired.size):
        if fired[i]:
            for j in range(sums.size):
                sums[j] += np.int64(weights[i, j]) << exponent


@core_kernel
def _send_back(
    weights: np.ndarray, plus: np.ndarray, minus: np.ndarray, errors: np.ndarray
) -> None:
    """Send errors back through weights."""
    for j in range(plus.size):
        sign = np.int64(plus[j]) - np.int64(minus[j])
        if sign:
            for i in range(errors.size):
                errors[i] += sign * weights[i, j]


@core_kernel
def update_traces(c: Constants, state: State) -> None:
    """Decay the traces, rounding at random, and add the impulses of this time step's spikes.

    As in a core, the generators of all lanes advance once for each row.
    """
    random = state.random
    for first in range(0, state.traces.size, c.lanes):
        for lane in range(c.lanes):
            random[lane] = drawn = xorshift(random[lane])
            n = first + lane
            fraction = np.int64(drawn) >> 16
            kept = (state.traces[n] * c.trace_decay + fraction) >> 16
            state.traces[n] = min(kept + c.impulse * state.fired[n], TRACE_MAX)
            if c.out_impulse:
                kept = (state.out_traces[n] * c.out_decay + fraction) >> 16
                state.out_traces[n] = min(kept + c.out_impulse * state.fired[n], TRACE_MAX)
            state.seen[n] |= state.fired[n]
