"""A run as the packets that a host sends: input spikes, and the steps between them."""

import numpy as np

from backspike.golden.engine import Stimulus
from backspike.hdl.host_map import Command, header
from backspike.hdl.params import CoreParams
from backspike.sim.engines.packets_kernels import schedule_into

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
    steps, axons = stimulus.checked(n_steps, params.input_axons)
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
