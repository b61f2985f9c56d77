"""Learning over time by an online rule, in floating point: numba kernels.

The equations are those of `backspike.golden.temporal.float_rule`, which checks every argument;
kernels check nothing. Rows of weights are contiguous over the targets, so that sums and updates run
as vector instructions.
"""

import math

import numpy as np

from backspike.golden.kernel_cache import kernel, phase_kernel
from backspike.golden.temporal.float_state import Arrays, FloatRule, FloatState

__all__ = ["predict_samples", "train_samples"]


@kernel
def _add_rows(w: np.ndarray, fired: np.ndarray, total: np.ndarray) -> None:
    """``total += fired W``."""
    for i in range(w.shape[0]):
        if fired[i]:
            for j in range(total.size):
                total[j] += w[i, j]


@kernel
def _add_products(
    w: np.ndarray, source: np.ndarray, target: np.ndarray, rate: float, limit: float
) -> None:
    """``W += rate source target``, within the limit."""
    for i in range(w.shape[0]):
        step = rate * source[i]
        if step:
            for j in range(target.size):
                w[i, j] = min(max(w[i, j] + step * target[j], -limit), limit)


@kernel
def _add_tags(
    w: np.ndarray, tags: np.ndarray, target: np.ndarray, rate: float, limit: float
) -> None:
    """``W += rate tags target``, within the limit."""
    for i in range(w.shape[0]):
        for j in range(target.size):
            w[i, j] = min(max(w[i, j] + rate * tags[i, j] * target[j], -limit), limit)


@kernel
def _sum_tags(tags: np.ndarray, source: np.ndarray, near: np.ndarray, kept: float) -> None:
    """``tags = kept tags + source near``."""
    for i in range(tags.shape[0]):
        for j in range(near.size):
            tags[i, j] = kept * tags[i, j] + source[i] * near[j]


@kernel
def _clear(state: FloatState) -> None:
    """All states to those before a sample."""
    for k in range(len(state.trace)):
        state.fired[k][:] = 0
        state.trace[k][:] = 0
    for k in range(len(state.voltage)):
        state.current[k][:] = 0
        state.voltage[k][:] = 0
        state.tags[k][:] = 0
        state.own_tags[k][:] = 0
    state.trace_out[:] = 0
    state.out[:] = 0


@phase_kernel
def _advance(
    x: np.ndarray, forward: Arrays, recurrent: Arrays, rule: FloatRule, state: FloatState
) -> None:
    """One step of all layers, of inputs ``x``."""
    for k in range(len(forward)):
        if k == 0:
            for i in range(x.size):
                state.fired[0][i] = x[i]
        else:
            _fire(k - 1, forward, recurrent, rule, state)
        trace, before, fired = state.trace[k], state.before[k], state.fired[k]
        for i in range(trace.size):
            before[i] = trace[i]
            trace[i] = rule.kept_trace * trace[i] + fired[i]
    for i in range(state.trace_out.size):
        state.trace_out[i] = rule.kept_trace_out * state.trace_out[i] + state.fired[-1][i]
    for j in range(state.out.size):
        state.out[j] *= rule.kept_out
    _add_rows(forward[-1], state.fired[-1], state.out)


@kernel
def _fire(k: int, forward: Arrays, recurrent: Arrays, rule: FloatRule, state: FloatState) -> None:
    """One step of hidden layer ``k``, from 0."""
    current, voltage, near, fired = (
        state.current[k],
        state.voltage[k],
        state.near[k],
        state.fired[k + 1],
    )
    for j in range(current.size):
        current[j] = rule.kept_current * current[j] - rule.adaptation * fired[j]
    _add_rows(forward[k], state.fired[k], current)
    _add_rows(recurrent[k], fired, current)
    for j in range(current.size):
        voltage[j] = rule.kept * voltage[j] + current[j]
        near[j] = abs(voltage[j] - rule.threshold) <= rule.box
        fired[j] = voltage[j] > rule.threshold
        if fired[j]:
            voltage[j] = 0


@kernel
def _set_output_error(label: int, rule: FloatRule, state: FloatState) -> bool:
    """Error of the outputs; returns False if all of it is 0."""
    out, d = state.out, state.error[-1]
    if rule.with_signs:
        some = False
        for j in range(out.size):
            weak = j == label and out[j] <= rule.high
            strong = j != label and out[j] > rule.low
            d[j] = 1.0 if weak else (-1.0 if strong else 0.0)
            some |= weak | strong
        return some
    greatest, total = out.max(), 0.0
    for j in range(out.size):
        d[j] = -math.exp((out[j] - greatest) / rule.temperature)
        total -= d[j]
    for j in range(out.size):
        d[j] /= total
    d[label] += 1
    return True


@phase_kernel
def _send_back(forward: Arrays, rule: FloatRule, state: FloatState) -> None:
    """Errors of the hidden layers, from that of the outputs."""
    for k in range(len(state.near) - 1, -1, -1):
        w, above, error, near = forward[k + 1], state.error[k + 1], state.error[k], state.near[k]
        for i in range(error.size):
            total = 0.0
            for j in range(above.size):
                total += w[i, j] * above[j]
            if rule.with_signs:
                total = (1.0 if total > rule.dead_zone else 0.0) - (
                    1.0 if total < -rule.dead_zone else 0.0
                )
            error[i] = total if rule.with_tags else total * near[i]


@phase_kernel
def _learn(forward: Arrays, recurrent: Arrays, rule: FloatRule, state: FloatState) -> None:
    """One update of all weights."""
    rate, limit = rule.rate, rule.limit
    for k in range(len(recurrent)):
        error = state.error[k]
        if rule.with_tags:
            _add_tags(forward[k], state.tags[k], error, rate, limit)
            _add_tags(recurrent[k], state.own_tags[k], error, rate, limit)
        else:
            _add_products(forward[k], state.trace[k], error, rate, limit)
            _add_products(recurrent[k], state.before[k + 1], error, rate, limit)
    _add_products(forward[-1], state.trace_out, state.error[-1], rule.rate_out, limit)


@kernel
def _train_sample(
    x: np.ndarray,
    label: int,
    forward: Arrays,
    recurrent: Arrays,
    rule: FloatRule,
    state: FloatState,
) -> int:
    """Learn one sample; returns its class, as the last step has it."""
    _clear(state)
    for t in range(len(x)):
        _advance(x[t], forward, recurrent, rule, state)
        if rule.with_tags:
            for k in range(len(recurrent)):
                _sum_tags(state.tags[k], state.trace[k], state.near[k], rule.kept_tag)
                _sum_tags(state.own_tags[k], state.before[k + 1], state.near[k], rule.kept_tag)
        has_errors = t == len(x) - 1 or (t >= rule.settle and not rule.at_end)
        if has_errors and _set_output_error(label, rule, state):
            _send_back(forward, rule, state)
            _learn(forward, recurrent, rule, state)
    return int(np.argmax(state.out))


@kernel
def train_samples(
    x: np.ndarray,
    lengths: np.ndarray,
    y: np.ndarray,
    order: np.ndarray,
    forward: Arrays,
    recurrent: Arrays,
    rule: FloatRule,
    state: FloatState,
) -> int:
    """Learn samples one after another; returns how many had the class of their label."""
    hits = 0
    for s in order:
        hits += _train_sample(x[s, : lengths[s]], y[s], forward, recurrent, rule, state) == y[s]
    return hits


@kernel
def predict_samples(
    x: np.ndarray,
    lengths: np.ndarray,
    forward: Arrays,
    recurrent: Arrays,
    rule: FloatRule,
    state: FloatState,
    labels: np.ndarray,
) -> None:
    """Classes of samples, written to ``labels``."""
    for s in range(len(labels)):
        _clear(state)
        for t in range(lengths[s]):
            _advance(x[s, t], forward, recurrent, rule, state)
        labels[s] = np.argmax(state.out)
