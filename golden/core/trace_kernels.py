"""Traces of the golden core, and the random numbers that round them. numba kernels.

The order of everything is that of the RTL, so that random numbers agree: rows of x ascending, then
those of y, and one draw of all lanes for each row and step.
"""

import numpy as np
from numba import njit

from backspike.golden.core.state import REGISTER, CoreState, Size
from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_BITS

__all__ = ["draw", "random_fraction", "update_traces"]

TRACE_MAX = (1 << TRACE_BITS) - 1

X_FIRST, X_ROWS = REGISTER["x_first"], REGISTER["x_rows"]
Y_FIRST, Y_ROWS = REGISTER["y_first"], REGISTER["y_rows"]
X_DECAY = np.array([REGISTER["x1_decay"], REGISTER["x2_decay"]])
X_IMPULSE = np.array([REGISTER["x1_impulse"], REGISTER["x2_impulse"]])
Y_DECAY = np.array([REGISTER[f"y{n}_decay"] for n in (1, 2, 3)])
Y_IMPULSE = np.array([REGISTER[f"y{n}_impulse"] for n in (1, 2, 3)])
EPOCH_STEP, DITHER = REGISTER["epoch_step"], REGISTER["dither"]


@njit(cache=True)
def draw(random: np.ndarray) -> None:
    """Advance the generator of every lane once: xorshift32 (Marsaglia 2003)."""
    for lane in range(random.size):
        x = np.int64(random[lane])  # numba widens what it shifts: keep 32 bits by hand
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        random[lane] = x


@njit(cache=True)
def random_fraction(size: Size, state: CoreState, lane: int, bits: int) -> int:
    """Random bits of a lane, up to 16, from the upper half of its generator."""
    if not size.random or state.registers[DITHER] == 1:
        return 0
    drawn = np.int64(0xFFFF)
    if state.registers[DITHER] == 0:
        drawn = np.int64(state.random[lane]) >> 16
    return int(drawn) & ((1 << bits) - 1)


@njit(cache=True)
def _impulse(size: Size, state: CoreState, register: int, fraction: int) -> int:
    """An impulse, its fraction rounded at random in a core with ``more_factors``."""
    rounding = fraction & ((1 << IMPULSE_FRACTION) - 1) if size.more_factors else 0
    return (state.registers[register] + rounding) >> IMPULSE_FRACTION


@njit(cache=True)
def update_traces(size: Size, state: CoreState, epoch_ends: bool) -> None:
    """Bring the traces of x and y up to date: in every step or, with a history, in every epoch."""
    registers = state.registers
    x_kinds, y_kinds = (2, 3) if size.more_factors else (1, 1)
    for row in range(registers[X_FIRST], registers[X_FIRST] + registers[X_ROWS]):
        if size.history == 1:
            _move(size, state, row, state.x, state.spikes, X_DECAY, X_IMPULSE, x_kinds)
        else:
            _note(size, state, row, state.x, state.x_time, X_IMPULSE, x_kinds, size.lava)
            if epoch_ends:
                _replay(size, state, row, state.x, state.x_then, state.x_time, state.x_past,
                        X_DECAY, X_IMPULSE, x_kinds)  # fmt: skip
    for row in range(registers[Y_FIRST], registers[Y_FIRST] + registers[Y_ROWS]):
        if size.history == 1:
            _move(size, state, row, state.y, state.spikes, Y_DECAY, Y_IMPULSE, y_kinds)
        else:
            _note(size, state, row, state.y, state.y_time, Y_IMPULSE, y_kinds, False)
            if epoch_ends:
                _replay(size, state, row, state.y, state.y_then, state.y_time, state.y_past,
                        Y_DECAY, Y_IMPULSE, y_kinds)  # fmt: skip


@njit(cache=True)
def _move(
    size: Size,
    state: CoreState,
    row: int,
    traces: np.ndarray,
    spikes: np.ndarray,
    decay: np.ndarray,
    impulse: np.ndarray,
    kinds: int,
) -> None:
    """Decay the traces of a row, rounding at random, and add the impulses of ``spikes``."""
    if size.random:
        draw(state.random)
    for lane in range(size.lanes):
        n = row * size.lanes + lane
        fraction = random_fraction(size, state, lane, 16)
        for kind in range(kinds):
            kept = (traces[n, kind] * state.registers[decay[kind]] + fraction) >> 16
            kept += _impulse(size, state, impulse[kind], fraction) if spikes[n] else 0
            traces[n, kind] = min(kept, TRACE_MAX)


@njit(cache=True)
def _note(
    size: Size,
    state: CoreState,
    row: int,
    traces: np.ndarray,
    times: np.ndarray,
    impulse: np.ndarray,
    kinds: int,
    up: bool,
) -> None:
    """Note when a row spikes; a spike before the last one of an epoch counts from its begin."""
    step = state.registers[EPOCH_STEP]
    if size.random:
        draw(state.random)
    for lane in range(size.lanes):
        n = row * size.lanes + lane
        fraction = 0xFFFF if up else random_fraction(size, state, lane, 16)
        if step == 0:
            times[n] = 0
        if state.spikes[n]:
            if times[n]:
                for kind in range(kinds):
                    total = traces[n, kind] + _impulse(size, state, impulse[kind], fraction)
                    traces[n, kind] = min(total, TRACE_MAX)
            times[n] = step + 1


@njit(cache=True)
def _replay(
    size: Size,
    state: CoreState,
    row: int,
    traces: np.ndarray,
    then: np.ndarray,
    times: np.ndarray,
    past: np.ndarray,
    decay: np.ndarray,
    impulse: np.ndarray,
    kinds: int,
) -> None:
    """Move a row's traces through the steps of an epoch, and keep what they were."""
    first, end = row * size.lanes, (row + 1) * size.lanes
    hit = np.zeros(traces.shape[0], np.bool_)
    for step in range(1, state.registers[EPOCH_STEP] + 2):
        hit[first:end] = times[first:end] == step
        _move(size, state, row, traces, hit, decay, impulse, kinds)
        past[(step - 1) & (size.history - 1), first:end, :kinds] = traces[first:end, :kinds]
        for n in range(first, end):
            if hit[n] or step == 1:
                then[n, :kinds] = traces[n, :kinds]
