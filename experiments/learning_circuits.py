"""The circuits that learn on a core, compiled: how each is fed and read."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.inference_circuits import compile_on
from backspike.experiments.population_texts import FOLDED, PAPER, Words
from backspike.golden.compiler.effects import unwritten_rewards
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus, write_register
from backspike.golden.errors import warn_no_effect
from backspike.golden.nbp.arguments import Shapes, Weights, layer_sizes
from backspike.golden.nbp.feedback import feedback_matrices
from backspike.golden.nbp.folded_circuit import FOLDED_RULE, folded_circuit, folded_steps
from backspike.golden.nbp.folded_host import (
    folded_stimulus,
    learn_registers,
    rate_words,
    read_folded,
)
from backspike.golden.nbp.learning import PAPER as PAPER_LEARNING
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.golden.nbp.metaplasticity import Metaplasticity
from backspike.golden.nbp.paper_circuit import PAPER_RULE, PLASTIC, paper_circuit, read_matrices
from backspike.golden.nbp.stimulus import FIRST_STEP, SAMPLE_STEPS, stimulus
from backspike.golden.nbp.variants import VARIANTS
from backspike.golden.network.network import Network
from backspike.hdl.params import CoreParams

__all__ = ["FoldedCircuit", "LearningCircuit", "PaperCircuit"]


class LearningCircuit(ABC):
    """A network that learns, compiled for a core.

    Attributes
    ----------
    program : Program
        The circuit with its first weights.
    layers : tuple of int
        Sizes of the layers, the input first.
    steps : int
        Time steps of a sample.
    lead : int
        Time steps before the first sample after a reset.
    output_step : int
        The step of a sample in which its outputs fire.
    labels : tuple of str
        Description of each step of a sample.
    words : mapping of str to tuple of str
        Roles and descriptions of the populations, for :func:`describe`.
    """

    program: Program
    layers: tuple[int, ...]
    steps: int
    lead: int
    output_step: int
    labels: tuple[str, ...]
    words: Words

    @abstractmethod
    def stimulus(
        self, x: np.ndarray, y: np.ndarray, *, first: bool, rivals: np.ndarray | None = None
    ) -> Stimulus:
        """Spikes of training samples, the first ones after a reset or later ones.

        ``rivals``, bool (n_out,), are the outputs that may be pushed down: all, if left out.
        """

    @abstractmethod
    def read(self, dense: np.ndarray) -> dict[str, np.ndarray]:
        """Every plastic matrix by name, among them ``W1``, ``W2``, ..., int16 (n_pre, n_post).

        ``dense`` is the core's memory of that name as host words.
        """

    @abstractmethod
    def expected(self, state: EquationsState) -> dict[str, np.ndarray]:
        """Result of :meth:`read` if the equations have arrived at ``state``."""

    @abstractmethod
    def begin(self, engine: Engine, phase: TrainingPhase) -> None:
        """Change on an engine what a phase changes of the program."""


class PaperCircuit(LearningCircuit):
    """The authors' circuit (Renner et al. 2024): eight plastic matrices, 12 steps a sample.

    Parameters
    ----------
    weights : sequence of numpy.ndarray
        W1 and W2.
    core : int or CoreParams
        Lanes of the smallest core that holds it, or the core itself.
    rule : str
        Learning rule of all plastic matrices.

    Raises
    ------
    ValueError
        If there is no such circuit for these weights, or it does not fit.
    """

    steps, lead, output_step = SAMPLE_STEPS, FIRST_STEP, 3
    words = PAPER
    labels = (
        "input sent\noutputs closed",
        "input x",
        "hidden\nh = H(W1 x)",
        "output\no = H(W2 h)",
        "error\nd+, d-",
        "learn W2\nup",
        "error back\nH(e1)",
        "learn W1\nup",
        "hidden\nclosed",
        "learn W2\ndown",
        "error back\nH(-e1)",
        "learn W1\ndown",
    )

    def __init__(self, weights: Weights, core: int | CoreParams, rule: str = PAPER_RULE) -> None:
        self.layers = layer_sizes(weights)
        self.program = _compile(paper_circuit(self.layers, weights, rule), core)

    def stimulus(
        self, x: np.ndarray, y: np.ndarray, *, first: bool, rivals: np.ndarray | None = None
    ) -> Stimulus:
        """See :meth:`LearningCircuit.stimulus`; raises ValueError for ``rivals``."""
        if rivals is not None:
            raise ValueError("rivals must be left out: the paper's circuit has none")
        return stimulus(self.program, x, y, first=first)

    def read(self, dense: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`LearningCircuit.read`."""
        return read_matrices(self.program, dense)

    def expected(self, state: EquationsState) -> dict[str, np.ndarray]:
        """See :meth:`LearningCircuit.expected`."""
        w1, w2 = state.weights
        matrices = {
            **dict.fromkeys(("W1", "W1_copy", "W1_copy2"), w1),
            **dict.fromkeys(("W2", "W2_copy", "W2_copy2"), w2),
            "W2T_plus": w2.T,
            "W2T_minus": state.backward[1].T,
        }
        return {name: matrices[name] for name in PLASTIC}

    def begin(self, engine: Engine, phase: TrainingPhase) -> None:
        """See :meth:`LearningCircuit.begin`: no phase changes anything."""


class FoldedCircuit(LearningCircuit):
    """Ours: each weight stored once, ``2 * layers`` steps a sample, any number of layers.

    Parameters
    ----------
    weights : sequence of numpy.ndarray
        W1, W2, ....
    core : int or CoreParams
        Lanes of the smallest core that holds it, or the core itself.
    rule : str
        Learning rule of all weights.
    variant : str
        Of the equations that it follows: ``circuit``, ``random``, ``direct`` or ``delta``.
    learning : LearningOptions
        Options beyond the paper.
    seed : int
        Of random numbers, for a rate.
    rivals : bool
        True if the outputs that may be pushed down come with each sample.
    shapes : sequence of LayerShape, optional
        Of the layers of weights; without them, all are matrices.
    metaplasticity : Metaplasticity, optional
        With it, synapses become firm with use.

    Raises
    ------
    ValueError
        If there is no such circuit for these weights, or it does not fit.
    """

    lead = 0
    words = FOLDED

    def __init__(
        self,
        weights: Weights,
        core: int | CoreParams,
        rule: str = FOLDED_RULE,
        *,
        variant: str = "circuit",
        learning: LearningOptions = PAPER_LEARNING,
        seed: int = 0,
        rivals: bool = False,
        shapes: Shapes | None = None,
        metaplasticity: Metaplasticity | None = None,
    ) -> None:
        self.layers, self.learning = layer_sizes(weights, shapes), learning
        kind = VARIANTS[variant]
        feedback = None
        if kind.fixed_backward:
            feedback = feedback_matrices(self.layers, direct=kind.direct)
        network = folded_circuit(
            weights,
            rule=rule,
            feedback=feedback,
            direct=kind.direct,
            any_sum=variant == "delta",
            learning=learning,
            seed=seed,
            rivals=rivals,
            shapes=shapes,
            metaplasticity=metaplasticity,
        )
        # Where only thresholds are asked for, whole rows at once cost less than voltages.
        whole_rows = {} if network.has_dynamics else {"dendrite_lanes": core, "dynamics": False}
        self.program = _compile(network, core, **whole_rows)
        self.steps = folded_steps(self.layers, direct=kind.direct)
        self.output_step = len(self.layers) - 1
        self.labels = _folded_labels(self.layers, direct=kind.direct)

    def stimulus(
        self, x: np.ndarray, y: np.ndarray, *, first: bool, rivals: np.ndarray | None = None
    ) -> Stimulus:
        """See :meth:`LearningCircuit.stimulus`; no sample needs a ``first`` one before it."""
        return folded_stimulus(self.program, x, y, steps=self.steps, rivals=rivals)

    def read(self, dense: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`LearningCircuit.read`."""
        return {f"W{k}": w for k, w in enumerate(read_folded(self.program, dense), 1)}

    def expected(self, state: EquationsState) -> dict[str, np.ndarray]:
        """See :meth:`LearningCircuit.expected`."""
        return {f"W{k}": w for k, w in enumerate(state.weights, 1)}

    def begin(self, engine: Engine, phase: TrainingPhase) -> None:
        """See :meth:`LearningCircuit.begin`: the rate falls, layers freeze."""
        if self.learning.rate is not None:
            engine.write("microcode", rate_words(self.program, self.learning, phase.epoch))
        for name, value in learn_registers(self.program, phase.frozen).items():
            write_register(engine, name, value)


def _folded_labels(layers: tuple[int, ...], *, direct: bool) -> tuple[str, ...]:
    last = len(layers) - 1
    forward = [f"hidden {k}\nh = H(W{k} .)" for k in range(1, last)]
    back = [f"error back\nlayer {k}" for k in range(last - 1, 0, -1)]
    if direct:
        back[:-1] = []
    back[-1:] = [f"{label}\nlearn" for label in back[-1:]]
    return ("input x\ntarget t", *forward, "output o\nerror d+, d-", *back)


def _compile(network: Network, core: int | CoreParams, **features: Any) -> Program:
    for message in unwritten_rewards(network):
        warn_no_effect(message)
    return compile_on(network, core, **features)
