"""Classes read out of a circuit that infers, on an engine."""

from collections.abc import Callable

import numpy as np

from backspike.experiments.inference_circuits import InferenceCircuit
from backspike.golden.engine import Engine
from backspike.golden.nbp.equations import Accuracy
from backspike.hdl.layouts import state_layout
from backspike.hdl.packing import unpack_array

__all__ = ["chance", "infer"]


def chance(y: np.ndarray) -> float:
    """Accuracy on samples of these classes of always saying the most frequent one."""
    return float(np.bincount(y).max() / len(y))


def infer(
    circuit: InferenceCircuit,
    engine: Engine,
    x: np.ndarray,
    y: np.ndarray,
    progress: Callable[[int], None],
) -> tuple[Accuracy, dict[str, float]]:
    """Accuracy of the circuit on an engine, which is loaded with it, and its counters per sample.

    The spikes of ``o`` give ``exact`` and ``spikes``, the voltages of ``o_v`` give ``membrane``.
    """
    program = circuit.program
    engine.load(program)
    before = engine.counters()
    first, size = program.populations["o"]
    first_v, _ = program.populations["o_v"]
    exact = spikes = membrane = 0
    for n, label in enumerate(y):
        n_steps = circuit.steps + (circuit.lead if n == 0 else 0)
        stimulus = circuit.stimulus(x[n : n + 1], first=n == 0)
        fired = engine.run(n_steps, stimulus).raster(n_steps, first, size).any(axis=0)
        state = unpack_array(state_layout(program.params), engine.read("state"))
        exact += np.array_equal(fired, np.arange(size) == label)
        spikes += bool(fired.any() and np.argmax(fired) == label)
        membrane += np.argmax(state["v"][first_v : first_v + size]) == label
        progress(1)
    after = engine.counters()
    accuracy = Accuracy(exact / len(y), spikes / len(y), int(membrane) / len(y))
    return accuracy, {name: (after[name] - before[name]) / len(y) for name in after}
