"""Learning rules of the golden core: their set-up, and what their products make. numba kernels."""

from typing import NamedTuple

import numpy as np

from backspike.golden.core.arith import saturate, wrap
from backspike.golden.core.state import CoreState, Fields
from backspike.golden.kernel_cache import core_kernel
from backspike.hdl.layouts import (
    COEFFICIENT_BITS,
    FRACTION_BITS,
    LAVA_BITS,
    PRODUCT_BITS,
    Factor,
    MicroOp,
    Moment,
    Target,
)

__all__ = ["Job", "Word", "apply_rule", "set_up"]

LOAD, MUL, LANE = MicroOp.LOAD.value, MicroOp.MUL.value, MicroOp.LANE.value
X0, X1, X2 = Factor.X0.value, Factor.X1.value, Factor.X2.value
R0, R1, U = Factor.R0.value, Factor.R1.value, Factor.U.value
Y0, Y1, Y2, Y3 = Factor.Y0.value, Factor.Y1.value, Factor.Y2.value, Factor.Y3.value
W, T, D = Factor.W.value, Factor.T.value, Factor.D.value
PRE, POST = Moment.PRE.value, Moment.POST.value
WEIGHT, TAG, DELAY = Target.WEIGHT.value, Target.TAG.value, Target.DELAY.value
LAVA_LOW, LAVA_HIGH = -(1 << LAVA_BITS) - 1, (1 << LAVA_BITS) - 1


class Job(NamedTuple):
    """A list to learn."""

    list: int
    """Its place in the memory ``lists``."""
    rule: int
    """Place of its rule in the memory ``rules``."""
    axon: int
    """Its source."""
    x0: int
    """1 if the axon spiked, else 0."""


class Word(NamedTuple):
    """Synapses that learn at once; in a core's ``before`` and ``after``, they come first."""

    target: int
    """First compartment; the others follow."""
    lane: int
    """Lane of the first."""
    n: int
    keep: int
    """Mask of the bits of a weight that are stored."""


@core_kernel
def set_up(core: CoreState, job: Job) -> int:
    """Run a rule's microcode: fills the coefficients, and addresses of its lane operations.

    Returns the number of these.
    """
    coefficients = core.coefficients
    coefficients[:] = 0
    n_lane_ops = 0
    scalar = 0
    rule = core.rules[job.rule]
    for address in range(rule.start, rule.start + rule.count):
        op = core.microcode[address]
        if op.op == LANE and n_lane_ops < core.size.operations:
            core.lane_ops[n_lane_ops] = address
            n_lane_ops += 1
        if op.op not in (LOAD, MUL):  # a lane operation, or none
            continue
        if op.op == LOAD:
            up = (op.exponent + FRACTION_BITS) & 15
            scalar = saturate(op.constant << up, COEFFICIENT_BITS)
        else:
            value = _scalar(core, job, op) + op.constant
            if core.size.lava:
                value = _clip(op.factor, value)
            scalar = saturate(scalar * value, COEFFICIENT_BITS)
        if op.last:
            total = coefficients[op.coefficient] + scalar
            coefficients[op.coefficient] = saturate(total, COEFFICIENT_BITS)
    return n_lane_ops


@core_kernel
def _scalar(core: CoreState, job: Job, op: Fields) -> int:
    """The variable of a presynaptic factor."""
    more, reward = core.size.more_factors, core.rewards[core.rules[job.rule].channel]
    if op.factor == X0:
        return job.x0
    if op.factor == R1:
        return reward.r1
    if op.factor == X1 or (more and op.factor == X2):
        kind = 1 if op.factor == X2 else 0
        then = core.size.history > 1 and op.moment == PRE
        return core.x.then[job.axon, kind] if then else core.x.now[job.axon, kind]
    if more and op.factor == R0:
        return reward.r0
    if more and op.factor == U:
        number = (core.registers.epochs_done + 1) & 0xFFFF
        return 1 if number & ((1 << (op.exponent & 15)) - 1) == 0 else 0
    return 1


@core_kernel
def _clip(factor: int, value: int) -> int:
    """A factor as Lava limits it."""
    if factor in (X0, Y0):
        return min(max(value, -2), 1)
    if factor in (X1, X2, Y1, Y2, Y3):
        return min(max(value, -128), 127)
    return min(max(value, -512), 511)


@core_kernel
def apply_rule(core: CoreState, job: Job, lane_ops: np.ndarray, word: Word) -> None:
    """Fill ``after`` of a word with what a rule makes of its ``before``, with 7 more bits."""
    product = core.product[: word.n]
    product[:] = 0
    for target in range(3 if core.size.tags or core.size.delays else 1):
        for k in range(word.n):
            core.after[target, k] = core.before[target, k] << FRACTION_BITS
    sign = -1 if core.lists[job.list].negate else 1
    for address in lane_ops:
        _operate(core, job, core.microcode[address], sign, word)


@core_kernel
def _operate(core: CoreState, job: Job, op: Fields, sign: int, word: Word) -> None:
    """Do one lane operation in each lane."""
    product = core.product[: word.n]
    if op.first:
        product[:] = core.coefficients[op.coefficient]
    _load_factor(core, job, op, word)
    _multiply(product, core.factor, core.size.lava)
    if op.last:
        _add_product(core, op, sign, word.n)


@core_kernel
def _multiply(product: np.ndarray, factor: np.ndarray, lava: bool) -> None:
    """Multiply the running product of each lane."""
    if lava:
        for k in range(product.size):
            product[k] = wrap(product[k] * factor[k], PRODUCT_BITS)
    else:
        for k in range(product.size):
            product[k] = saturate(product[k] * factor[k], COEFFICIENT_BITS)


@core_kernel
def _add_product(core: CoreState, op: Fields, sign: int, count: int) -> None:
    """Add the product of each lane to the sum that an operation names, if there is one."""
    targets = core.size.tags or core.size.delays
    if targets and op.target > DELAY:
        return
    total = core.after[op.target if targets and op.target in (TAG, DELAY) else WEIGHT]
    if not core.size.lava:
        for k in range(count):
            total[k] += sign * core.product[k]
        return
    down, up = op.shift, (op.exponent + FRACTION_BITS) & 15
    for k in range(count):
        term = (core.product[k] >> down) << up
        exact = total[k] + sign * min(max(term, LAVA_LOW), LAVA_HIGH)
        total[k] = min(max(exact, LAVA_LOW), LAVA_HIGH)


@core_kernel
def _load_factor(core: CoreState, job: Job, op: Fields, word: Word) -> None:
    """Fill ``factor`` with that of a lane operation, of each synapse of a word."""
    size, factor = core.size, core.factor[: word.n]
    of_x = size.history > 1 and (op.factor == X1 or (size.more_factors and op.factor == X2))
    if of_x:
        _load_past_of_x(core, job, op, word)
    else:
        _load_variable(core, job, op, word)
    factor += op.constant
    if op.sgn:
        for k in range(word.n):
            factor[k] = (factor[k] > 0) - (factor[k] < 0)
    if size.lava:
        for k in range(word.n):
            factor[k] = _clip(op.factor, factor[k])
    if of_x:
        for k in range(word.n):  # no spike, no moment: nothing is learned from it
            factor[k] *= core.seen[word.target + k]


@core_kernel
def _load_past_of_x(core: CoreState, job: Job, op: Fields, word: Word) -> None:
    """Load a trace of the axon as it was at the last spike of each compartment: 0, unless the rule
    asks for them."""
    if not core.rules[job.rule].recall:
        core.factor[: word.n] = 0
        return
    kind = 1 if op.factor == X2 else 0
    for k in range(word.n):
        moment = _place(core, core.y.time[word.target + k])
        core.factor[k] = core.x.past[moment, job.axon, kind]


@core_kernel
def _load_variable(core: CoreState, job: Job, op: Fields, word: Word) -> None:
    """Load what each compartment or synapse knows itself."""
    size, n = core.size, word.n
    factor = core.factor[:n]
    if op.factor == Y0:
        _copy(factor, core.seen[word.target : word.target + n])
    elif op.factor == Y1 or (size.more_factors and op.factor in (Y2, Y3)):
        kind = 0 if op.factor == Y1 else (1 if op.factor == Y2 else 2)
        traces = core.y.now
        if op.moment == PRE:
            traces = core.y.past[_place(core, core.x.time[job.axon])]
        elif op.moment == POST:
            traces = core.y.then
        for k in range(n):
            factor[k] = traces[word.target + k, kind]
    elif op.factor == W:
        _copy(factor, core.before[WEIGHT])
    elif size.tags and op.factor == T:
        _copy(factor, core.before[TAG])
    elif size.delays and op.factor == D:
        _copy(factor, core.before[DELAY])
    else:
        factor[:] = 1


@core_kernel
def _copy(to: np.ndarray, values: np.ndarray) -> None:
    """Fill ``to``."""
    for k in range(to.size):
        to[k] = values[k]


@core_kernel
def _place(core: CoreState, time: int) -> int:
    """Place in the history of the step ``time`` of an epoch."""
    return (time - 1) & (core.size.history - 1)
