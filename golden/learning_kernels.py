"""Traces and learning of the golden core. numba kernels.

The order of everything is that of the RTL, so that random numbers agree: axons ascending, their
lists in order, the words of a list in order.
"""

import numpy as np
from numba import njit

from backspike.golden.arith import saturate
from backspike.golden.core_state import COUNTER, REGISTER, CoreState, Size
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    COEFFICIENTS,
    FRACTION_BITS,
    LANE_OPS,
    TRACE_BITS,
    Factor,
    ListKind,
    MicroOp,
    SignMode,
    Visit,
)

__all__ = ["draw", "learn", "learn_word", "random_fraction", "set_up", "update_traces"]

DENSE, SPARSE = ListKind.DENSE.value, ListKind.SPARSE.value
EXCITATORY, INHIBITORY = SignMode.EXCITATORY.value, SignMode.INHIBITORY.value
SPIKED, TRACED, ALWAYS = Visit.SPIKED.value, Visit.TRACED.value, Visit.ALWAYS.value
LOAD, MUL, LANE = MicroOp.LOAD.value, MicroOp.MUL.value, MicroOp.LANE.value
X0, X1, R1 = Factor.X0.value, Factor.X1.value, Factor.R1.value
Y0, Y1, W = Factor.Y0.value, Factor.Y1.value, Factor.W.value
TRACE_MAX = (1 << TRACE_BITS) - 1

VISIT = REGISTER["visit"]
LEARN_FIRST, LEARN_ROWS = REGISTER["learn_first"], REGISTER["learn_rows"]
X_FIRST, X_ROWS = REGISTER["x_first"], REGISTER["x_rows"]
Y_FIRST, Y_ROWS = REGISTER["y_first"], REGISTER["y_rows"]
X1_DECAY, X1_IMPULSE = REGISTER["x1_decay"], REGISTER["x1_impulse"]
Y1_DECAY, Y1_IMPULSE = REGISTER["y1_decay"], REGISTER["y1_impulse"]
N_LISTS_LEARNED, N_WORDS_LEARNED = COUNTER["lists_learned"], COUNTER["words_learned"]
N_VISITED, N_CHANGED = COUNTER["synapses_visited"], COUNTER["synapses_changed"]


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
    negate: bool,
) -> None:
    """Learn ``weights`` to the compartments from ``target`` on; the first is in lane ``lane``."""
    rule, sign, lsb = job[6], job[7], job[8]
    microcode, seen, y1, random = state.microcode, state.seen, state.y1, state.random
    stochastic = state.rules[rule, 4] and random.size
    if stochastic:
        draw(random)
    changed = 0
    for k in range(weights.size):
        old = int(weights[k])
        y0 = int(seen[target + k])
        exact = old << FRACTION_BITS
        dw = _delta(microcode, coefficients, lane_ops, old, y0, y1[target + k])
        exact += -dw if negate else dw
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
    post, rotate, negate = row, 0, False
    if size.columns:
        post, rotate, negate = job[9], job[10], job[11] != 0
    if kind == SPARSE:
        for k in range(address, address + count):
            target = state.sparse[k, 1]
            weights = state.sparse[k, :1]
            lane = target % size.lanes
            learn_word(state, coefficients, lane_ops, weights, target, lane, job, -1, negate)
    elif kind == DENSE:
        every = state.rules[job[6], 3] == ALWAYS
        keep = -(1 << size.weight_low)
        lanes = (np.arange(size.lanes) + rotate) % size.lanes
        for k in range((count + size.lanes - 1) // size.lanes):
            first = (post + k) * size.lanes
            if every or state.seen[first : first + size.lanes].any():
                banks = lanes[: min(size.lanes, count - k * size.lanes)]
                weights = state.dense[address + k][banks]
                learn_word(state, coefficients, lane_ops, weights, first, 0, job, keep, negate)
                state.dense[address + k][banks] = weights


@njit(cache=True)
def learn(size: Size, state: CoreState) -> None:
    """Visit the plastic lists of every axon that the ``visit`` register admits."""
    registers = state.registers
    visit = registers[VISIT]
    coefficients = np.zeros(COEFFICIENTS, np.int64)
    lane_ops = np.zeros(LANE_OPS, np.int64)
    first = registers[LEARN_FIRST] * size.lanes
    end = first + registers[LEARN_ROWS] * size.lanes
    for axon in range(first, end):
        x0 = 1 if state.seen[axon] else 0
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
