"""Learning of the golden core. numba kernels.

The order of everything is that of the RTL, so that random numbers agree: axons ascending, their
lists in order, the words of a list in order.
"""

import numpy as np
from numba import njit

from backspike.golden.core.arith import saturate, wrap
from backspike.golden.core.state import COUNTER, REGISTER, CoreState, Size
from backspike.golden.core.trace_kernels import draw, random_fraction
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LAVA_BITS,
    PRODUCT_BITS,
    TAG_BITS,
    Factor,
    ListKind,
    MicroOp,
    Moment,
    SignMode,
    Target,
    Visit,
)

__all__ = ["learn", "learn_word", "set_up"]

DENSE, SPARSE = ListKind.DENSE.value, ListKind.SPARSE.value
EXCITATORY, INHIBITORY = SignMode.EXCITATORY.value, SignMode.INHIBITORY.value
SPIKED, TRACED, ALWAYS = Visit.SPIKED.value, Visit.TRACED.value, Visit.ALWAYS.value
LOAD, MUL, LANE = MicroOp.LOAD.value, MicroOp.MUL.value, MicroOp.LANE.value
X0, X1, X2 = Factor.X0.value, Factor.X1.value, Factor.X2.value
R0, R1, U = Factor.R0.value, Factor.R1.value, Factor.U.value
Y0, Y1, Y2, Y3 = Factor.Y0.value, Factor.Y1.value, Factor.Y2.value, Factor.Y3.value
W, T, D = Factor.W.value, Factor.T.value, Factor.D.value
END, PRE, POST = Moment.END.value, Moment.PRE.value, Moment.POST.value
TAG, DELAY = Target.TAG.value, Target.DELAY.value
LAVA_LOW, LAVA_HIGH = -(1 << LAVA_BITS) - 1, (1 << LAVA_BITS) - 1

VISIT = REGISTER["visit"]
LEARN_FIRST, LEARN_ROWS = REGISTER["learn_first"], REGISTER["learn_rows"]
EPOCHS_DONE = REGISTER["epochs_done"]
N_LISTS_LEARNED, N_WORDS_LEARNED = COUNTER["lists_learned"], COUNTER["words_learned"]
N_VISITED, N_CHANGED = COUNTER["synapses_visited"], COUNTER["synapses_changed"]


@njit(cache=True)
def _clip(factor: int, value: int) -> int:
    """A factor as Lava limits it."""
    if factor in (X0, Y0):
        return min(max(value, -2), 1)
    if factor in (X1, X2, Y1, Y2, Y3):
        return min(max(value, -128), 127)
    return min(max(value, -512), 511)


@njit(cache=True)
def set_up(
    size: Size,
    state: CoreState,
    rule: int,
    axon: int,
    x0: int,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
) -> int:
    """Run a rule's microcode: fills coefficients and lane operations, returns how many of these."""
    coefficients[:] = 0
    n_lane_ops = 0
    scalar = 0
    start, count, channel = state.rules[rule, 0], state.rules[rule, 1], state.rules[rule, 6]
    for address in range(start, start + count):
        op, factor, constant, exponent, coefficient, _, last = state.microcode[address, :7]
        if op == LANE:
            if n_lane_ops < size.operations:
                lane_ops[n_lane_ops] = address
                n_lane_ops += 1
            continue
        if op == LOAD:
            scalar = saturate(constant << (exponent + FRACTION_BITS), COEFFICIENT_BITS)
        else:
            moment = state.microcode[address, 8]
            value = _scalar(size, state, factor, exponent, axon, x0, moment, channel)
            value += constant
            if size.lava:
                value = _clip(factor, value)
            scalar = saturate(scalar * value, COEFFICIENT_BITS)
        if last:
            total = coefficients[coefficient] + scalar
            coefficients[coefficient] = saturate(total, COEFFICIENT_BITS)
    return n_lane_ops


@njit(cache=True)
def _scalar(
    size: Size,
    state: CoreState,
    factor: int,
    exponent: int,
    axon: int,
    x0: int,
    moment: int,
    channel: int,
) -> int:
    """The variable of a presynaptic factor."""
    if factor == X0:
        return x0
    if factor == R1:
        return state.reward[4 * channel]
    if factor == X1 or (factor == X2 and size.more_factors):
        kind = 1 if factor == X2 else 0
        then = size.history > 1 and moment == PRE
        return state.x_then[axon, kind] if then else state.x[axon, kind]
    if size.more_factors and factor == R0:
        return state.reward[4 * channel + 2]
    if size.more_factors and factor == U:
        number = (state.registers[EPOCHS_DONE] + 1) & 0xFFFF
        return 1 if number & ((1 << (exponent & 15)) - 1) == 0 else 0
    return 1


@njit(cache=True)
def _at(size: Size, time: int) -> int:
    """Where the history has the step ``time`` of an epoch."""
    return (time - 1) & (size.history - 1)


@njit(cache=True)
def _lane_values(
    size: Size,
    state: CoreState,
    address: int,
    axon: int,
    target: int,
    old: np.ndarray,
    values: np.ndarray,
) -> None:
    """The factor of a lane operation, for an axon and the compartments from ``target`` on."""
    factor, constant = state.microcode[address, 1], state.microcode[address, 2]
    moment = state.microcode[address, 8] if size.history > 1 else END
    end = target + values.size
    values[:] = 1
    if factor == Y0:
        values[:] = state.seen[target:end]
    elif factor == W:
        values[:] = old[0]
    elif factor == Y1 or (size.more_factors and factor in (Y2, Y3)):
        kind = 0 if factor == Y1 else (1 if factor == Y2 else 2)
        if moment == PRE:
            values[:] = state.y_past[_at(size, state.x_time[axon]), target:end, kind]
        elif moment == POST:
            values[:] = state.y_then[target:end, kind]
        else:
            values[:] = state.y[target:end, kind]
    elif size.history > 1 and (factor == X1 or (size.more_factors and factor == X2)):
        kind = 1 if factor == X2 else 0
        for k in range(values.size):
            values[k] = state.x_past[_at(size, state.y_time[target + k]), axon, kind]
    elif size.tags and factor == T:
        values[:] = old[1]
    elif size.delays and factor == D:
        values[:] = old[2]
    if constant:
        values += constant
    if size.more_factors and state.microcode[address, 7]:
        values[:] = np.sign(values)
    if size.lava:
        for k in range(values.size):
            values[k] = _clip(factor, values[k])
    if size.history > 1 and (factor == X1 or (size.more_factors and factor == X2)):
        for k in range(values.size):  # no spike, no moment: nothing is learned from it
            values[k] *= state.seen[target + k]


@njit(cache=True)
def _changed(
    size: Size,
    state: CoreState,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
    axon: int,
    target: int,
    negate: bool,
    old: np.ndarray,
    new: np.ndarray,
    scratch: np.ndarray,
) -> None:
    """What a rule makes of the weights, tags and delays ``old`` of a word, with 7 more bits."""
    new[:] = old << FRACTION_BITS
    product, values = scratch[0], scratch[1]
    product[:] = 0
    for address in lane_ops:
        microcode = state.microcode[address]
        if microcode[5]:
            product[:] = coefficients[microcode[4]]
        _lane_values(size, state, address, axon, target, old, values)
        product *= values
        if size.lava:
            for k in range(product.size):
                product[k] = wrap(product[k], PRODUCT_BITS)
        else:
            for k in range(product.size):
                product[k] = saturate(product[k], COEFFICIENT_BITS)
        if microcode[6]:
            of_weight = microcode[9] not in (TAG, DELAY) or not (size.tags or size.delays)
            total = new[0] if of_weight else (new[1] if microcode[9] == TAG else new[2])
            sign = -1 if negate else 1
            if not size.lava:
                total += sign * product
                continue
            shift = (microcode[3] + FRACTION_BITS) & 15
            for k in range(product.size):
                term = (product[k] >> microcode[10]) << shift
                exact = total[k] + sign * min(max(term, LAVA_LOW), LAVA_HIGH)
                total[k] = min(max(exact, LAVA_LOW), LAVA_HIGH)


@njit(cache=True)
def _rounded(exact: int, sign: int, lsb: int) -> int:
    """A weight with 7 fraction bits, rounded down to ``2**lsb`` and clipped to its rails."""
    unit = 1 << lsb
    low = 0 if sign == EXCITATORY else (unit - 256 if sign == INHIBITORY else -256)
    high = 0 if sign == INHIBITORY else 256 - unit
    return min(max((exact >> FRACTION_BITS) & -unit, low), high)


@njit(cache=True)
def learn_word(
    size: Size,
    state: CoreState,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
    axon: int,
    weights: np.ndarray,
    tags: np.ndarray,
    delays: np.ndarray,
    target: int,
    lane: int,
    job: np.ndarray,
    keep: int,
    negate: bool,
) -> None:
    """Learn synapses to the compartments from ``target`` on; the first is in lane ``lane``.

    ``tags`` and ``delays`` are empty in a core without them.
    """
    rule, sign, lsb = job[6], job[7], job[8]
    stochastic = state.rules[rule, 4] and size.random
    if stochastic:
        draw(state.random)
    scratch = np.empty((8, weights.size), np.int64)
    old, new = scratch[:3], scratch[3:6]
    old[0] = weights
    if size.tags:
        old[1] = tags
    if size.delays:
        old[2] = delays
    _changed(size, state, coefficients, lane_ops, axon, target, negate, old, new, scratch[6:])
    changed = 0
    for k in range(weights.size):
        fraction = random_fraction(size, state, lane + k, 16) if stochastic else 0
        weight = new[0, k] + (fraction & ((1 << (FRACTION_BITS + lsb)) - 1))
        weights[k] = _rounded(weight, sign, lsb) & keep
        changed += weights[k] != old[0, k]
        fraction &= (1 << FRACTION_BITS) - 1
        if size.tags:
            tags[k] = saturate((new[1, k] + fraction) >> FRACTION_BITS, TAG_BITS)
        if size.delays:
            delay = (new[2, k] + fraction) >> FRACTION_BITS
            delays[k] = min(max(delay, 0), size.max_delay)
    state.counters[N_WORDS_LEARNED] += 1
    state.counters[N_VISITED] += weights.size
    state.counters[N_CHANGED] += changed


@njit(cache=True)
def _learn_list(
    size: Size,
    state: CoreState,
    number: int,
    axon: int,
    coefficients: np.ndarray,
    lane_ops: np.ndarray,
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
            learn_word(size, state, coefficients, lane_ops, axon, state.sparse[k, :1],
                       state.sparse[k, 4:5], state.sparse[k, 3:4], target, target % size.lanes,
                       job, -1, negate)  # fmt: skip
    elif kind == DENSE:
        every = state.rules[job[6], 3] == ALWAYS
        keep = -(1 << size.weight_low)
        lanes = (np.arange(size.lanes) + rotate) % size.lanes
        none = np.zeros(0, np.int16)
        for k in range((count + size.lanes - 1) // size.lanes):
            first = (post + k) * size.lanes
            if every or state.seen[first : first + size.lanes].any():
                banks = lanes[: min(size.lanes, count - k * size.lanes)]
                weights = state.dense[address + k][banks]
                tags = state.tags[address + k][banks] if size.tags else none
                delays = state.delays[address + k][banks] if size.delays else none
                learn_word(size, state, coefficients, lane_ops, axon, weights, tags, delays,
                           first, 0, job, keep, negate)  # fmt: skip
                state.dense[address + k][banks] = weights
                if size.tags:
                    state.tags[address + k][banks] = tags
                if size.delays:
                    state.delays[address + k][banks] = delays


@njit(cache=True)
def _traced(size: Size, state: CoreState, axon: int) -> bool:
    """Whether some trace of an axon was not 0 in this epoch."""
    any_now = state.x[axon, 0] | state.x[axon, 1]
    any_then = state.x_then[axon, 0] | state.x_then[axon, 1]
    return (any_now | any_then) != 0


@njit(cache=True)
def learn(size: Size, state: CoreState) -> None:
    """Visit the plastic lists of every axon that the ``visit`` register admits."""
    registers = state.registers
    visit = registers[VISIT]
    coefficients = np.zeros(size.operations, np.int64)
    lane_ops = np.zeros(size.operations, np.int64)
    first = registers[LEARN_FIRST] * size.lanes
    end = first + registers[LEARN_ROWS] * size.lanes
    for axon in range(first, end):
        x0 = 1 if state.seen[axon] else 0
        if not (x0 or visit == ALWAYS or (visit == TRACED and _traced(size, state, axon))):
            continue
        begin = state.axon_list[axon]
        for number in range(begin, begin + state.axon_plastic[axon]):
            state.counters[N_LISTS_LEARNED] += 1
            rule = state.lists[number, 6]
            pre = state.rules[rule, 2]
            if not (x0 or pre == ALWAYS or (pre == TRACED and _traced(size, state, axon))):
                continue
            n_lane_ops = set_up(size, state, rule, axon, x0, coefficients, lane_ops)
            _learn_list(size, state, number, axon, coefficients, lane_ops[:n_lane_ops])
