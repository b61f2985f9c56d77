"""Prototypes as learners: their equations, and the circuit with these beside it."""

import numpy as np

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.followed_learner import FollowedLearner
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.prototypes.circuit import PROTOTYPE_STEPS, prototype_circuit
from backspike.golden.prototypes.equations import classify, learn
from backspike.golden.prototypes.host import prototype_stimulus
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState

__all__ = ["PrototypeCircuitLearner", "PrototypeLearner", "prototype_program"]


def prototype_program(state: PrototypeState, options: PrototypeOptions, *, seed: int) -> Program:
    """The circuit with a state, for a core whose lanes are those of its random numbers."""
    lanes = state.random.size
    network = prototype_circuit(state, options, seed=seed)
    return compile_network(network, lanes=lanes, dendrite_lanes=lanes)


class PrototypeLearner:
    """The equations; a :class:`backspike.experiments.learners.Learner`.

    Its weights are W and the biases.

    Parameters
    ----------
    state : PrototypeState
        Changed in place.
    options : PrototypeOptions
    """

    chunk = 1024
    seconds_check = 0.0

    def __init__(self, state: PrototypeState, options: PrototypeOptions) -> None:
        self.state, self.options = state, options

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`backspike.experiments.learners.Learner.begin`: all phases are alike."""

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """Learn samples; returns how many would have been right before the first of them."""
        hits = int((classify(self.state, x, self._classes) == y).sum())
        learn(self.state, x, y, self.options)
        return hits

    @property
    def _classes(self) -> int:
        return self.state.weights.shape[1] // self.options.per_class

    def weights(self) -> list[np.ndarray]:
        """See :meth:`backspike.experiments.learners.Learner.weights`."""
        return [self.state.weights, self.state.bias]

    def arrays(self) -> EquationsState:
        """See :meth:`backspike.experiments.learners.Learner.arrays`."""
        return EquationsState([self.state.weights, self.state.bias], [], [self.state.random])

    def mismatches(self) -> int:
        """See :meth:`backspike.experiments.learners.Learner.mismatches`."""
        return 0

    def counters(self) -> dict[str, int]:
        """See :meth:`backspike.experiments.learners.Learner.counters`."""
        return {}

    def program(self) -> Program | None:
        """See :meth:`backspike.experiments.learners.Learner.program`."""
        return None

    def spikes(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`backspike.experiments.learners.Learner.spikes`."""
        return {}


class PrototypeCircuitLearner(FollowedLearner):
    """The circuit on an engine, and beside it the equations that it must follow.

    Parameters
    ----------
    state : PrototypeState
        Of the equations; changed in place.
    options : PrototypeOptions
    program : Program
        The :func:`prototype_program` of that state.
    engine : Engine
        Is loaded with it.
    """

    def __init__(
        self, state: PrototypeState, options: PrototypeOptions, program: Program, engine: Engine
    ) -> None:
        super().__init__(PrototypeLearner(state, options), program, engine, PROTOTYPE_STEPS)

    def stimulus(self, x: np.ndarray, y: np.ndarray) -> Stimulus:
        """See :meth:`FollowedLearner.stimulus`."""
        return prototype_stimulus(self._program, x, y)

    def weights(self) -> list[np.ndarray]:
        """See :meth:`FollowedLearner.weights`."""
        found = self._program.matrices(self._engine.read("dense"), ["W", "bias"])
        return [np.ascontiguousarray(matrix) for matrix in found.values()]
