"""Spikes that feed the circuits of nBP, and when."""

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus
from backspike.golden.errors import check_int

__all__ = [
    "FIRST_STEP",
    "INFERENCE_FIRST_STEP",
    "INFERENCE_STEPS",
    "SAMPLE_STEPS",
    "active_inputs",
    "check_classes",
    "inference_stimulus",
    "sorted_spikes",
    "stimulus",
]

SAMPLE_STEPS = 12
"""Time steps of a sample: in step s of it, counted from 0, the populations of step s fire."""

FIRST_STEP = 13
"""Time step of a fresh circuit in which the first sample begins."""

INFERENCE_STEPS = 4
"""As :data:`SAMPLE_STEPS`, of the circuit that only infers."""

INFERENCE_FIRST_STEP = 2
"""As :data:`FIRST_STEP`, of the circuit that only infers."""


def stimulus(program: Program, x: np.ndarray, y: np.ndarray, *, first: bool = True) -> Stimulus:
    """Input and target spikes of samples for the paper's circuit.

    Parameters
    ----------
    program : Program
        The compiled circuit.
    x : numpy.ndarray
        Binary inputs, shape (samples, inputs).
    y : numpy.ndarray
        Classes, shape (samples,).
    first : bool
        Whether the circuit is fresh: then the chain is started, and a run takes
        ``FIRST_STEP + samples * SAMPLE_STEPS`` steps. A later run takes ``FIRST_STEP`` fewer.

    Raises
    ------
    ValueError
        If a shape, an input or a class does not fit.
    """
    axon_x, n_in = program.inputs["in_x"]
    axon_t, n_out = program.inputs["in_t"]
    samples, pixels = active_inputs(x, n_in)
    classes = check_classes(y, len(x), n_out)
    begin = FIRST_STEP if first else 0
    start = program.inputs["in_start"][0]
    return sorted_spikes(
        (begin + SAMPLE_STEPS * samples, axon_x + pixels),
        (begin + SAMPLE_STEPS * np.arange(len(x)) + 2, axon_t + classes),
        (np.full(int(first), FIRST_STEP - 2), np.full(int(first), start)),
    )


def inference_stimulus(program: Program, x: np.ndarray, *, first: bool = True) -> Stimulus:
    """Input spikes for the circuit that only infers; see :func:`stimulus`.

    A run takes ``INFERENCE_STEPS`` steps a sample, the first one ``INFERENCE_FIRST_STEP`` more.
    """
    axon_x, n_in = program.inputs["in_x"]
    samples, pixels = active_inputs(x, n_in)
    begin = INFERENCE_FIRST_STEP if first else 0
    start = program.inputs["in_start"][0]
    return sorted_spikes(
        (begin + INFERENCE_STEPS * samples, axon_x + pixels),
        (np.full(int(first), INFERENCE_FIRST_STEP - 2), np.full(int(first), start)),
    )


def active_inputs(x: np.ndarray, n_in: int) -> tuple[np.ndarray, np.ndarray]:
    """Sample and input of each 1 in ``x``."""
    bits = np.asarray(x)
    if bits.ndim != 2 or bits.shape[1] != n_in:
        raise ValueError(f"x must have shape (samples, {n_in}), not {bits.shape}")
    if not np.isin(bits, (0, 1)).all():
        raise ValueError("x must be binary")
    samples, pixels = np.nonzero(bits)
    return samples, pixels


def check_classes(y: np.ndarray, samples: int, n_out: int) -> np.ndarray:
    """``y`` as int64, after a check that it holds one of ``n_out`` classes per sample."""
    classes = np.asarray(y)
    if classes.shape != (samples,):
        raise ValueError(f"y must have shape ({samples},), not {classes.shape}")
    if classes.size:
        for value in (classes.min(), classes.max()):
            check_int("class in y", value, 0, n_out - 1)
    return classes.astype(np.int64)


def sorted_spikes(*spikes: tuple[np.ndarray, np.ndarray]) -> Stimulus:
    """Steps and axons, in time order and, within a step, by axon."""
    steps = np.concatenate([step for step, _ in spikes]).astype(np.int64)
    axons = np.concatenate([axon for _, axon in spikes]).astype(np.int64)
    order = np.lexsort((axons, steps))
    return Stimulus(steps[order], axons[order])
