"""The paper's circuit on an engine: some samples, and then one more, every spike of it recorded."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner
from backspike.experiments.learning_circuits import PaperCircuit
from backspike.golden.engine import Engine
from backspike.golden.nbp.arguments import Weights
from backspike.golden.nbp.equations import forward
from backspike.golden.nbp.units import HALF_THETA, THETA

__all__ = ["WatchedSample", "watch_sample"]

#: Samples of one exchange with the engine.
_CHUNK = 4
#: Samples among which the telling one is looked for.
_LOOKED_AT = 200


class WatchedSample(NamedTuple):
    """A sample that a circuit gets wrong, and learns from."""

    number: int
    """Of the training sample."""
    rasters: dict[str, np.ndarray]
    """As of :func:`sample_rasters`."""
    changed: dict[str, int]
    """Weights that the sample changed, of ``W1`` and ``W2``."""
    mismatches: int
    """Plastic weights that differ from those of the equations, before the sample and after it."""


def watch_sample(
    circuit: PaperCircuit,
    weights: Weights,
    engine: Engine,
    data: Dataset,
    count: int,
    progress: Callable[[int], None],
) -> WatchedSample:
    """Learn the first ``count`` training samples, and then one of those that follow.

    It is the first whose error says of an output that it should have fired, and of another that it
    should not, and goes back to hidden neurons; or else the first in which most of this happens.

    Parameters
    ----------
    circuit : PaperCircuit
        Compiled for the core of ``engine``, with these weights.
    progress : callable
        Told of the number of samples that were just learned.
    """
    equations = EquationsLearner(EquationsState.fresh(weights, variant="paper"), variant="paper")
    learner = CircuitLearner(circuit, engine, equations)
    for begin in range(0, count, _CHUNK):
        part = slice(begin, min(begin + _CHUNK, count))
        learner.learn(data.x_train[part], data.y_train[part])
        progress(part.stop - begin)
    mismatches = learner.mismatches()
    before = learner.weights()
    later = slice(count, count + _LOOKED_AT)
    number = count + _most_telling(before, data.x_train[later], data.y_train[later])
    x, y = data.x_train[number : number + 1], data.y_train[number : number + 1]
    rasters = learner.spikes(x, y)
    equations.learn(x, y)
    mismatches += learner.mismatches()
    changed = {
        f"W{k}": int(np.count_nonzero(old != new))
        for k, (old, new) in enumerate(zip(before, learner.weights(), strict=True), 1)
    }
    return WatchedSample(number, rasters, changed, mismatches)


def _most_telling(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> int:
    """The first sample of which most can be seen."""
    hidden, output = forward(weights, x)
    target, fired = y[:, None] == np.arange(output.shape[1]), output > HALF_THETA
    missing = (target & ~fired & (output > 0)).any(axis=1)
    wrong = (fired & ~target & (output <= THETA)).any(axis=1)
    reached = ((hidden > 0) & (hidden <= THETA)).any(axis=1)
    return int(np.argmax(2 * missing + 2 * wrong + reached))
