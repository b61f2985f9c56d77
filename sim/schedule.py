"""A run as the packets that a host sends: input spikes, and the steps between them."""

import numpy as np

from backspike.hdl.host_map import Command, header
from backspike.hdl.params import CoreParams
from backspike.sim.engine import Stimulus
from backspike.sim.packets_kernels import schedule_into

__all__ = ["MAX_ADVANCE", "schedule"]

#: Most steps of one ADVANCE. The core answers each, so that it is seen to be alive.
MAX_ADVANCE = 256


def schedule(params: CoreParams, stimulus: Stimulus, n_steps: int) -> np.ndarray:
    """Packets of a run.

    The spikes of each step are sent, one by one or as bitmaps of rows, whichever is shorter,
    before the ADVANCE that runs this step and the silent steps behind it.

    Parameters
    ----------
    stimulus : Stimulus
        Spikes within the ``n_steps`` of the run; an axon that is named twice in a step fires once.

    Raises
    ------
    ValueError
        If steps do not ascend, or a step or an axon is out of range.
    """
    steps = np.ascontiguousarray(stimulus.steps, np.int64)
    axons = np.ascontiguousarray(stimulus.axons, np.int64)
    if n_steps < 0:
        raise ValueError(f"n_steps must be at least 0, not {n_steps}")
    if steps.shape != axons.shape or steps.ndim != 1:
        raise ValueError(
            f"steps and axons must have one equal dimension, not {steps.shape} and {axons.shape}"
        )
    if steps.size:
        if np.any(steps[1:] < steps[:-1]):
            raise ValueError("steps of a stimulus must ascend")
        _check_range("step of an input spike", steps, n_steps)
        _check_range("input axon", axons, params.input_axons)
    spiking = np.count_nonzero(np.diff(steps)) + 1
    advances = n_steps // MAX_ADVANCE + spiking + 1
    out = np.empty(steps.size + spiking + 2 * advances, np.uint32)
    heads = (
        header(Command.SPIKE, 0, 0),
        header(Command.SPIKE_ROWS, 0, 0),
        header(Command.ADVANCE, 0, 1),
    )
    used = schedule_into(out, steps, axons, n_steps, params.lanes, MAX_ADVANCE, heads)
    return out[:used]


def _check_range(what: str, values: np.ndarray, end: int) -> None:
    """Raise unless every value is at least 0 and less than ``end``."""
    low, high = int(values.min()), int(values.max())
    if low < 0 or high >= end:
        raise ValueError(f"{what} must be between 0 and {end - 1}, not {low if low < 0 else high}")
