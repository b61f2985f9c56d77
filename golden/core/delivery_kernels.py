"""Delivery of the golden core: spikes walk the lists of their axons. numba kernels.

The order of everything is that of the RTL, so that saturating sums agree: the lists of an axon in
order, the words of a list in order.
"""

import numpy as np

from backspike.golden.core.arith import saturate, wrap
from backspike.golden.core.state import CoreState, Fields, Size
from backspike.golden.kernel_cache import core_kernel
from backspike.hdl.layouts import REWARD_BITS, ListKind

__all__ = ["accumulate", "deliver", "heard_rows"]

DENSE, SPARSE = ListKind.DENSE.value, ListKind.SPARSE.value
REWARD, COLUMN = ListKind.REWARD.value, ListKind.COLUMN.value


@core_kernel
def heard_rows(core: CoreState) -> int:
    """Rows of compartments whose spikes are served."""
    return max(core.registers.rows - core.registers.mute_rows, 0)


@core_kernel
def deliver(core: CoreState, axon: int) -> None:
    """Walk the lists of an axon that spiked."""
    size, source = core.size, core.axons[axon]
    first = source.list + source.silent
    for number in range(first, first + source.lists):
        core.counters.lists += 1
        entry = core.lists[number]
        if entry.kind == REWARD:
            _reward(core, entry)
        elif entry.kind == SPARSE:
            _deliver_sparse(core, entry)
        elif entry.kind == DENSE and size.delays:
            _deliver_delayed(core, entry)
        elif entry.kind == DENSE or size.columns:
            _deliver_words(core, entry)


@core_kernel
def _reward(core: CoreState, entry: Fields) -> None:
    """Add an impulse to a reward of the next step."""
    reward = core.rewards[entry.channel & (core.rewards.size - 1)]
    impulse = wrap(entry.impulse, REWARD_BITS)
    if core.size.more_factors and entry.trace & 1:
        reward.r0_next = saturate(reward.r0_next + impulse, REWARD_BITS)
    else:
        reward.r1_next = saturate(reward.r1_next + impulse, REWARD_BITS)


@core_kernel
def _deliver_sparse(core: CoreState, entry: Fields) -> None:
    """Deliver synapses that each have their own target, exponent and delay."""
    sign = -1 if entry.negate else 1
    outside = 0
    for k in range(entry.address, entry.address + entry.count):
        synapse = core.sparse[k]
        sums = core.accumulators[_slot(core, synapse.delay)]
        outside += _add(core.size, sums, synapse.target, sign * synapse.weight, synapse.exponent)
    _count(core, entry.count, entry.count, outside)


@core_kernel
def _deliver_delayed(core: CoreState, entry: Fields) -> None:
    """Deliver a dense list whose synapses each have their own delay."""
    lanes = core.size.lanes
    sign = -1 if entry.negate else 1
    outside = 0
    for k in range(entry.count):
        word, bank = entry.address + k // lanes, (k + entry.rotate) & (lanes - 1)
        sums = core.accumulators[_slot(core, int(core.delays[word, bank]))]
        weight = sign * np.int64(core.dense[word, bank])
        outside += _add(core.size, sums, entry.row * lanes + k, weight, entry.exponent)
    _count(core, entry.count, -(-entry.count // lanes), outside)


@core_kernel
def _deliver_words(core: CoreState, entry: Fields) -> None:
    """Deliver a dense list with one delay, or a column of dense lists."""
    size, first = core.size, entry.row * core.size.lanes
    sums = core.accumulators[_slot(core, entry.delay), first : first + entry.count]
    if entry.kind == DENSE and not entry.rotate and not entry.negate:
        begin = entry.address * size.lanes
        weights = core.dense.reshape(-1)[begin : begin + entry.count]
        outside = accumulate(size, sums, weights, entry.exponent)
    else:
        outside = 0
        for k in range(entry.count):
            outside += _add(size, sums, k, _weight(core, entry, k), entry.exponent)
    _count(core, entry.count, -(-entry.count // size.lanes), outside)


@core_kernel
def _slot(core: CoreState, delay: int) -> int:
    """Slot of the accumulators that a synapse with ``delay`` adds to."""
    return (core.registers.step + 1 + delay) & (core.size.delay_slots - 1)


@core_kernel
def _count(core: CoreState, synapses: int, words: int, outside: int) -> None:
    """Count what a list has delivered."""
    core.counters.synaptic_ops += synapses
    core.counters.synaptic_words += words
    core.counters.saturations += outside


@core_kernel
def _weight(core: CoreState, entry: Fields, k: int) -> int:
    """Weight that a DENSE or COLUMN list adds to its target ``k``, before its exponent."""
    lanes = core.size.lanes
    if entry.kind == COLUMN:
        stride = entry.stride if entry.stride else core.size.widest_stride
        word, lane = entry.address + k * stride, entry.lane
    else:
        word, lane = entry.address + k // lanes, entry.rotate
    weight = int(core.dense[word, (k + lane) & (lanes - 1)])
    return -weight if entry.negate else weight


@core_kernel
def accumulate(size: Size, sums: np.ndarray, weights: np.ndarray, exponent: int) -> int:
    """Add ``weights * 2**exponent``, rounded down; returns how many sums left their range."""
    outside = 0
    for k in range(weights.size):
        outside += _add(size, sums, k, np.int64(weights[k]), exponent)
    return outside


@core_kernel
def _add(size: Size, sums: np.ndarray, place: int, weight: int | np.integer, exponent: int) -> bool:
    """Add ``weight * 2**exponent``, rounded down, to one sum; tells if it left its range."""
    exact = sums[place] + ((weight << (exponent + 8)) >> 8)
    kept = wrap(exact, size.acc_width) if size.wraps else saturate(exact, size.acc_width)
    sums[place] = kept
    return kept != exact
