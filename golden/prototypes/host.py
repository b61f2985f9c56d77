"""The host's part in the circuit of prototypes: spikes in, weights and classes out."""

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Record, Stimulus
from backspike.golden.nbp.stimulus import active_inputs, check_classes, sorted_spikes
from backspike.golden.prototypes.circuit import CLEARING, PROTOTYPE_STEPS
from backspike.golden.prototypes.options import TESTS

__all__ = ["prototype_stimulus", "read_winners"]


def prototype_stimulus(program: Program, x: np.ndarray, y: np.ndarray | None = None) -> Stimulus:
    """Spikes of samples, ``PROTOTYPE_STEPS`` apart.

    Parameters
    ----------
    program : Program
        A compiled ``prototype_circuit``.
    x : numpy.ndarray
        Binary inputs, shape (samples, inputs).
    y : numpy.ndarray, optional
        Classes, shape (samples,), to learn them. Without it, all compete.

    Raises
    ------
    ValueError
        If a shape, an input or a class does not fit.
    """
    axon = {name: first for name, (first, _) in program.inputs.items()}
    samples, pixels = active_inputs(x, program.inputs["in_x"][1])
    spikes = [(PROTOTYPE_STEPS * samples, axon["in_x"] + pixels)]
    begin, n_classes = PROTOTYPE_STEPS * np.arange(len(x)), program.inputs["in_t"][1]

    def fire(name: str, step: int, place: int = 0) -> None:
        spikes.append((begin + step, np.full(len(x), axon[name] + place)))

    fire("in_bias", 0)
    fire("in_twice", 0)
    if y is None:
        for place in range(n_classes):
            fire("in_t", 0, place)
    else:
        spikes.append((begin, axon["in_t"] + check_classes(y, len(x), n_classes)))
        fire("in_new", 0)
    fire("in_once", 1)
    for k in range(TESTS):
        fire("in_test", 2 * k + 2, k)
    fire("in_go", PROTOTYPE_STEPS - 2)
    for place in range(CLEARING):
        fire("in_clear", PROTOTYPE_STEPS - 2, place)
    return sorted_spikes(*spikes)


def read_winners(program: Program, record: Record, samples: int) -> np.ndarray:
    """Neurons that won each sample of a run, bool, shape (samples, neurons)."""
    raster = record.raster(PROTOTYPE_STEPS * samples, *program.populations["won"])
    return raster[PROTOTYPE_STEPS - 1 :: PROTOTYPE_STEPS].astype(bool)
