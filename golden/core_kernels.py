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

__all__ = [
    "accumulate",
    "dendrite_row",
    "draw",
    "learn_word",
    "random_fraction",
    "run",
    "set_up",
    "update_traces",
]

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
def draw(random: np.ndarray) -> None:
    """Advance the generator of every lane once: xorshift32 (Marsaglia 2003)."""
    for lane in range(random.size):
        x = np.int64(random[lane])  # numba widens what it shifts: keep 32 bits by hand
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        random[lane] = x


@njit(cache=True)
def random_fraction(random: np.ndarray, lane: int, bits: int) -> int:
    """Random bits of a lane, up to 16, from the upper half of its generator."""
    return int(random[lane] >> np.uint32(16)) & ((1 << bits) - 1)


@njit(cache=True)
def dendrite_row(
    size: Size,
    profile: np.ndarray,
    bias: np.ndarray,
    sums: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    refractory: np.ndarray,
    spikes: np.ndarray,
) -> int:
    """Update one row of compartments, given as views; returns how many fired."""
    decay_u, decay_v, threshold, refractory_steps, vmin, vmax = profile
    low, high = 1 - (1 << vmin), (1 << (9 + 2 * vmax)) - 1
    fired = 0
    for c in range(u.size):
        current = leak(u[c], decay_u) + (int(sums[c]) << 6)
        current = wrap(current, 24) if size.wraps else saturate(current, 24)
        into = current + (bias[c, 0] << bias[c, 1])
        into = wrap(into, 24) if size.wraps else saturate(into, 24)
        held = refractory[c]
        voltage = min(max(leak(v[c], decay_v) + into, low), high) if held == 0 else 0
        spike = voltage > threshold << 6
        if spike:
            voltage = 0
            held = refractory_steps
        sums[c] = 0
        u[c], v[c] = current, voltage
        refractory[c] = max(0, held - 1)
        spikes[c] = spike
        fired += spike
    return fired


@njit(cache=True)
def _dendrite(size: Size, state: CoreState) -> None:
    """Update every compartment in use; spikes of compartments and inputs end in ``spikes``."""
    registers, counters = state.registers, state.counters
    slot = registers[STEP] & (size.delay_slots - 1)
    for row in range(registers[ROWS]):
        c, end = row * size.lanes, (row + 1) * size.lanes
        counters[N_SPIKES] += dendrite_row(
            size,
            state.profiles[state.row_profile[row]],
            state.bias[c:end],
            state.accumulators[slot, c:end],
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
    """Walk all lists of an axon that spiked."""
    counters = state.counters
    due = state.registers[STEP] + 1
    dense = state.dense.reshape(-1)
    for number in range(state.axon_list[axon], state.axon_list[axon] + state.axon_lists[axon]):
        kind, address, row, count, exponent, delay = state.lists[number][:6]
        counters[N_LISTS] += 1
        if kind == REWARD:
            impulse = wrap(address, REWARD_BITS)
            state.reward[1] = saturate(state.reward[1] + impulse, REWARD_BITS)
        elif kind == SPARSE:
            for k in range(address, address + count):
                _, target, exponent, delay = state.sparse[k]
                slot = (due + delay) & (size.delay_slots - 1)
                sums = state.accumulators[slot, target : target + 1]
                counters[N_SATURATIONS] += accumulate(size, sums, state.sparse[k, :1], exponent)
            counters[N_WORDS] += count
            counters[N_OPS] += count
        elif kind == DENSE:
            slot = (due + delay) & (size.delay_slots - 1)
            sums = state.accumulators[slot, row * size.lanes : row * size.lanes + count]
            weights = dense[address * size.lanes : address * size.lanes + count]
            counters[N_SATURATIONS] += accumulate(size, sums, weights, exponent)
            counters[N_WORDS] += (count + size.lanes - 1) // size.lanes
            counters[N_OPS] += count


@njit(cache=True)
def update_traces(size: Size, state: CoreState) -> None:
    """Decay the traces of x and y, rounding at random, and add the impulses of this step."""
    registers = state.registers
    for traces, first, rows, decay, impulse in (
        (state.x1, registers[X_FIRST], registers[X_ROWS], X1_DECAY, X1_IMPULSE),
        (state.y1, registers[Y_FIRST], registers[Y_ROWS], Y1_DECAY, Y1_IMPULSE),
    ):
        for row in range(first, first + rows):
            if size.random:
                draw(state.random)
            for lane in range(size.lanes):
                n = row * size.lanes + lane
                fraction = random_fraction(state.random, lane, 16) if size.random else 0
                kept = (traces[n] * registers[decay] + fraction) >> 16
                kept += registers[impulse] if state.spikes[n] else 0
                traces[n] = min(kept, TRACE_MAX)


@njit(cache=True)
def set_up(
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
def _delta(
    microcode: np.ndarray,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
    weight: int,
    y0: int,
    y1: int,
) -> int:
    """The sum of a rule's products for one synapse, with 7 fraction bits."""
    dw = 0
    product = 0
    for address in lane_ops:
        factor = microcode[address, 1]
        value = 1
        if factor == Y0:
            value = y0
        elif factor == Y1:
            value = y1
        elif factor == W:
            value = weight
        if microcode[address, 5]:
            product = coefficients[microcode[address, 4]]
        product = saturate(product * (value + microcode[address, 2]), COEFFICIENT_BITS)
        if microcode[address, 6]:
            dw += product
    return dw


@njit(cache=True)
def _rounded(exact: int, sign: int, lsb: int) -> int:
    """A weight with 7 fraction bits, rounded down to ``2**lsb`` and clipped to its rails."""
    unit = 1 << lsb
    low = 0 if sign == EXCITATORY else (unit - 256 if sign == INHIBITORY else -256)
    high = 0 if sign == INHIBITORY else 256 - unit
    return min(max((exact >> FRACTION_BITS) & -unit, low), high)


@njit(cache=True)
def learn_word(
    state: CoreState,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
    weights: np.ndarray,
    target: int,
    lane: int,
    job: np.ndarray,
    keep: int,
) -> None:
    """Learn ``weights`` to the compartments from ``target`` on; the first is in lane ``lane``."""
    rule, sign, lsb = job[6], job[7], job[8]
    microcode, spikes, y1, random = state.microcode, state.spikes, state.y1, state.random
    stochastic = state.rules[rule, 4] and random.size
    if stochastic:
        draw(random)
    changed = 0
    for k in range(weights.size):
        old = int(weights[k])
        y0 = int(spikes[target + k])
        exact = old << FRACTION_BITS
        exact += _delta(microcode, coefficients, lane_ops, old, y0, y1[target + k])
        if stochastic:
            exact += random_fraction(random, lane + k, FRACTION_BITS + lsb)
        new = _rounded(exact, sign, lsb) & keep
        changed += new != old
        weights[k] = new
    state.counters[N_WORDS_LEARNED] += 1
    state.counters[N_VISITED] += weights.size
    state.counters[N_CHANGED] += changed


@njit(cache=True)
def _learn_list(
    size: Size, state: CoreState, number: int, coefficients: np.ndarray, lane_ops: np.ndarray
) -> None:
    """Evaluate a rule on a list: all of a sparse one, of a dense one what the rule can change."""
    job = state.lists[number]
    kind, address, row, count = job[:4]
    if kind == SPARSE:
        for k in range(address, address + count):
            target = state.sparse[k, 1]
            weights = state.sparse[k, :1]
            lane = target % size.lanes
            learn_word(state, coefficients, lane_ops, weights, target, lane, job, -1)
    elif kind == DENSE:
        every = state.rules[job[6], 3] == ALWAYS
        keep = -(1 << size.weight_low)
        for k in range((count + size.lanes - 1) // size.lanes):
            first = (row + k) * size.lanes
            if every or state.spikes[first : first + size.lanes].any():
                weights = state.dense[address + k, : min(size.lanes, count - k * size.lanes)]
                learn_word(state, coefficients, lane_ops, weights, first, 0, job, keep)


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
            rule = state.lists[number, 6]
            pre = state.rules[rule, 2]
            if not (x0 or pre == ALWAYS or (pre == TRACED and x1)):
                continue
            n_lane_ops = set_up(state, rule, x0, x1, coefficients, lane_ops)
            _learn_list(size, state, number, coefficients, lane_ops[:n_lane_ops])


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
        if size.traces:
            update_traces(size, state)
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
