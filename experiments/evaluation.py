"""Reads classes out of a circuit that infers, on an engine."""

from collections.abc import Callable

import numpy as np

from backspike.experiments.circuits import Circuit
from backspike.experiments.learners import make_engine
from backspike.golden.nbp.equations import Accuracy
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array

__all__ = ["infer"]


def infer(
    circuit: Circuit,
    weights: list[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    engine: str,
    lanes: int,
    progress: Callable[[int], None],
) -> tuple[Accuracy, dict[str, float]]:
    """Accuracy of the circuit on an engine, and its counters per sample.

    The spikes of ``o`` give ``exact`` and ``spikes``, the voltages of ``o_v`` give ``membrane``.

    Raises
    ------
    ValueError
        If there is no such circuit for these weights, or no core is large enough.
    """
    layers = (weights[0].shape[0], *(w.shape[1] for w in weights))
    program = circuit.inference(layers, weights, lanes)
    core = make_engine(engine, program)
    core.load(program)
    before = core.counters()
    first, size = program.populations["o"]
    first_v, _ = program.populations["o_v"]
    exact = spikes = membrane = 0
    for n, label in enumerate(y):
        n_steps = circuit.infer_steps(layers) + (circuit.lead_infer if n == 0 else 0)
        stimulus = circuit.infer_stimulus(program, x[n : n + 1], layers, first=n == 0)
        fired = core.run(n_steps, stimulus).raster(n_steps, first, size).any(axis=0)
        state = unpack_array(state_layout(program.params), core.read("state"))
        exact += np.array_equal(fired, np.arange(size) == label)
        spikes += bool(fired.any() and np.argmax(fired) == label)
        membrane += np.argmax(state["v"][first_v : first_v + size]) == label
        progress(1)
    after = core.counters()
    core.close()
    accuracy = Accuracy(exact / len(y), spikes / len(y), int(membrane) / len(y))
    return accuracy, {name: (after[name] - before[name]) / len(y) for name in after}
