"""Strategies of continual learning: what learns, from which state on, and how it is tested."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learners import CircuitLearner, Learner
from backspike.experiments.metaplastic_learner import (
    MetaplasticCircuitLearner,
    MetaplasticLearner,
    metaplastic_program,
)
from backspike.experiments.prototype_learner import (
    PrototypeCircuitLearner,
    PrototypeLearner,
    prototype_program,
)
from backspike.golden.engine import Engine
from backspike.golden.nbp.equations import evaluate
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.learning import random_states
from backspike.golden.nbp.metaplasticity import Metaplasticity
from backspike.golden.prototypes.equations import classify
from backspike.golden.prototypes.options import PrototypeOptions, PrototypeState
from backspike.hdl.params import DEFAULT_LANES, CoreParams

__all__ = ["MakeEngine", "Strategy", "strategy_of"]

MakeEngine = Callable[[CoreParams], Engine]


class Strategy(Protocol):
    """One way to learn lessons."""

    def fresh(self) -> EquationsState:
        """The state before the first sample."""
        ...

    def learner(self, state: EquationsState, make: MakeEngine | None) -> Learner:
        """A learner from a state on, which it changes: a circuit or, without an engine, the
        equations."""
        ...

    def accuracy(self, weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
        """Share of some samples that a learner with these weights gets right."""
        ...


def strategy_of(
    name: str, settings: ContinualSettings, layers: tuple[int, ...]
) -> "BackpropagationStrategy | MetaplasticStrategy | PrototypeStrategy":
    """The strategy of one of ``continual.REMEDIES``, for layers from the input to the classes."""
    if name == "prototypes":
        options = PrototypeOptions(per_class=settings.per_class or PrototypeOptions.per_class)
        lanes = settings.lanes or DEFAULT_LANES
        return PrototypeStrategy(layers[0], layers[-1], options, lanes, settings.seed)
    if name == "metaplastic":
        return MetaplasticStrategy(settings, layers, Metaplasticity())
    return BackpropagationStrategy(settings, layers)


@dataclass(frozen=True)
class BackpropagationStrategy:
    """nBP; what keeps it from forgetting is up to its samples and phases."""

    settings: ContinualSettings
    layers: tuple[int, ...]

    def fresh(self) -> EquationsState:
        """See :meth:`Strategy.fresh`."""
        settings = self.settings
        weights = init_weights(self.layers, settings.seed)
        return EquationsState.fresh(
            weights, rate=settings.rate, lanes=settings.lanes, seed=settings.seed
        )

    def learner(self, state: EquationsState, make: MakeEngine | None) -> Learner:
        """See :meth:`Strategy.learner`."""
        settings = self.settings
        equations = EquationsLearner(state, settings.learning)
        if make is None:
            return equations
        circuit = CIRCUITS[settings.circuit].learn(
            state.weights,
            settings.lanes or DEFAULT_LANES,
            learning=settings.learning,
            seed=settings.seed,
            rivals=True,
        )
        return CircuitLearner(circuit, make(circuit.program.params), equations)

    def accuracy(self, weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
        """See :meth:`Strategy.accuracy`: by membrane."""
        return evaluate(weights, x, y).membrane


@dataclass(frozen=True)
class MetaplasticStrategy:
    """nBP with synapses that become firm with use; its state has their tags, too."""

    settings: ContinualSettings
    layers: tuple[int, ...]
    metaplasticity: Metaplasticity

    def fresh(self) -> EquationsState:
        """See :meth:`Strategy.fresh`."""
        weights = init_weights(self.layers, self.settings.seed)
        lanes = self.settings.lanes or DEFAULT_LANES
        states = random_states(lanes, self.settings.seed)
        return EquationsState([*weights, *map(np.zeros_like, weights)], [], [states])

    def learner(self, state: EquationsState, make: MakeEngine | None) -> Learner:
        """See :meth:`Strategy.learner`."""
        learning = self.settings.learning
        equations = MetaplasticLearner(state, self.metaplasticity, learning)
        if make is None:
            return equations
        program = metaplastic_program(state, self.metaplasticity, learning, seed=self.settings.seed)
        return MetaplasticCircuitLearner(equations, program, make(program.params))

    def accuracy(self, weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
        """See :meth:`Strategy.accuracy`: by membrane."""
        return evaluate(weights[: len(weights) // 2], x, y).membrane


@dataclass(frozen=True)
class PrototypeStrategy:
    """Prototypes of each class."""

    n_in: int
    n_classes: int
    options: PrototypeOptions
    lanes: int
    seed: int

    def fresh(self) -> EquationsState:
        """See :meth:`Strategy.fresh`."""
        state = PrototypeState.fresh(
            self.n_in, self.n_classes, self.options, lanes=self.lanes, seed=self.seed
        )
        return EquationsState([state.weights, state.bias], [], [state.random])

    def learner(self, state: EquationsState, make: MakeEngine | None) -> Learner:
        """See :meth:`Strategy.learner`."""
        own = PrototypeState(*state.weights, *state.random)
        if make is None:
            return PrototypeLearner(own, self.options)
        program = prototype_program(own, self.options, seed=self.seed)
        return PrototypeCircuitLearner(own, self.options, program, make(program.params))

    def accuracy(self, weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
        """See :meth:`Strategy.accuracy`: where the winners are of one class, and it is that."""
        state = PrototypeState(weights[0], weights[1], np.zeros(0, np.uint32))
        return float((classify(state, x, self.n_classes) == y).mean())
