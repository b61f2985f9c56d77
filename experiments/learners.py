"""Circuits on an engine that learn, with the equations beside them or alone."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.rasters import sample_rasters
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine, Record
from backspike.golden.nbp.learning import TrainingPhase
from backspike.hdl.packing import pack_weights, unpack_weights

__all__ = ["CircuitLearner", "Learner", "RuleLearner", "rehearsal", "with_matrices"]

#: Samples of a rehearsal.
REHEARSED = 64


class Learner(Protocol):
    """Something that learns samples, one after the other."""

    chunk: int
    """Samples of one :meth:`learn` that does not keep anybody waiting."""
    seconds_check: float
    """Time spent in the equations beside a circuit, and in comparing with them."""

    def begin(self, phase: TrainingPhase) -> None:
        """Enter a phase: the samples that follow belong to it."""
        ...

    def learn(self, x: Any, y: np.ndarray) -> int:
        """Learn samples, as an epoch gives them; returns how many were right before their own
        update."""
        ...

    def weights(self) -> list[np.ndarray]:
        """W1, W2, ... as they are now, int16: of a circuit, read from the core."""
        ...

    def arrays(self) -> EquationsState:
        """``weights``, ``backward`` and ``random`` of a checkpoint."""
        ...

    def mismatches(self) -> int:
        """Weights that differ from the golden equations after the same samples."""
        ...

    def counters(self) -> dict[str, int]:
        """Counters of the engine so far; empty without one."""
        ...

    def program(self) -> Program | None:
        """The circuit with the weights as they are now; none without one."""
        ...

    def spikes(self, x: Any, y: np.ndarray) -> dict[str, np.ndarray]:
        """Spikes while it learns samples, as :func:`sample_rasters`; none without a circuit.

        It is the last that the learner does: the engine begins anew, with the weights of now.
        """
        ...


class _OnEngine:
    """A circuit on an engine, with these matrices at first."""

    chunk = 64
    seconds_check = 0.0

    def __init__(
        self, circuit: LearningCircuit, engine: Engine, matrices: Mapping[str, np.ndarray]
    ) -> None:
        self._circuit, self._engine = circuit, engine
        self._fresh = True
        self._held: dict[str, np.ndarray] | None = None
        self._phase = TrainingPhase()
        engine.load(with_matrices(circuit.program, matrices))
        self._before = engine.counters()

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        matrices = self._matrices()
        names = [f"W{k}" for k in range(1, len(self._circuit.layers))]
        return [np.ascontiguousarray(matrices[name]) for name in names]

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}

    def program(self) -> Program:
        """See :meth:`Learner.program`."""
        return with_matrices(self._circuit.program, self._matrices())

    def spikes(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """See :meth:`Learner.spikes`."""
        program, self._held = self.program(), None
        return sample_rasters(self._circuit, self._engine, x, y, program)

    def _matrices(self) -> dict[str, np.ndarray]:
        """Plastic matrices, read once after samples: over the line of a board, that takes long."""
        if self._held is None:
            self._held = self._circuit.read(self._engine.read("dense"))
        return self._held

    def _run(self, x: np.ndarray, y: np.ndarray, *, record: bool) -> tuple[Record, int]:
        """Run samples; returns the spikes, and the step in which the first sample began."""
        circuit = self._circuit
        spikes = circuit.stimulus(x, y, first=self._fresh, rivals=self._phase.rivals)
        lead = circuit.lead if self._fresh else 0
        self._fresh, self._held = False, None
        return self._engine.run(lead + circuit.steps * len(y), spikes, record=record), lead


class CircuitLearner(_OnEngine):
    """A circuit on an engine, and beside it the golden equations that it must follow.

    Parameters
    ----------
    circuit : LearningCircuit
        Compiled for the engine's core.
    engine : Engine
        Is loaded with the circuit, in the state of the equations.
    equations : EquationsLearner
        Learns the same samples; :meth:`mismatches` compares every plastic matrix with it.
    """

    def __init__(
        self, circuit: LearningCircuit, engine: Engine, equations: EquationsLearner
    ) -> None:
        self._equations = equations
        super().__init__(circuit, engine, circuit.expected(equations.state))
        for states in equations.state.random:
            engine.write("random", states.astype(np.uint64))

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`Learner.begin`."""
        self._phase = phase
        self._circuit.begin(self._engine, phase)
        self._equations.begin(phase)

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        self._run(x, y, record=False)
        started = time.monotonic()
        hits = self._equations.learn(x, y)
        self.seconds_check += time.monotonic() - started
        return hits

    def arrays(self) -> EquationsState:
        """See :meth:`Learner.arrays`."""
        return self._equations.state

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        started = time.monotonic()
        got, wanted = self._matrices(), self._circuit.expected(self._equations.state)
        count = sum(int(np.count_nonzero(got[name] != wanted[name])) for name in wanted)
        self.seconds_check += time.monotonic() - started
        return count


class RuleLearner(_OnEngine):
    """A circuit with a rule other than nBP's, which no equations follow.

    Hits are read from the spikes of ``o``. The paper's circuit begins with idle steps: a rule that
    learns without spikes and reward (``u0`` alone) sees them once more when a run is resumed.

    Parameters
    ----------
    circuit : LearningCircuit
        Compiled for the engine's core.
    engine : Engine
        Is loaded with the circuit.
    matrices : list of numpy.ndarray
        All plastic ones, in the order in which the circuit reads them, or none for those of the
        program.
    """

    def __init__(
        self, circuit: LearningCircuit, engine: Engine, matrices: list[np.ndarray]
    ) -> None:
        names = circuit.read(circuit.program.memories["dense"]) if matrices else ()
        super().__init__(circuit, engine, dict(zip(names, matrices, strict=True)))

    def begin(self, phase: TrainingPhase) -> None:
        """See :meth:`Learner.begin`: a rule of its own knows no phases."""

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        record, lead = self._run(x, y, record=True)
        circuit, outputs = self._circuit, self._circuit.program.populations["o"]
        raster = record.raster(lead + circuit.steps * len(y), *outputs)
        fired = raster[lead + circuit.output_step :: circuit.steps]
        return int((fired == (y[:, None] == np.arange(fired.shape[1]))).all(axis=1).sum())

    def arrays(self) -> EquationsState:
        """See :meth:`Learner.arrays`."""
        return EquationsState(list(self._matrices().values()), [], [])

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`: there is nothing to compare with."""
        return 0


def rehearsal(circuit: LearningCircuit, x: np.ndarray, y: np.ndarray) -> Callable[[Engine], None]:
    """Learn the first of some samples, for an engine that will learn many."""
    x, y = x[:REHEARSED], y[:REHEARSED]

    def learn(engine: Engine) -> None:
        engine.load(circuit.program)
        n_steps = circuit.lead + circuit.steps * len(y)
        engine.run(n_steps, circuit.stimulus(x, y, first=True), record=False)

    return learn


def with_matrices(program: Program, matrices: Mapping[str, np.ndarray]) -> Program:
    """The program with these weights in its plastic matrices."""
    dense = unpack_weights(program.params, program.memories["dense"])
    for name, matrix in matrices.items():
        place = program.placements[name]
        place.scatter(dense, matrix.reshape(place.shape))
    memories = program.memories | {"dense": pack_weights(program.params, dense)}
    return replace(program, memories=memories)
