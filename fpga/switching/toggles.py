"""Transitions of a netlist's nets by phase, counted in a waveform."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

__all__ = ["PHASES", "Activity", "count_activity"]

#: Phases of a time step; ``learning`` has the traces, too.
PHASES = ("host", "dendrite", "delivery", "learning")


@dataclass(frozen=True)
class Activity:
    """Transitions, and cycles, of some time.

    Attributes
    ----------
    cycles : numpy.ndarray
        By phase, of :data:`PHASES`.
    toggles : numpy.ndarray
        Transitions, by phase and net.
    high : numpy.ndarray
        Cycles at whose end a net is 1, by phase and net; of the watched nets only.
    """

    cycles: np.ndarray
    toggles: np.ndarray
    high: np.ndarray


def count_activity(
    lines: Iterable[str], nets: int, clock: int, wake: Sequence[int], watched: Sequence[int]
) -> Activity:
    """Count in a waveform, as VCD, whose nets are called ``n<number>``.

    A transition counts for the phase that the core is in after it. What all nets are at first are
    no transitions.

    Parameters
    ----------
    lines : iterable of str
        As :meth:`backspike.sim.engines.verilator.Library.trace` writes them.
    nets : int
        A number above that of every net.
    clock : int
        Net of the clock.
    wake : sequence of int
        Nets of ``wake``, which tells the phase: :func:`backspike.hdl.sequencer.wake_layout`.
    watched : sequence of int
        Nets whose cycles at 1 are of interest.
    """
    lines = iter(lines)
    codes = _codes(lines)
    dendrite, accumulate, _, _, command = wake
    value = [0] * nets
    cycles = [0] * len(PHASES)
    toggles = [[0] * nets for _ in range(len(PHASES) + 1)]  # and those of before it began
    high = [[0] * nets for _ in PHASES]
    changed: list[int] = []
    phase, resting, enabled = len(PHASES), 0, list[int]()
    for line in chain(lines, "#"):
        if line[0] in "01":
            net = codes.get(line[1:].rstrip())
            if net is not None:
                value[net] = int(line[0])
                changed.append(net)
        elif line[0] == "#" and changed:  # a time has passed
            begins = phase == len(PHASES)
            if value[dendrite]:
                phase = 0 if value[command] else 1
            else:
                phase = 2 if value[accumulate] else 3
            counts = toggles[-1 if begins else phase]
            for net in changed:
                counts[net] += 1
            changed.clear()
            if not value[clock]:
                resting, enabled = phase, [net for net in watched if value[net]]
            elif not begins:  # an edge, which sees what was at rest before it
                cycles[resting] += 1
                for net in enabled:
                    high[resting][net] += 1
    return Activity(np.array(cycles), np.array(toggles[:-1]), np.array(high))


def _codes(lines: Iterable[str]) -> dict[str, int]:
    """Nets by the code that the waveform has for them; reads its header."""
    codes = {}
    for line in lines:
        words = line.split()
        if words[:1] == ["$var"] and words[4][0] == "n" and words[4][1:].isdigit():
            codes[words[3]] = int(words[4][1:])
        if words[:1] == ["$enddefinitions"]:
            break
    return codes
