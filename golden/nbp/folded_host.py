"""The host's part in the folded circuit: spikes, registers and microcode in, weights out."""

import numpy as np

from backspike.golden.compiler.program import Program
from backspike.golden.compiler.synapse_places import SinglePlacement
from backspike.golden.engine import Stimulus
from backspike.golden.nbp.folded_circuit import RATE_RULE
from backspike.golden.nbp.learning import LearningOptions
from backspike.golden.nbp.stimulus import active_inputs, check_classes, sorted_spikes
from backspike.golden.rules.microcode import compile_rule, rule_memories

__all__ = ["folded_stimulus", "learn_registers", "rate_words", "read_folded"]


def folded_stimulus(
    program: Program,
    x: np.ndarray,
    y: np.ndarray | None = None,
    *,
    steps: int,
    rivals: np.ndarray | None = None,
) -> Stimulus:
    """Input and target spikes of samples, ``steps`` apart; a sample begins with its input.

    Parameters
    ----------
    program : Program
        A compiled ``folded_circuit`` or, without ``y``, ``folded_inference``.
    x : numpy.ndarray
        Binary inputs, shape (samples, inputs).
    y : numpy.ndarray, optional
        Classes, shape (samples,).
    steps : int
        ``folded_steps``, or the number of layers to infer.
    rivals : numpy.ndarray, optional
        For a circuit with rivals: which outputs are, bool, shape (outputs,); else all.

    Raises
    ------
    ValueError
        If a shape, an input or a class does not fit.
    """
    axon_x, n_in = program.inputs["in_x"]
    samples, pixels = active_inputs(x, n_in)
    spikes = [(steps * samples, axon_x + pixels)]
    if y is not None:
        axon_t, n_out = program.inputs["in_t"]
        classes = check_classes(y, len(x), n_out)
        at = steps * np.arange(len(x)) + _layers(program) - 1
        spikes.append((at, axon_t + classes))
        if "in_r" in program.inputs:
            named = np.arange(n_out) if rivals is None else np.flatnonzero(rivals)
            samples, rival = np.nonzero(named != classes[:, None])
            spikes.append((at[samples], program.inputs["in_r"][0] + named[rival]))
    return sorted_spikes(*spikes)


def learn_registers(program: Program, frozen: int) -> dict[str, int]:
    """Registers with which so many layers of weights, from the first on, do not learn.

    They say where the axons are whose lists are learned: those of the inputs follow those of
    all compartments.
    """
    lanes = program.params.lanes
    rows: set[int] = set()
    for k in range(frozen, _layers(program)):
        if k:
            first, size = program.populations[f"h{k}"]
        else:
            first, size = program.inputs["in_x"]
            first += program.params.compartments
        rows |= set(range(first // lanes, (first + size - 1) // lanes + 1))
    return {"learn_first": min(rows), "learn_rows": max(rows) + 1 - min(rows)}


def rate_words(program: Program, learning: LearningOptions, epoch: int) -> np.ndarray:
    """Microcode of the rules in a later epoch, as host words: falling rates change them.

    ``program`` is a ``folded_circuit`` that learns with a rate.
    """
    layers = range(_layers(program))
    # Rules are in the order in which the compiler meets them: those of convolutions come last.
    met = sorted(layers, key=lambda k: isinstance(program.placements[f"W{k + 1}"], SinglePlacement))
    rates = {learning.rate_in(0, layer): learning.rate_in(epoch, layer) for layer in met}
    rules = [compile_rule(RATE_RULE.format(rate), rounding="stochastic") for rate in rates.values()]
    return rule_memories(program.params, rules)["microcode"]


def read_folded(program: Program, dense: np.ndarray) -> list[np.ndarray]:
    """W1, W2, ..., int16, shape (sources, targets) or, of a convolution, (places, filters).

    ``dense`` is the core's memory of that name as host words, as ``Engine.read`` gives it.
    """
    names = [f"W{k}" for k in range(1, _layers(program) + 1)]
    return [w.reshape(-1, w.shape[-1]) for w in program.matrices(dense, names).values()]


def _layers(program: Program) -> int:
    """Layers of weights."""
    return sum(name.startswith("W") for name in program.placements)
