"""Registers of a network: what is in use, what learns, and the constants of traces."""

import math

import numpy as np

from backspike.golden.compiler.placement import Layout
from backspike.golden.network.network import Network
from backspike.golden.network.trace_constants import TRACE_NAMES
from backspike.golden.rules.microcode import CompiledRule
from backspike.hdl.host_map import REWARDS
from backspike.hdl.layouts import IMPULSE_FRACTION, TRACE_BITS, Visit

__all__ = ["network_registers"]

#: Fraction bits of a decay.
_DECAY_FRACTION = 16


def network_registers(
    network: Network,
    layout: Layout,
    rules: list[CompiledRule],
    compartments: int,
    lists_of: np.ndarray,
) -> dict[str, int]:
    """Registers of a network on a core with ``compartments``, by name in ``host_map.REGISTERS``.

    Those of traces cover the rows that rules look at. ``lists_of`` has the number of lists by axon.
    """
    traces = network.trace_constants
    rows = len(layout.row_profiles)
    heard = np.flatnonzero(lists_of[: rows * layout.lanes])
    return {
        "rows": rows,
        "mute_rows": rows - (int(heard.max()) // layout.lanes + 1 if heard.size else 0),
        "input_rows": -(-layout.input_axons // layout.lanes),
        "learn": int(bool(rules)),
        "epoch": network.epoch,
        **{
            f"{name}_decay": _decay(traces.reward_taus(trace)[channel])
            for name, (channel, trace) in REWARDS.items()
        },
        "visit": max((rule.pre.value for rule in rules), default=Visit.SPIKED.value),
        **_learning_rows(network, layout, compartments),
        **{
            f"{name}_impulse": _impulse(getattr(traces, name)[0], network.lava)
            for name in TRACE_NAMES
        },
        **{f"{name}_decay": _decay(getattr(traces, name)[1]) for name in TRACE_NAMES},
    }


def _learning_rows(network: Network, layout: Layout, compartments: int) -> dict[str, int]:
    """Ranges of rows whose lists are learned, whose spikes learning waits for, and whose traces
    rules look at.

    Learning waits only if no rule can change anything without a spike of a target or teacher, and
    all that it visits are dense lists: words of others draw random numbers in any case.
    """
    plastic: set[int] = set()
    post_rows: set[int] = set()
    waits = True
    x_rows: set[int] = set()
    y_rows: set[int] = set()
    for lesson in network.lessons():
        uses = lesson.rule.rule.uses
        sources = layout.rows(lesson.connection.source, compartments)
        plastic.update(sources)
        post_rows.update(layout.rows(lesson.by, compartments))
        is_dense = lesson.connection.name in layout.dense | layout.shared
        waits &= is_dense and lesson.rule.post is Visit.SPIKED
        # With a history, the times of spikes are noted beside traces: both sides need them.
        timed = lesson.rule.timed
        if timed or any(map(uses, ("x1", "x2"))):
            x_rows.update(sources)
        if timed or any(map(uses, ("y1", "y2", "y3"))):
            y_rows.update(layout.rows(lesson.by, compartments))
    return {
        **_span("learn", plastic),
        **_span("post", post_rows if waits else set()),
        **_span("x", x_rows),
        **_span("y", y_rows),
    }


def _span(name: str, rows: set[int]) -> dict[str, int]:
    """Registers of a range that covers ``rows``."""
    first = min(rows, default=0)
    return {f"{name}_first": first, f"{name}_rows": max(rows, default=-1) + 1 - first}


def _impulse(impulse: float, lava: bool) -> int:
    """An impulse in 1/128. Lava's fraction of 8 bits meets 7 random ones, and counts double."""
    one = 1 << IMPULSE_FRACTION
    whole, fraction = divmod(impulse, 1)
    return int(whole) * one + min(int(fraction * (2 * one if lava else one)), one - 1)


def _decay(tau: float) -> int:
    """Share of a trace with time constant ``tau`` steps that a step keeps, in 1/65536.

    The closest number with which every trace, rounded up or down, is what the exact factor gives.
    """
    if not tau:
        return 0
    factor = math.exp(-1 / tau)
    exact = factor * (1 << _DECAY_FRACTION)
    closest = round(exact)
    for decay in sorted(range(closest - 2, closest + 3), key=lambda n: abs(n - exact)):
        if all(
            trace * decay >> _DECAY_FRACTION == math.floor(factor * trace)
            and -(-trace * decay >> _DECAY_FRACTION) == math.ceil(factor * trace)
            for trace in range(1 << TRACE_BITS)
        ):
            return decay
    return closest
