"""The circuits that learn on a core: how each is built, fed, read, and what it must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np

from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus, write_register
from backspike.golden.nbp.arguments import layer_sizes
from backspike.golden.nbp.equations import VARIANTS, feedback_matrices, train
from backspike.golden.nbp.folded_circuit import (
    FOLDED_RULE,
    folded_circuit,
    folded_inference,
    folded_steps,
)
from backspike.golden.nbp.folded_host import (
    folded_stimulus,
    learn_registers,
    rate_words,
    read_folded,
)
from backspike.golden.nbp.learning import PAPER, Learning, Phase
from backspike.golden.nbp.paper_circuit import (
    PLASTIC,
    RULE,
    inference_circuit,
    paper_circuit,
    read_matrices,
)
from backspike.golden.nbp.stimulus import (
    FIRST_STEP,
    INFERENCE_FIRST_STEP,
    INFERENCE_STEPS,
    SAMPLE_STEPS,
    inference_stimulus,
    stimulus,
)
from backspike.golden.network.network import Network
from backspike.hdl.packing import pack_weights, unpack_weights
from backspike.hdl.params import CoreParams

__all__ = ["CIRCUITS", "Circuit", "Followed", "with_matrices"]

Layers = Sequence[int]
Weights = Sequence[np.ndarray]


class Followed(NamedTuple):
    """State of the equations, changed in place."""

    weights: list[np.ndarray]
    backward: list[np.ndarray]
    """The paper circuit's copies of ``-W^T``; none otherwise."""
    random: list[np.ndarray]
    """Generators, for a rate; none otherwise."""


class Circuit(Protocol):
    """One way to run nBP, or an alternative to it, on a core.

    Attributes
    ----------
    rule : str
        The rule by which it learns what the equations learn.
    lead, lead_infer : int
        Time steps before the first sample after a reset.
    shown_from : int
        First step of a sample in pictures: there is nothing of the sample before it.
    checked : str
        What is compared with the equations, in words.
    """

    rule: str
    lead: int
    lead_infer: int
    shown_from: int
    checked: str

    def steps(self, layers: Layers) -> int:
        """Time steps of a training sample."""
        ...

    def output_step(self, layers: Layers) -> int:
        """The step of a sample in which its outputs fire."""
        ...

    def program(
        self,
        layers: Layers,
        weights: Weights,
        core: int | CoreParams,
        rule: str,
        *,
        learning: Learning = PAPER,
        seed: int = 0,
        rivals: bool = False,
    ) -> Program:
        """Compiled to learn on a core, or on the smallest of so many lanes.

        ``seed`` is that of random numbers.

        Raises
        ------
        ValueError
            If there is no such circuit for these layers, or it does not fit.
        """
        ...

    def stimulus(
        self,
        program: Program,
        x: np.ndarray,
        y: np.ndarray,
        *,
        first: bool,
        phase: Phase | None = None,
    ) -> Stimulus:
        """Spikes of training samples, the first ones after a reset or later ones."""
        ...

    def read(self, program: Program, dense: np.ndarray) -> dict[str, np.ndarray]:
        """Every plastic matrix, by name; among them ``W1``, ``W2``, ...."""
        ...

    def expected(self, weights: Weights, backward: Weights) -> dict[str, np.ndarray]:
        """What :meth:`read` must give if the equations have arrived at these weights."""
        ...

    def follow(
        self,
        state: Followed,
        x: np.ndarray,
        y: np.ndarray,
        *,
        learning: Learning = PAPER,
        phase: Phase | None = None,
    ) -> int:
        """The equations that it follows, on the same samples; how many were right before."""
        ...

    def begin(self, engine: Engine, program: Program, learning: Learning, phase: Phase) -> None:
        """Change on an engine what a phase changes of the program."""
        ...

    def inference(self, layers: Layers, weights: Weights, lanes: int) -> Program:
        """Compiled to infer, with ``o`` that fires and ``o_v`` that sums."""
        ...

    def infer_steps(self, layers: Layers) -> int:
        """Time steps of an inferred sample."""
        ...

    def infer_stimulus(
        self, program: Program, x: np.ndarray, layers: Layers, *, first: bool
    ) -> Stimulus:
        """Spikes of samples to infer."""
        ...

    def step_labels(self, layers: Layers) -> tuple[str, ...]:
        """What happens in each step of a training sample."""
        ...


class _Paper:
    """The authors' circuit (Renner et al. 2024): eight plastic matrices, 12 steps a sample."""

    rule = RULE
    lead, lead_infer = FIRST_STEP, INFERENCE_FIRST_STEP
    shown_from = 1
    checked = "golden equations, variant paper: all eight plastic matrices after every epoch"

    def steps(self, layers: Layers) -> int:
        return SAMPLE_STEPS

    def output_step(self, layers: Layers) -> int:
        return 3

    def program(
        self,
        layers: Layers,
        weights: Weights,
        core: int | CoreParams,
        rule: str,
        *,
        learning: Learning = PAPER,
        seed: int = 0,
        rivals: bool = False,
    ) -> Program:
        if learning != PAPER or rivals:
            raise ValueError(f"the paper's circuit learns as the paper says, not with {learning}")
        return _compile(paper_circuit(layers, weights, rule), core)

    def stimulus(
        self,
        program: Program,
        x: np.ndarray,
        y: np.ndarray,
        *,
        first: bool,
        phase: Phase | None = None,
    ) -> Stimulus:
        return stimulus(program, x, y, first=first)

    def read(self, program: Program, dense: np.ndarray) -> dict[str, np.ndarray]:
        return read_matrices(program, dense)

    def expected(self, weights: Weights, backward: Weights) -> dict[str, np.ndarray]:
        w1, w2 = weights
        matrices = {
            **dict.fromkeys(("W1", "W1_copy", "W1_copy2"), w1),
            **dict.fromkeys(("W2", "W2_copy", "W2_copy2"), w2),
            "W2T_plus": w2.T,
            "W2T_minus": backward[1].T,
        }
        return {name: matrices[name] for name in PLASTIC}

    def follow(
        self,
        state: Followed,
        x: np.ndarray,
        y: np.ndarray,
        *,
        learning: Learning = PAPER,
        phase: Phase | None = None,
    ) -> int:
        return train(state.weights, x, y, variant="paper", backward=state.backward, phase=phase)

    def begin(self, engine: Engine, program: Program, learning: Learning, phase: Phase) -> None:
        pass

    def inference(self, layers: Layers, weights: Weights, lanes: int) -> Program:
        return compile_network(inference_circuit(layers, weights), lanes=lanes)

    def infer_steps(self, layers: Layers) -> int:
        return INFERENCE_STEPS

    def infer_stimulus(
        self, program: Program, x: np.ndarray, layers: Layers, *, first: bool
    ) -> Stimulus:
        return inference_stimulus(program, x, first=first)

    def step_labels(self, layers: Layers) -> tuple[str, ...]:
        return (
            "outputs\nclosed",
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


class _Folded:
    """Ours: each weight stored once, ``2 * layers`` steps a sample, any number of layers.

    ``variant`` is that of the equations.
    """

    rule = FOLDED_RULE
    lead = lead_infer = shown_from = 0

    def __init__(self, variant: str = "circuit") -> None:
        self._variant = variant
        self._feedback = VARIANTS[variant].fixed_backward
        self._direct = VARIANTS[variant].direct
        named = "" if variant == "circuit" else f", variant {variant}"
        self.checked = f"golden equations{named}: every weight after every epoch"

    def steps(self, layers: Layers) -> int:
        return folded_steps(layers, direct=self._direct)

    def output_step(self, layers: Layers) -> int:
        return len(layers) - 1

    def program(
        self,
        layers: Layers,
        weights: Weights,
        core: int | CoreParams,
        rule: str,
        *,
        learning: Learning = PAPER,
        seed: int = 0,
        rivals: bool = False,
    ) -> Program:
        network = folded_circuit(
            weights,
            rule=rule,
            feedback=self._back(layers),
            direct=self._direct,
            any_sum=self._variant == "delta",
            learning=learning,
            seed=seed,
            rivals=rivals,
        )
        return _compile(network, core)

    def stimulus(
        self,
        program: Program,
        x: np.ndarray,
        y: np.ndarray,
        *,
        first: bool,
        phase: Phase | None = None,
    ) -> Stimulus:
        rivals = None if phase is None else phase.rivals
        return folded_stimulus(program, x, y, steps=program.registers["epoch"], rivals=rivals)

    def read(self, program: Program, dense: np.ndarray) -> dict[str, np.ndarray]:
        return {f"W{k}": w for k, w in enumerate(read_folded(program, dense), 1)}

    def expected(self, weights: Weights, backward: Weights) -> dict[str, np.ndarray]:
        return {f"W{k}": w for k, w in enumerate(weights, 1)}

    def follow(
        self,
        state: Followed,
        x: np.ndarray,
        y: np.ndarray,
        *,
        learning: Learning = PAPER,
        phase: Phase | None = None,
    ) -> int:
        return train(
            state.weights,
            x,
            y,
            variant=self._variant,
            backward=self._back(layer_sizes(state.weights)),
            learning=learning,
            phase=phase,
            random=state.random[0] if state.random else None,
        )

    def begin(self, engine: Engine, program: Program, learning: Learning, phase: Phase) -> None:
        if learning.rate is not None:
            engine.write("microcode", rate_words(program, learning, phase.epoch))
        for name, value in learn_registers(program, phase.frozen).items():
            write_register(engine, name, value)

    def _back(self, layers: Layers) -> list[np.ndarray] | None:
        """What errors go back through, if not through the weights."""
        return _matrices(tuple(layers), self._direct) if self._feedback else None

    def inference(self, layers: Layers, weights: Weights, lanes: int) -> Program:
        return compile_network(folded_inference(weights), lanes=lanes)

    def infer_steps(self, layers: Layers) -> int:
        return len(layers)

    def infer_stimulus(
        self, program: Program, x: np.ndarray, layers: Layers, *, first: bool
    ) -> Stimulus:
        return folded_stimulus(program, x, steps=len(layers))

    def step_labels(self, layers: Layers) -> tuple[str, ...]:
        last = len(layers) - 1
        forward = [f"hidden {k}\nh = H(W{k} .)" for k in range(1, last)]
        back = [f"error back\nlayer {k}" for k in range(last - 1, 0, -1)]
        if self._direct:
            back[:-1] = []
        back[-1:] = [f"{label}\nlearn" for label in back[-1:]]
        return ("input x\ntarget t", *forward, "output o\nerror d+, d-", *back)


#: By the name that the command line gives them.
CIRCUITS: Mapping[str, Circuit] = {
    "paper": _Paper(),
    "folded": _Folded(),
    "random-feedback": _Folded("random"),
    "direct-feedback": _Folded("direct"),
    "delta": _Folded("delta"),
}


@cache
def _matrices(layers: tuple[int, ...], direct: bool) -> list[np.ndarray]:
    return feedback_matrices(layers, direct=direct)


def _compile(network: Network, core: int | CoreParams) -> Program:
    """For a core, or the smallest of so many lanes."""
    if isinstance(core, CoreParams):
        return compile_network(network, core)
    return compile_network(network, lanes=core)


def with_matrices(program: Program, matrices: Mapping[str, np.ndarray]) -> Program:
    """A program with these weights in its plastic matrices."""
    dense = unpack_weights(program.params, program.memories["dense"])
    for name, matrix in matrices.items():
        program.placements[name].scatter(dense, matrix)
    memories = program.memories | {"dense": pack_weights(program.params, dense)}
    return replace(program, memories=memories)
