"""Learning of the golden core: which synapses learn, and what is kept of it. numba kernels.

The order of everything is that of the RTL, so that random numbers agree: axons ascending, their
lists in order, the words of a list in order.
"""

import numpy as np

from backspike.golden.core.arith import saturate
from backspike.golden.core.delivery_kernels import heard_rows
from backspike.golden.core.random_bank import draw, random_fraction
from backspike.golden.core.rule_kernels import Job, Word, apply_rule, set_up
from backspike.golden.core.state import CoreState
from backspike.golden.kernel_cache import core_kernel, phase_kernel
from backspike.hdl.layouts import (
    FRACTION_BITS,
    TAG_BITS,
    WEIGHT_MAX,
    WEIGHT_MIN,
    ListKind,
    SignMode,
    Target,
    Visit,
)

__all__ = ["learn", "learn_word"]

DENSE, SPARSE = ListKind.DENSE.value, ListKind.SPARSE.value
EXCITATORY, INHIBITORY = SignMode.EXCITATORY.value, SignMode.INHIBITORY.value
SPIKED, TRACED, ALWAYS = Visit.SPIKED.value, Visit.TRACED.value, Visit.ALWAYS.value
WEIGHT, TAG, DELAY = Target.WEIGHT.value, Target.TAG.value, Target.DELAY.value


@phase_kernel
def learn(core: CoreState) -> None:
    """Visit the plastic lists of every axon that the ``visit`` register admits."""
    registers, lanes = core.registers, core.size.lanes
    if registers.post_rows and not _is_taught(core):
        return
    first = registers.learn_first * lanes
    mute = range(heard_rows(core) * lanes, registers.rows * lanes)
    for axon in range(first, min(first + registers.learn_rows * lanes, core.axons.size)):
        if registers.visit == SPIKED and axon in mute:
            continue
        if not _admits(core, registers.visit, axon):
            continue
        source = core.axons[axon]
        for number in range(source.list, source.list + source.plastic):
            core.counters.lists_learned += 1
            rule = core.lists[number].rule
            if _admits(core, core.rules[rule].pre, axon):
                _learn_list(core, Job(number, rule, axon, int(core.seen[axon])))


@core_kernel
def _is_taught(core: CoreState) -> bool:
    """Tell if a compartment that learning waits for spiked in this epoch."""
    registers, lanes = core.registers, core.size.lanes
    first = registers.post_first
    behind = min(first + registers.post_rows, registers.rows)
    return bool(core.seen[first * lanes : behind * lanes].any())


@core_kernel
def _admits(core: CoreState, visit: int, axon: int) -> bool:
    """Tell if an axon is among those to visit: by its spikes, or by its traces in this epoch."""
    if core.seen[axon] or visit == ALWAYS:
        return True
    if visit != TRACED:
        return False
    now, then = core.x.now[axon], core.x.then[axon]
    return (now[0] | now[1] | then[0] | then[1]) != 0


@core_kernel
def _learn_list(core: CoreState, job: Job) -> None:
    """Evaluate a rule on a list: all of a sparse one, of a dense one what the rule can change."""
    lane_ops = core.lane_ops[: set_up(core, job)]
    entry, size = core.lists[job.list], core.size
    if entry.kind == SPARSE:
        for address in range(entry.address, entry.address + entry.count):
            _learn_sparse(core, job, lane_ops, address)
    elif entry.kind == DENSE:
        post = entry.post if size.columns else entry.row
        every = core.rules[job.rule].post == ALWAYS
        for k in range(-(-entry.count // size.lanes)):
            first = (post + k) * size.lanes
            if every or core.seen[first : first + size.lanes].any():
                count = min(size.lanes, entry.count - k * size.lanes)
                word = Word(first, 0, count, -(1 << size.weight_low))
                _learn_dense(core, job, lane_ops, word, entry.address + k)


@core_kernel
def _learn_sparse(core: CoreState, job: Job, lane_ops: np.ndarray, address: int) -> None:
    """Learn one sparse synapse."""
    synapse = core.sparse[address]
    core.before[WEIGHT, 0] = synapse.weight
    core.before[TAG, 0] = synapse.tag
    core.before[DELAY, 0] = synapse.delay
    word = Word(synapse.target, synapse.target % core.size.lanes, 1, -1)
    learn_word(core, job, lane_ops, word)
    synapse.weight = core.after[WEIGHT, 0]
    if core.size.tags:
        synapse.tag = core.after[TAG, 0]
    if core.size.delays:
        synapse.delay = core.after[DELAY, 0]


@core_kernel
def _learn_dense(core: CoreState, job: Job, lane_ops: np.ndarray, word: Word, address: int) -> None:
    """Learn a word of dense synapses; lane n is in bank n + rotate."""
    size, rotate = core.size, core.lists[job.list].rotate
    for k in range(word.n):
        bank = (k + rotate) & (size.lanes - 1)
        core.before[WEIGHT, k] = core.dense[address, bank]
        if size.tags:
            core.before[TAG, k] = core.tags[address, bank]
        if size.delays:
            core.before[DELAY, k] = core.delays[address, bank]
    learn_word(core, job, lane_ops, word)
    for k in range(word.n):
        bank = (k + rotate) & (size.lanes - 1)
        core.dense[address, bank] = core.after[WEIGHT, k]
        if size.tags:
            core.tags[address, bank] = core.after[TAG, k]
        if size.delays:
            core.delays[address, bank] = core.after[DELAY, k]


@core_kernel
def learn_word(core: CoreState, job: Job, lane_ops: np.ndarray, word: Word) -> None:
    """Learn the synapses of a word, from ``before`` to ``after``."""
    stochastic = core.rules[job.rule].stochastic and core.size.random
    if stochastic:
        draw(core.random)
    apply_rule(core, job, lane_ops, word)
    before, after = core.before, core.after
    entry = core.lists[job.list]
    changed = 0
    for k in range(word.n):
        fraction = random_fraction(core, word.lane + k, 16) if stochastic else 0
        after[WEIGHT, k] = _rounded(after[WEIGHT, k], fraction, entry.sign, entry.lsb) & word.keep
        changed += after[WEIGHT, k] != before[WEIGHT, k]
        fraction &= (1 << FRACTION_BITS) - 1
        if core.size.tags:
            after[TAG, k] = saturate((after[TAG, k] + fraction) >> FRACTION_BITS, TAG_BITS)
        if core.size.delays:
            delay = (after[DELAY, k] + fraction) >> FRACTION_BITS
            after[DELAY, k] = min(max(delay, 0), core.size.max_delay)
    core.counters.words_learned += 1
    core.counters.synapses_visited += word.n
    core.counters.synapses_changed += changed


@core_kernel
def _rounded(exact: int, fraction: int, sign: int, lsb: int) -> int:
    """A weight with 7 more bits, rounded by a fraction to ``2**lsb`` and clipped to its rails."""
    unit = 1 << lsb
    low, high = WEIGHT_MIN, WEIGHT_MAX + 1 - unit
    if sign == EXCITATORY:
        low = 0
    elif sign == INHIBITORY:
        low, high = -high, 0
    exact += fraction & ((unit << FRACTION_BITS) - 1)
    return min(max((exact >> FRACTION_BITS) & -unit, low), high)
