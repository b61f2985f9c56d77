"""The golden equations as a learner."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from backspike.golden.nbp.arguments import Shapes, layer_sizes
from backspike.golden.nbp.feedback import backward_copies, feedback_matrices
from backspike.golden.nbp.learning import PAPER, LearningOptions, TrainingPhase, random_states
from backspike.golden.nbp.training import train
from backspike.golden.nbp.variants import VARIANTS

__all__ = ["EquationsLearner", "EquationsState"]


class EquationsState(NamedTuple):
    """All that the equations change, in place."""

    weights: list[np.ndarray]
    backward: list[np.ndarray]
    """Copies of ``-W^T`` in the variant ``paper``; none otherwise."""
    random: list[np.ndarray]
    """Generators, for a rate; none otherwise."""

    @classmethod
    def fresh(
        cls,
        weights: Sequence[np.ndarray],
        *,
        variant: str = "circuit",
        rate: int | tuple[int, ...] | None = None,
        lanes: int | None = None,
        seed: int = 0,
    ) -> "EquationsState":
        """The state before the first sample, of copies of ``weights``.

        With a ``rate``, the generators are those of a core of ``lanes`` lanes, seeded by ``seed``.
        """
        copies = [w.copy() for w in weights]
        backward = backward_copies(copies) if VARIANTS[variant].own_backward else []
        drawn = [] if rate is None or lanes is None else [random_states(lanes, seed)]
        return cls(copies, backward, drawn)


class EquationsLearner:
    """The golden equations themselves; a :class:`backspike.experiments.learners.Learner`.

    Parameters
    ----------
    state : EquationsState
        Changed in place.
    learning : LearningOptions
        Options beyond the paper.
    variant : str
        One of :data:`backspike.golden.nbp.variants.VARIANTS`.
    shapes : sequence of LayerShape, optional
        Of the layers of weights; without them, all are matrices.
    """

    chunk = 4096
    seconds_check = 0.0

    def __init__(
        self,
        state: EquationsState,
        learning: LearningOptions = PAPER,
        variant: str = "circuit",
        shapes: Shapes | None = None,
    ) -> None:
        self._shapes = shapes
        self.state, self.learning, self.variant = state, learning, variant
        self._phase = TrainingPhase()
        self._backward = state.backward or None
        if VARIANTS[variant].fixed_backward:
            direct = VARIANTS[variant].direct
            self._backward = feedback_matrices(layer_sizes(state.weights), direct=direct)

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`backspike.experiments.learners.Learner.begin`."""
        self._phase = phase

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`backspike.experiments.learners.Learner.learn`."""
        return train(
            self.state.weights,
            x,
            y,
            shapes=self._shapes,
            variant=self.variant,
            backward=self._backward,
            learning=self.learning,
            phase=self._phase,
            random=self.state.random[0] if self.state.random else None,
        )

    def weights(self) -> list[np.ndarray]:
        """See :meth:`backspike.experiments.learners.Learner.weights`."""
        return self.state.weights

    def arrays(self) -> EquationsState:
        """See :meth:`backspike.experiments.learners.Learner.arrays`."""
        return self.state

    def mismatches(self) -> int:
        """See :meth:`backspike.experiments.learners.Learner.mismatches`."""
        return 0

    def counters(self) -> dict[str, int]:
        """See :meth:`backspike.experiments.learners.Learner.counters`."""
        return {}

    def program(self) -> None:
        """See :meth:`backspike.experiments.learners.Learner.program`."""

    def spikes(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`backspike.experiments.learners.Learner.spikes`."""
        return {}
