"""Learning over time as a learner: the equations, alone or beside the circuit on an engine."""

import time

import numpy as np

from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.learners import with_matrices
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.rules.microcode import rule_memories
from backspike.golden.temporal.circuit import TemporalWeights, temporal_circuit
from backspike.golden.temporal.equations import TemporalEquations
from backspike.golden.temporal.options import TemporalOptions
from backspike.golden.temporal.samples import TemporalSamples, sample_steps, sample_stimulus

__all__ = ["TemporalLearner", "weights_of"]


def weights_of(matrices: list[np.ndarray], layers: tuple[int, ...]) -> TemporalWeights:
    """Weights of a checkpoint: forward ones, then recurrent ones, if there are any."""
    n = len(layers) - 1
    return TemporalWeights(matrices[:n], matrices[n:])


class TemporalLearner:
    """A network that learns over time; a :class:`backspike.experiments.learners.Learner`.

    Parameters
    ----------
    program : Program
        The compiled circuit.
    options : TemporalOptions
    state : EquationsState
        Weights as of :func:`weights_of`, and the generators; changed in place.
    engine : Engine, optional
        Runs the circuit; is loaded with it, in that state. Without it, the equations learn alone.
    """

    chunk = 16

    def __init__(
        self,
        program: Program,
        options: TemporalOptions,
        state: EquationsState,
        layers: tuple[int, ...],
        engine: Engine | None = None,
    ) -> None:
        self.seconds_check = 0.0
        self._program, self._options, self._engine = program, options, engine
        weights = weights_of(state.weights, layers)
        (random,) = state.random
        self.equations = TemporalEquations(program, weights, options, random)
        self._before: dict[str, int] = {}
        if engine is not None:
            engine.load(with_matrices(program, weights.named()))
            engine.write("random", random.astype(np.uint64))
            self._before = engine.counters()

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`Learner.begin`: rates fall."""
        self.equations.begin(phase.epoch)
        if self._engine is not None and self._options.halving:
            rates = self._options.in_epoch(phase.epoch)
            rules = temporal_circuit(self.equations.weights, rates).rules()
            words = rule_memories(self._program.params, rules)["microcode"]
            self._engine.write("microcode", words)

    def learn(self, x: TemporalSamples, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`; the samples have their classes in them."""
        if self._engine is None:
            return self.equations.learn(x)
        n = len(self.equations.weights.forward)
        for spikes, label in x.one_by_one():
            self._engine.clear()
            steps = sample_steps(len(spikes), self._options, n, learn=True)
            sent = sample_stimulus(self._program, spikes, label, self._options, n)
            self._engine.run(steps, sent, record=False)
        started = time.monotonic()
        hits = self.equations.learn(x)
        self.seconds_check += time.monotonic() - started
        return hits

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`: W1, W2, ..., then R1, ...."""
        if self._engine is None:
            return list(self.equations.weights.named().values())
        return list(self._matrices(self._engine).values())

    def arrays(self) -> EquationsState:
        """See :meth:`Learner.arrays`."""
        matrices = list(self.equations.weights.named().values())
        return EquationsState(matrices, [], [self.equations.random])

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        if self._engine is None:
            return 0
        started = time.monotonic()
        found, wanted = self._matrices(self._engine), self.equations.weights.named()
        count = sum(int(np.count_nonzero(found[name] != wanted[name])) for name in wanted)
        self.seconds_check += time.monotonic() - started
        return count

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        if self._engine is None:
            return {}
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}

    def program(self) -> Program:
        """See :meth:`Learner.program`."""
        return with_matrices(self._program, self.equations.weights.named())

    def spikes(self, x: TemporalSamples, y: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`Learner.spikes`: of a first sample on a golden core, step by step."""
        core, n = GoldenCore(self._program.params), len(self.equations.weights.forward)
        core.load(self.program())
        spikes, label = next(x.one_by_one())
        steps = sample_steps(len(spikes), self._options, n, learn=True)
        record = core.run(steps, sample_stimulus(self._program, spikes, label, self._options, n))
        return {
            name: record.raster(steps, *place) for name, place in self._program.populations.items()
        }

    def _matrices(self, engine: Engine) -> dict[str, np.ndarray]:
        """Plastic matrices of the engine."""
        return self._program.matrices(engine.read("dense"), list(self.equations.weights.named()))
