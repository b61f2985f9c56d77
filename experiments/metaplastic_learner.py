"""nBP with metaplasticity as learners: its equations, and the circuit with these beside it."""

from dataclasses import replace

import numpy as np

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.followed_learner import FollowedLearner
from backspike.experiments.learning_circuits import FoldedCircuit
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.nbp.folded_circuit import folded_steps
from backspike.golden.nbp.folded_host import folded_stimulus
from backspike.golden.nbp.learning import LearningOptions, TrainingPhase
from backspike.golden.nbp.metaplasticity import Metaplasticity, train_metaplastic
from backspike.hdl.layouts import TAG_BITS
from backspike.hdl.packing import pack_lanes

__all__ = ["MetaplasticCircuitLearner", "MetaplasticLearner", "metaplastic_program"]


def metaplastic_program(
    state: EquationsState, metaplasticity: Metaplasticity, learning: LearningOptions, *, seed: int
) -> Program:
    """The circuit with a state, for a core whose lanes are those of its random numbers."""
    count, lanes = len(state.weights) // 2, state.random[0].size
    weights, tags = state.weights[:count], state.weights[count:]
    circuit = FoldedCircuit(
        weights, lanes, learning=learning, seed=seed, rivals=True, metaplasticity=metaplasticity
    )
    program = circuit.program
    held = program.synapses(program.memories["tags"], "tags", "tags")
    for k, matrix in enumerate(tags, 1):
        program.placements[f"W{k}"].scatter(held, matrix)
    memories = program.memories | {"tags": pack_lanes(program.params, held, TAG_BITS)}
    return replace(program, memories=memories)


class MetaplasticLearner(EquationsLearner):
    """The equations; a :class:`backspike.experiments.learners.Learner`.

    Its weights are W1, W2, ..., and then the tags of these.

    Parameters
    ----------
    state : EquationsState
        Changed in place.
    metaplasticity : Metaplasticity
    learning : LearningOptions
    """

    def __init__(
        self, state: EquationsState, metaplasticity: Metaplasticity, learning: LearningOptions
    ) -> None:
        super().__init__(state, learning)
        self.metaplasticity = metaplasticity

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`backspike.experiments.learners.Learner.learn`."""
        count = len(self.state.weights) // 2
        return train_metaplastic(
            self.state.weights[:count],
            self.state.weights[count:],
            x,
            y,
            self.state.random[0],
            metaplasticity=self.metaplasticity,
            learning=self.learning,
            phase=self._phase,
        )


class MetaplasticCircuitLearner(FollowedLearner):
    """The circuit on an engine, and beside it the equations that it must follow.

    Parameters
    ----------
    equations : MetaplasticLearner
    program : Program
        The :func:`metaplastic_program` of its state.
    engine : Engine
        Is loaded with it.
    """

    def __init__(self, equations: MetaplasticLearner, program: Program, engine: Engine) -> None:
        count = len(equations.state.weights) // 2
        layers = [0] * (count + 1)
        super().__init__(equations, program, engine, folded_steps(layers))
        self._names = [f"W{k}" for k in range(1, count + 1)]
        self._phase = TrainingPhase()

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`FollowedLearner.begin`."""
        super().begin(phase)
        self._phase = phase

    def stimulus(self, x: np.ndarray, y: np.ndarray) -> Stimulus:
        """See :meth:`FollowedLearner.stimulus`."""
        return folded_stimulus(self._program, x, y, steps=self._steps, rivals=self._phase.rivals)

    def weights(self) -> list[np.ndarray]:
        """See :meth:`FollowedLearner.weights`."""
        return [
            np.ascontiguousarray(matrix)
            for memory in ("dense", "tags")
            for matrix in self._program.matrices(
                self._engine.read(memory), self._names, memory
            ).values()
        ]
