"""One time step of the golden core: dendrite, delivery, then learning. numba kernels.

The order of everything is that of the RTL, so that saturating sums and random numbers agree:
axons ascending, their lists in order, the words of a list in order.
"""

import numpy as np
from numba import njit

from backspike.golden.core.arith import leak, saturate, shift_to_zero, wrap
from backspike.golden.core.learning_kernels import learn
from backspike.golden.core.state import COUNTER, REGISTER, CoreState, Size
from backspike.golden.core.trace_kernels import draw, update_traces
from backspike.hdl.host_map import REWARDS
from backspike.hdl.layouts import NOISE_BITS, NOISE_FRACTION, REWARD_BITS, Gate, ListKind

__all__ = ["accumulate", "dendrite_row", "gates", "row_noise", "run"]

# numba sees module constants as literals; enumerations are not among what it understands.
DENSE, SPARSE = ListKind.DENSE.value, ListKind.SPARSE.value
REWARD, COLUMN = ListKind.REWARD.value, ListKind.COLUMN.value
OPEN, CLOSED = Gate.OPEN.value, Gate.CLOSED.value
STEP, ROWS, INPUT_ROWS = REGISTER["step"], REGISTER["rows"], REGISTER["input_rows"]
LEARN, EPOCHS_DONE = REGISTER["learn"], REGISTER["epochs_done"]
REWARD_DECAYS = tuple(REGISTER[f"{name}_decay"] for name in REWARDS)
EPOCH, EPOCH_STEP = REGISTER["epoch"], REGISTER["epoch_step"]
N_STEPS, N_UPDATES, N_SPIKES = COUNTER["steps"], COUNTER["neuron_updates"], COUNTER["spikes"]
N_INPUT_SPIKES, N_LISTS = COUNTER["input_spikes"], COUNTER["lists"]
N_WORDS, N_OPS = COUNTER["synaptic_words"], COUNTER["synaptic_ops"]
N_SATURATIONS = COUNTER["saturations"]


@njit(cache=True)
def dendrite_row(
    size: Size,
    profile: np.ndarray,
    bias: np.ndarray,
    sums: np.ndarray,
    may_fire: np.ndarray,
    noise: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    refractory: np.ndarray,
    spikes: np.ndarray,
) -> int:
    """Update one row of compartments, given as views; returns how many fired.

    ``noise`` is what :func:`row_noise` has made of each, on the current and on the voltage.
    """
    decay_u, decay_v, threshold, refractory_steps, vmin, vmax, window = profile
    ceiling = threshold + (1 << window) if window else 1 << 18
    low, high = 1 - (1 << vmin), (1 << (9 + 2 * vmax)) - 1
    fired = 0
    for c in range(u.size):
        current = leak(u[c], decay_u) + (int(sums[c]) << 6)
        biased = bias[c, 0] << bias[c, 1]
        if size.noise:
            current += noise[0, c]
            biased += noise[1, c]
        current = wrap(current, 24) if size.wraps else saturate(current, 24)
        into = current + biased
        into = wrap(into, 24) if size.wraps else saturate(into, 24)
        held = refractory[c]
        voltage = min(max(leak(v[c], decay_v) + into, low), high) if held == 0 else 0
        spike = threshold << 6 < voltage <= ceiling << 6 and may_fire[c]
        if spike:
            voltage = 0
            held = refractory_steps
        u[c], v[c] = current, voltage
        refractory[c] = max(0, held - 1)
        spikes[c] = spike
        fired += spike
    return fired


@njit(cache=True)
def gates(size: Size, state: CoreState, row: int, may_fire: np.ndarray) -> None:
    """Which compartments of a row may fire, as far as the steps of the epoch so far tell."""
    may_fire[:] = True
    if not size.epochs:
        return
    gating, first = state.rows[row, 4], state.rows[row, 5] * size.lanes
    began = state.registers[EPOCH_STEP] > 0
    for lane in range(size.lanes):
        fired = began and state.seen[first + lane]
        if gating == OPEN:
            may_fire[lane] = fired
        elif gating == CLOSED:
            may_fire[lane] = not fired


@njit(cache=True)
def row_noise(size: Size, state: CoreState, row: int, noise: np.ndarray) -> None:
    """Draw for every compartment of a row: one generator for each dendrite lane."""
    mantissa, exponent, target = state.rows[row, 6:9]
    for first in range(0, size.lanes, size.dendrite_lanes):
        for lane in range(size.dendrite_lanes):
            r = wrap(int(np.int64(state.noise[lane]) >> (32 - NOISE_BITS)), NOISE_BITS)
            noise[:, first + lane] = 0
            if exponent:
                drawn = (r + (mantissa << 6)) << exponent
                noise[target, first + lane] = shift_to_zero(drawn, NOISE_FRACTION)
        draw(state.noise)


@njit(cache=True)
def _dendrite(size: Size, state: CoreState) -> None:
    """Update every compartment in use; spikes of compartments and inputs end in ``spikes``."""
    registers, counters = state.registers, state.counters
    slot = registers[STEP] & (size.delay_slots - 1)
    may_fire = np.ones(size.lanes, np.bool_)
    taken = np.zeros(size.lanes, np.int64)
    noise = np.zeros((2, size.lanes), np.int64)
    for row in range(registers[ROWS] - 1, -1, -1):
        c, end = row * size.lanes, (row + 1) * size.lanes
        profile, source, keep, negate = state.rows[row, :4]
        sums = state.accumulators[slot, source * size.lanes : (source + 1) * size.lanes]
        for lane in range(size.lanes):
            taken[lane] = -sums[lane] if negate else sums[lane]
        if not keep:
            sums[:] = 0
        gates(size, state, row, may_fire)
        if size.noise:
            row_noise(size, state, row, noise)
        counters[N_SPIKES] += dendrite_row(
            size,
            state.profiles[profile],
            state.bias[c:end],
            taken,
            may_fire,
            noise,
            state.u[c:end],
            state.v[c:end],
            state.refractory[c:end],
            state.spikes[c:end],
        )
    counters[N_UPDATES] += registers[ROWS] * size.lanes
    for i in range(registers[INPUT_ROWS] * size.lanes):
        state.spikes[size.compartments + i] = state.pending[i]
        counters[N_INPUT_SPIKES] += state.pending[i]
        state.pending[i] = False


@njit(cache=True)
def accumulate(size: Size, sums: np.ndarray, weights: np.ndarray, exponent: int) -> int:
    """Add ``weights * 2**exponent``, rounded down; returns how many sums left their range."""
    outside = 0
    for k in range(weights.size):
        exact = sums[k] + ((int(weights[k]) << (exponent + 8)) >> 8)
        kept = wrap(exact, size.acc_width) if size.wraps else saturate(exact, size.acc_width)
        outside += kept != exact
        sums[k] = kept
    return outside


@njit(cache=True)
def _deliver(size: Size, state: CoreState, axon: int) -> None:
    """Walk the lists of an axon that spiked."""
    counters = state.counters
    due = state.registers[STEP] + 1
    begin = state.axon_list[axon] + state.axon_silent[axon]
    for number in range(begin, begin + state.axon_lists[axon]):
        kind, address, row, count, exponent, delay = state.lists[number][:6]
        counters[N_LISTS] += 1
        if kind == REWARD:
            impulse = wrap(address, REWARD_BITS)
            place = 3 if size.more_factors and state.lists[number, 6] & 1 else 1
            place += 4 * (state.lists[number, 8] & (state.reward.size // 4 - 1))
            state.reward[place] = saturate(state.reward[place] + impulse, REWARD_BITS)
        elif kind == SPARSE:
            sign = -1 if size.columns and state.lists[number, 11] else 1
            for k in range(address, address + count):
                target, exponent, delay = state.sparse[k, 1:4]
                slot = (due + delay) & (size.delay_slots - 1)
                sums = state.accumulators[slot, target : target + 1]
                weights = sign * state.sparse[k, :1]
                counters[N_SATURATIONS] += accumulate(size, sums, weights, exponent)
            counters[N_WORDS] += count
            counters[N_OPS] += count
        elif kind == DENSE or (kind == COLUMN and size.columns):
            slot = (due + delay) & (size.delay_slots - 1)
            sums = state.accumulators[slot, row * size.lanes : row * size.lanes + count]
            weights = _dense_weights(size, state, number, state.dense)
            if size.delays and kind == DENSE:
                delays = _dense_weights(size, state, number, state.delays)
                for k in range(count):
                    slot = (due + abs(delays[k])) & (size.delay_slots - 1)
                    at = row * size.lanes + k
                    sums = state.accumulators[slot, at : at + 1]
                    lane = weights[k : k + 1]
                    counters[N_SATURATIONS] += accumulate(size, sums, lane, exponent)
            else:
                counters[N_SATURATIONS] += accumulate(size, sums, weights, exponent)
            counters[N_WORDS] += (count + size.lanes - 1) // size.lanes
            counters[N_OPS] += count


@njit(cache=True)
def _dense_weights(size: Size, state: CoreState, number: int, memory: np.ndarray) -> np.ndarray:
    """What a DENSE or COLUMN list adds, before its exponent, or what else is stored by lane."""
    kind, address, _, count = state.lists[number][:4]
    lanes = size.lanes
    flat = memory.reshape(-1)
    if not size.columns:
        return flat[address * lanes : address * lanes + count]
    stride, rotate, negate = state.lists[number][9:12]
    if kind == DENSE and not rotate and not negate:
        return flat[address * lanes : address * lanes + count]
    weights = np.empty(count, np.int16)
    for k in range(count):
        word = address + (k * stride if kind == COLUMN else k // lanes)
        weights[k] = flat[word * lanes + (k + rotate) % lanes]
    return -weights if negate else weights


@njit(cache=True)
def _step(size: Size, state: CoreState) -> None:
    """One time step."""
    registers = state.registers
    for place in range(0, state.reward.size, 2):
        decay = registers[REWARD_DECAYS[place // 2]]
        kept = shift_to_zero(state.reward[place] * decay, 16)
        state.reward[place] = saturate(kept + state.reward[place + 1], REWARD_BITS)
        state.reward[place + 1] = 0
    _dendrite(size, state)
    used = registers[ROWS] * size.lanes
    for axon in range(used):
        if state.spikes[axon]:
            _deliver(size, state, axon)
    for axon in range(size.compartments, size.compartments + registers[INPUT_ROWS] * size.lanes):
        if state.spikes[axon]:
            _deliver(size, state, axon)
    if size.epochs and registers[EPOCH_STEP]:
        state.seen[:] = state.seen | state.spikes
    else:
        state.seen[:] = state.spikes
    epoch_ends = not size.epochs or registers[EPOCH_STEP] + 1 >= registers[EPOCH]
    if registers[LEARN]:
        if size.traces:
            update_traces(size, state, epoch_ends)
        if epoch_ends:
            learn(size, state)
    registers[EPOCH_STEP] = 0 if epoch_ends else registers[EPOCH_STEP] + 1
    if size.more_factors and epoch_ends:
        registers[EPOCHS_DONE] = (registers[EPOCHS_DONE] + 1) & 0xFFFF
    registers[STEP] = (registers[STEP] + 1) & 0xFFFFFFFF
    state.counters[N_STEPS] += 1


@njit(cache=True)
def run(
    size: Size,
    state: CoreState,
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
        if out_steps.size and recorded + size.compartments > out_steps.size:
            return step, used, recorded
        while used < input_steps.size and input_steps[used] <= step:
            state.pending[input_axons[used]] = True
            used += 1
        _step(size, state)
        if out_steps.size:
            for c in range(state.registers[ROWS] * size.lanes):
                if state.spikes[c]:
                    out_steps[recorded] = step
                    out_compartments[recorded] = c
                    recorded += 1
    return n_steps, used, recorded
