"""A circuit on an engine whose equations keep more than nBP's weights, with these beside it."""

import time
from abc import ABC, abstractmethod

import numpy as np

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.learners import Learner
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Stimulus
from backspike.golden.nbp.learning import TrainingPhase

__all__ = ["FollowedLearner"]


class FollowedLearner(ABC):
    """A circuit that must have every array of its equations.

    Parameters
    ----------
    equations : Learner
        Learns the same samples.
    program : Program
        The circuit, in the state of the equations.
    engine : Engine
        Is loaded with it, and with their random numbers.
    steps : int
        Time steps of a sample.
    """

    chunk = 64
    seconds_check = 0.0

    def __init__(self, equations: Learner, program: Program, engine: Engine, steps: int) -> None:
        self._equations, self._program = equations, program
        self._engine, self._steps = engine, steps
        engine.load(program)
        for states in equations.arrays().random:
            engine.write("random", states.astype(np.uint64))
        self._before = engine.counters()

    @abstractmethod
    def stimulus(self, x: np.ndarray, y: np.ndarray) -> Stimulus:
        """Spikes of samples that are learned."""

    @abstractmethod
    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`: those of the engine, in the order of the equations."""

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`Learner.begin`."""
        self._equations.begin(phase)

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        self._engine.run(self._steps * len(y), self.stimulus(x, y), record=False)
        started = time.monotonic()
        hits = self._equations.learn(x, y)
        self.seconds_check += time.monotonic() - started
        return hits

    def arrays(self) -> EquationsState:
        """See :meth:`Learner.arrays`."""
        return self._equations.arrays()

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        pairs = zip(self.weights(), self._equations.weights(), strict=True)
        return sum(int(np.count_nonzero(found != expected)) for found, expected in pairs)

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}

    def program(self) -> Program | None:
        """See :meth:`Learner.program`: none, since it would have weights alone."""
        return None

    def spikes(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`Learner.spikes`."""
        return {}
