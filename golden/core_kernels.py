"""One time step of the golden core: dendrite, delivery, traces and learning. numba kernels.

The order of everything is that of the RTL, so that saturating sums and random numbers agree:
axons ascending, their lists in order, the words of a list in order.
"""

import numpy as np
from numba import njit

from backspike.golden.arith import leak, saturate, shift_to_zero, wrap
from backspike.golden.core_state import CoreState, Size
from backspike.hdl.host_map import COUNTERS, REGISTERS
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    COEFFICIENTS,
    FRACTION_BITS,
    LANE_OPS,
    REWARD_BITS,
    TRACE_BITS,
    Factor,
    ListKind,
    MicroOp,
    SignMode,
    Visit,
)

__all__ = ["run"]

# numba sees module constants as literals; enumerations are not among what it understands.
DENSE, SPARSE, REWARD = ListKind.DENSE.value, ListKind.SPARSE.value, ListKind.REWARD.value
EXCITATORY, INHIBITORY = SignMode.EXCITATORY.value, SignMode.INHIBITORY.value
SPIKED, TRACED, ALWAYS = Visit.SPIKED.value, Visit.TRACED.value, Visit.ALWAYS.value
LOAD, MUL, LANE = MicroOp.LOAD.value, MicroOp.MUL.value, MicroOp.LANE.value
X0, X1, R1 = Factor.X0.value, Factor.X1.value, Factor.R1.value
Y0, Y1, W = Factor.Y0.value, Factor.Y1.value, Factor.W.value
TRACE_MAX = (1 << TRACE_BITS) - 1

_REGISTER = {name: number for number, name in enumerate(REGISTERS)}
STEP, ROWS, INPUT_ROWS = _REGISTER["step"], _REGISTER["rows"], _REGISTER["input_rows"]
LEARN, VISIT, REWARD_DECAY = _REGISTER["learn"], _REGISTER["visit"], _REGISTER["reward_decay"]
X_FIRST, X_ROWS = _REGISTER["x_first"], _REGISTER["x_rows"]
Y_FIRST, Y_ROWS = _REGISTER["y_first"], _REGISTER["y_rows"]
X1_DECAY, X1_IMPULSE = _REGISTER["x1_decay"], _REGISTER["x1_impulse"]
Y1_DECAY, Y1_IMPULSE = _REGISTER["y1_decay"], _REGISTER["y1_impulse"]

_COUNTER = {name: number for number, name in enumerate(COUNTERS)}
N_STEPS, N_UPDATES, N_SPIKES = (
    _COUNTER["steps"],
    _COUNTER["neuron_updates"],
    _COUNTER["spikes"],
)
N_INPUT_SPIKES, N_LISTS = _COUNTER["input_spikes"], _COUNTER["lists"]
N_WORDS, N_OPS = _COUNTER["synaptic_words"], _COUNTER["synaptic_ops"]
N_SATURATIONS, N_LISTS_LEARNED = _COUNTER["saturations"], _COUNTER["lists_learned"]
N_WORDS_LEARNED = _COUNTER["words_learned"]
N_VISITED, N_CHANGED = _COUNTER["synapses_visited"], _COUNTER["synapses_changed"]


@njit(cache=True)
def _draw(state: CoreState) -> None:
    """Advance the generator of every lane once: xorshift32 (Marsaglia 2003)."""
    for lane in range(state.random.size):
        x = np.int64(state.random[lane])  # numba widens what it shifts: keep 32 bits by hand
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        state.random[lane] = x


@njit(cache=True)
def _random16(state: CoreState, lane: int) -> int:
    """16 random bits of a lane, from the upper half of its generator."""
    return np.int64(state.random[lane] >> np.uint32(16))


@njit(cache=True)
def _dendrite(size: Size, state: CoreState) -> None:
    """Update every compartment in use; spikes of compartments and inputs end in ``spikes``."""
    registers, counters = state.registers, state.counters
    slot = registers[STEP] & (size.delay_slots - 1)
    used = registers[ROWS] * size.lanes
    for c in range(used):
        profile = state.profiles[state.row_profile[c // size.lanes]]
        drive = np.int64(state.accumulators[slot, c]) << 6
        state.accumulators[slot, c] = 0
        u = leak(state.u[c], profile[0]) + drive
        u = wrap(u, 24) if size.wraps else saturate(u, 24)
        into = u + (state.bias[c, 0] << state.bias[c, 1])
        into = wrap(into, 24) if size.wraps else saturate(into, 24)
        v = leak(state.v[c], profile[1]) + into
        v = min(max(v, 1 - (1 << profile[4])), (1 << (9 + 2 * profile[5])) - 1)
        held = state.refractory[c]
        if held > 0:
            v = 0
        spike = v > profile[2] << 6
        if spike:
            v = 0
            held = profile[3]
        state.u[c], state.v[c] = u, v
        state.refractory[c] = max(0, held - 1)
        state.spikes[c] = spike
        counters[N_SPIKES] += spike
    counters[N_UPDATES] += used
    for i in range(registers[INPUT_ROWS] * size.lanes):
        state.spikes[size.compartments + i] = state.pending[i]
        counters[N_INPUT_SPIKES] += state.pending[i]
        state.pending[i] = False


@njit(cache=True)
def _accumulate(size: Size, state: CoreState, slot: int, target: int, value: int) -> None:
    """Add to one accumulator."""
    exact = np.int64(state.accumulators[slot, target]) + value
    kept = wrap(exact, size.acc_width) if size.wraps else saturate(exact, size.acc_width)
    state.counters[N_SATURATIONS] += kept != exact
    state.accumulators[slot, target] = kept


@njit(cache=True)
def _scaled(weight: int, exponent: int) -> int:
    """``weight * 2**exponent``, rounded down."""
    return (np.int64(weight) << (exponent + 8)) >> 8


@njit(cache=True)
def _deliver(size: Size, state: CoreState, axon: int) -> None:
    """Walk all lists of an axon that spiked."""
    counters = state.counters
    for number in range(state.axon_list[axon], state.axon_list[axon] + state.axon_lists[axon]):
        kind, address, row, count, exponent, delay = state.lists[number][:6]
        counters[N_LISTS] += 1
        if kind == REWARD:
            impulse = wrap(address, REWARD_BITS)
            state.reward[1] = saturate(state.reward[1] + impulse, REWARD_BITS)
        elif kind == SPARSE:
            for k in range(address, address + count):
                weight, target, exponent, delay = state.sparse[k]
                slot = (state.registers[STEP] + 1 + delay) & (size.delay_slots - 1)
                _accumulate(size, state, slot, target, _scaled(weight, exponent))
            counters[N_WORDS] += count
            counters[N_OPS] += count
        elif kind == DENSE:
            slot = (state.registers[STEP] + 1 + delay) & (size.delay_slots - 1)
            first = row * size.lanes
            for k in range(count):
                weight = state.dense[address + k // size.lanes, k % size.lanes]
                _accumulate(size, state, slot, first + k, _scaled(weight, exponent))
            counters[N_WORDS] += (count + size.lanes - 1) // size.lanes
            counters[N_OPS] += count


@njit(cache=True)
def _update_traces(size: Size, state: CoreState) -> None:
    """Decay the traces of x and y, rounding at random, and add the impulses of this step."""
    registers = state.registers
    for traces, first, rows, decay, impulse in (
        (state.x1, registers[X_FIRST], registers[X_ROWS], X1_DECAY, X1_IMPULSE),
        (state.y1, registers[Y_FIRST], registers[Y_ROWS], Y1_DECAY, Y1_IMPULSE),
    ):
        for row in range(first, first + rows):
            _draw(state)
            for lane in range(size.lanes):
                n = row * size.lanes + lane
                kept = (traces[n] * registers[decay] + _random16(state, lane)) >> 16
                kept += registers[impulse] if state.spikes[n] else 0
                traces[n] = min(kept, TRACE_MAX)


@njit(cache=True)
def _set_up(
    state: CoreState, rule: int, x0: int, x1: int, coefficients: np.ndarray, lane_ops: np.ndarray
) -> int:
    """Run a rule's microcode: fills coefficients and lane operations, returns how many of these."""
    coefficients[:] = 0
    n_lane_ops = 0
    scalar = 0
    start, count = state.rules[rule, 0], state.rules[rule, 1]
    for address in range(start, start + count):
        op, factor, constant, exponent, coefficient, _, last = state.microcode[address]
        if op == LANE:
            if n_lane_ops < LANE_OPS:
                lane_ops[n_lane_ops] = address
                n_lane_ops += 1
            continue
        if op == LOAD:
            scalar = saturate(constant << (exponent + FRACTION_BITS), COEFFICIENT_BITS)
        else:
            value = 1
            if factor == X0:
                value = x0
            elif factor == X1:
                value = x1
            elif factor == R1:
                value = state.reward[0]
            scalar = saturate(scalar * (value + constant), COEFFICIENT_BITS)
        if last:
            total = coefficients[coefficient] + scalar
            coefficients[coefficient] = saturate(total, COEFFICIENT_BITS)
    return n_lane_ops


@njit(cache=True)
def _learned(
    state: CoreState,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
    weight: int,
    target: int,
    sign: int,
    lsb: int,
    random: int,
) -> int:
    """The weight after a rule. ``random`` is added below the rounding unit."""
    dw = 0
    product = 0
    for address in lane_ops:
        _, factor, constant, _, coefficient, first, last = state.microcode[address]
        value = 1
        if factor == Y0:
            value = 1 if state.spikes[target] else 0
        elif factor == Y1:
            value = state.y1[target]
        elif factor == W:
            value = weight
        if first:
            product = coefficients[coefficient]
        product = saturate(product * (value + constant), COEFFICIENT_BITS)
        if last:
            dw += product
    bits = FRACTION_BITS + lsb
    exact = (weight << FRACTION_BITS) + dw + (random & ((1 << bits) - 1))
    rounded = (exact >> bits) << lsb
    unit = 1 << lsb
    low = 0 if sign == EXCITATORY else (unit - 256 if sign == INHIBITORY else -256)
    high = 0 if sign == INHIBITORY else 256 - unit
    return min(max(rounded, low), high)


@njit(cache=True)
def _learn_dense(
    size: Size, state: CoreState, number: int, coefficients: np.ndarray, lane_ops: np.ndarray
) -> None:
    """Evaluate a rule on the words of a dense list that it can change."""
    counters = state.counters
    _, address, row, count, _, _, rule, sign, lsb = state.lists[number]
    every = state.rules[rule, 3] == ALWAYS
    stochastic = state.rules[rule, 4]
    for k in range((count + size.lanes - 1) // size.lanes):
        first = (row + k) * size.lanes
        if not (every or state.spikes[first : first + size.lanes].any()):
            continue
        counters[N_WORDS_LEARNED] += 1
        if stochastic:
            _draw(state)
        for lane in range(min(size.lanes, count - k * size.lanes)):
            random = _random16(state, lane) if stochastic else 0
            old = np.int64(state.dense[address + k, lane])
            new = _learned(state, coefficients, lane_ops, old, first + lane, sign, lsb, random) & -(
                1 << size.weight_low
            )
            counters[N_VISITED] += 1
            counters[N_CHANGED] += new != old
            state.dense[address + k, lane] = new


@njit(cache=True)
def _learn_sparse(
    size: Size, state: CoreState, number: int, coefficients: np.ndarray, lane_ops: np.ndarray
) -> None:
    """Evaluate a rule on every synapse of a sparse list."""
    counters = state.counters
    _, address, _, count, _, _, rule, sign, lsb = state.lists[number]
    stochastic = state.rules[rule, 4]
    for k in range(address, address + count):
        counters[N_WORDS_LEARNED] += 1
        counters[N_VISITED] += 1
        if stochastic:
            _draw(state)
        old, target = state.sparse[k, 0], state.sparse[k, 1]
        random = _random16(state, target % size.lanes) if stochastic else 0
        new = _learned(state, coefficients, lane_ops, old, target, sign, lsb, random)
        counters[N_CHANGED] += new != old
        state.sparse[k, 0] = new


@njit(cache=True)
def _learn(size: Size, state: CoreState) -> None:
    """Visit the plastic lists of every axon that the ``visit`` register admits."""
    registers = state.registers
    visit = registers[VISIT]
    coefficients = np.zeros(COEFFICIENTS, np.int64)
    lane_ops = np.zeros(LANE_OPS, np.int64)
    first = 0
    end = size.compartments + registers[INPUT_ROWS] * size.lanes
    if visit != SPIKED:
        first = registers[X_FIRST] * size.lanes
        end = first + registers[X_ROWS] * size.lanes
    for axon in range(first, end):
        x0 = 1 if state.spikes[axon] else 0
        x1 = state.x1[axon]
        if not (x0 or visit == ALWAYS or (visit == TRACED and x1)):
            continue
        begin = state.axon_list[axon]
        for number in range(begin, begin + state.axon_plastic[axon]):
            state.counters[N_LISTS_LEARNED] += 1
            kind, rule = state.lists[number, 0], state.lists[number, 6]
            pre = state.rules[rule, 2]
            if not (x0 or pre == ALWAYS or (pre == TRACED and x1)):
                continue
            n_lane_ops = _set_up(state, rule, x0, x1, coefficients, lane_ops)
            if kind == DENSE:
                _learn_dense(size, state, number, coefficients, lane_ops[:n_lane_ops])
            elif kind == SPARSE:
                _learn_sparse(size, state, number, coefficients, lane_ops[:n_lane_ops])


@njit(cache=True)
def _step(size: Size, state: CoreState) -> None:
    """One time step."""
    registers = state.registers
    kept = shift_to_zero(state.reward[0] * registers[REWARD_DECAY], 16)
    state.reward[0] = saturate(kept + state.reward[1], REWARD_BITS)
    state.reward[1] = 0
    _dendrite(size, state)
    used = registers[ROWS] * size.lanes
    for axon in range(used):
        if state.spikes[axon]:
            _deliver(size, state, axon)
    for axon in range(size.compartments, size.compartments + registers[INPUT_ROWS] * size.lanes):
        if state.spikes[axon]:
            _deliver(size, state, axon)
    if registers[LEARN]:
        _update_traces(size, state)
        _learn(size, state)
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
