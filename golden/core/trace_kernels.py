"""Traces of the golden core. numba kernels.

The order of everything is that of the RTL, so that random numbers agree: rows of x ascending, then
those of y, and one draw of all lanes for each row and step.
"""

from typing import NamedTuple

import numpy as np

from backspike.golden.core.random_bank import draw, random_fraction
from backspike.golden.core.state import CoreState, Traces
from backspike.golden.kernel_cache import core_kernel, phase_kernel
from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_MAX

__all__ = ["update_traces"]


class SideTraces(NamedTuple):
    """Traces of one side of the synapses, and how they move."""

    traces: Traces
    first: int
    """First row with traces."""
    rows: int
    kinds: int
    """So many kinds of traces move."""
    decays: tuple[int, int, int]
    """Share of itself that each kind keeps in a step, in 1/65536."""
    impulses: tuple[int, int, int]
    """Amount that a spike adds to each kind, in 1/128."""
    rounds_up: bool
    """Round impulses up, rather than at random, where a spike is noted before the last one."""


@phase_kernel
def update_traces(core: CoreState, epoch_ends: bool) -> None:
    """Bring the traces of x and y up to date: in every step or, with a history, in every epoch."""
    r, more = core.registers, core.size.more_factors
    # There is no third kind of x: its last places are never read.
    _update_side(core, epoch_ends, SideTraces(
        core.x, r.x_first, r.x_rows, 2 if more else 1, (r.x1_decay, r.x2_decay, r.x2_decay),
        (r.x1_impulse, r.x2_impulse, r.x2_impulse), core.size.lava,
    ))  # fmt: skip
    _update_side(core, epoch_ends, SideTraces(
        core.y, r.y_first, r.y_rows, 3 if more else 1, (r.y1_decay, r.y2_decay, r.y3_decay),
        (r.y1_impulse, r.y2_impulse, r.y3_impulse), False,
    ))  # fmt: skip


@core_kernel
def _update_side(core: CoreState, epoch_ends: bool, side: SideTraces) -> None:
    """Bring the rows of one side up to date."""
    lanes, hits = core.size.lanes, core.hits
    for row in range(side.first, min(side.first + side.rows, side.traces.time.size // lanes)):
        first = row * lanes
        if core.size.history == 1:
            _move(core, side, first, core.spikes[first : first + lanes])
            continue
        _note(core, side, first)
        if epoch_ends:
            for step in range(1, core.registers.epoch_step + 2):
                for lane in range(lanes):
                    hits[lane] = side.traces.time[first + lane] == step
                _move(core, side, first, hits)
                _keep(core, side, first, step)


@core_kernel
def _move(core: CoreState, side: SideTraces, first: int, spikes: np.ndarray) -> None:
    """Decay the traces of a row, rounding at random, and add the impulses of ``spikes``."""
    if core.size.random:
        draw(core.random)
    now = side.traces.now
    for lane in range(core.size.lanes):
        fraction = random_fraction(core, lane, 16)
        for kind in range(side.kinds):
            kept = (now[first + lane, kind] * side.decays[kind] + fraction) >> 16
            kept += _impulse(core, side, kind, fraction) if spikes[lane] else 0
            now[first + lane, kind] = min(kept, TRACE_MAX)


@core_kernel
def _impulse(core: CoreState, side: SideTraces, kind: int, fraction: int) -> int:
    """An impulse, its fraction rounded at random in a core with ``more_factors``."""
    rounding = fraction & ((1 << IMPULSE_FRACTION) - 1) if core.size.more_factors else 0
    return (side.impulses[kind] + rounding) >> IMPULSE_FRACTION


@core_kernel
def _note(core: CoreState, side: SideTraces, first: int) -> None:
    """Note when a row spikes; a spike before the last one of an epoch counts from its begin."""
    step, traces = core.registers.epoch_step, side.traces
    if core.size.random:
        draw(core.random)
    for lane in range(core.size.lanes):
        n = first + lane
        if step == 0:
            traces.time[n] = 0
        if core.spikes[n]:
            if traces.time[n]:
                fraction = 0xFFFF if side.rounds_up else random_fraction(core, lane, 16)
                for kind in range(side.kinds):
                    total = traces.now[n, kind] + _impulse(core, side, kind, fraction)
                    traces.now[n, kind] = min(total, TRACE_MAX)
            traces.time[n] = step + 1


@core_kernel
def _keep(core: CoreState, side: SideTraces, first: int, step: int) -> None:
    """Keep what the traces of a row were after a step of the epoch, and at their last spike."""
    traces = side.traces
    for n in range(first, first + core.size.lanes):
        for kind in range(side.kinds):
            traces.past[(step - 1) & (core.size.history - 1), n, kind] = traces.now[n, kind]
            if traces.time[n] == step or step == 1:
                traces.then[n, kind] = traces.now[n, kind]
