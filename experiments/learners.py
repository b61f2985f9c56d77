"""What learns: the equations, or a circuit on an engine with the equations beside it, or alone."""

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import numpy as np

from backspike.experiments.circuits import Circuit, Followed, with_matrices
from backspike.golden.compiler.program import Program
from backspike.golden.core.golden_core import GoldenCore
from backspike.golden.engine import Engine, Record
from backspike.golden.nbp.equations import train
from backspike.golden.nbp.learning import PAPER, Learning, Phase
from backspike.sim.engines.verilator import Rehearsal, VerilatorEngine

__all__ = [
    "CircuitLearner",
    "EquationsLearner",
    "Learner",
    "RuleLearner",
    "make_engine",
    "rehearsal",
]

#: Samples of a rehearsal.
REHEARSED = 64

Build = Callable[[str, int, int], None]


class Learner(Protocol):
    """Something that learns samples, one after the other."""

    chunk: int
    """Samples of one :meth:`learn` that does not keep anybody waiting."""
    seconds_check: float
    """Time spent in the equations beside a circuit, and in comparing with them."""

    def begin(self, phase: Phase) -> None:
        """What follows belongs to a phase."""
        ...

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """Learn samples; returns how many were right before their own update."""
        ...

    def weights(self) -> list[np.ndarray]:
        """W1, W2, ... as they are now, int16: of a circuit, read from the core."""
        ...

    def arrays(self) -> Followed:
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


class EquationsLearner:
    """The golden equations themselves; changes ``state`` in place."""

    chunk = 4096
    seconds_check = 0.0

    def __init__(self, state: Followed, learning: Learning = PAPER) -> None:
        self._state, self._learning, self._phase = state, learning, Phase()

    def begin(self, phase: Phase) -> None:
        """See :meth:`Learner.begin`."""
        self._phase = phase

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        random = self._state.random[0] if self._state.random else None
        return train(
            self._state.weights, x, y, learning=self._learning, phase=self._phase, random=random
        )

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        return self._state.weights

    def arrays(self) -> Followed:
        """See :meth:`Learner.arrays`."""
        return self._state

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        return 0

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {}

    def program(self) -> None:
        """See :meth:`Learner.program`."""


class _OnEngine:
    """A circuit on an engine, with these matrices at first."""

    chunk = 64
    seconds_check = 0.0

    def __init__(
        self,
        circuit: Circuit,
        layers: tuple[int, ...],
        program: Program,
        engine: Engine,
        matrices: Mapping[str, np.ndarray],
    ) -> None:
        self._circuit, self._layers = circuit, layers
        self._program, self._engine = program, engine
        self._fresh = True
        self._phase = Phase()
        engine.load(with_matrices(program, matrices))
        self._before = engine.counters()

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        matrices = self._matrices()
        names = [f"W{k}" for k in range(1, len(self._layers))]
        return [np.ascontiguousarray(matrices[name]) for name in names]

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}

    def program(self) -> Program:
        """See :meth:`Learner.program`."""
        return with_matrices(self._program, self._matrices())

    def _matrices(self) -> dict[str, np.ndarray]:
        return self._circuit.read(self._program, self._engine.read("dense"))

    def _run(self, x: np.ndarray, y: np.ndarray, *, record: bool) -> tuple[Record, int]:
        """Run samples; returns the spikes, and the step in which the first sample began."""
        spikes = self._circuit.stimulus(self._program, x, y, first=self._fresh, phase=self._phase)
        lead = self._circuit.lead if self._fresh else 0
        self._fresh = False
        n_steps = lead + self._circuit.steps(self._layers) * len(y)
        return self._engine.run(n_steps, spikes, record=record), lead


class CircuitLearner(_OnEngine):
    """A circuit on an engine, and the golden equations that it must follow beside it.

    ``state`` is that of the equations, changed in place by the same samples; :meth:`mismatches`
    compares every plastic matrix of the circuit with it.
    """

    def __init__(
        self,
        circuit: Circuit,
        layers: tuple[int, ...],
        program: Program,
        engine: Engine,
        state: Followed,
        learning: Learning = PAPER,
    ) -> None:
        self._state, self._learning = state, learning
        expected = circuit.expected(state.weights, state.backward)
        super().__init__(circuit, layers, program, engine, expected)
        for states in state.random:
            engine.write("random", states.astype(np.uint64))

    def begin(self, phase: Phase) -> None:
        """See :meth:`Learner.begin`."""
        self._phase = phase
        self._circuit.begin(self._engine, self._program, self._learning, phase)

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        self._run(x, y, record=False)
        started = time.monotonic()
        hits = self._circuit.follow(self._state, x, y, learning=self._learning, phase=self._phase)
        self.seconds_check += time.monotonic() - started
        return hits

    def arrays(self) -> Followed:
        """See :meth:`Learner.arrays`."""
        return self._state

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        started = time.monotonic()
        got = self._matrices()
        wanted = self._circuit.expected(self._state.weights, self._state.backward)
        count = sum(int(np.count_nonzero(got[name] != wanted[name])) for name in wanted)
        self.seconds_check += time.monotonic() - started
        return count


class RuleLearner(_OnEngine):
    """A circuit with a rule other than nBP's, which no equations follow.

    ``matrices`` are all plastic ones, in the order in which the circuit reads them, or none for
    those of the program. What is right is read from the spikes of ``o``. The paper's circuit begins
    with idle steps: a rule that learns without spikes and reward (``u0`` alone) sees them once more
    when a run is resumed.
    """

    def __init__(
        self,
        circuit: Circuit,
        layers: tuple[int, ...],
        program: Program,
        engine: Engine,
        matrices: list[np.ndarray],
    ) -> None:
        names = circuit.read(program, program.memories["dense"]) if matrices else ()
        given = dict(zip(names, matrices, strict=True))
        super().__init__(circuit, layers, program, engine, given)

    def begin(self, phase: Phase) -> None:
        """See :meth:`Learner.begin`: a rule of its own knows none."""

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        record, lead = self._run(x, y, record=True)
        steps = self._circuit.steps(self._layers)
        raster = record.raster(lead + steps * len(y), *self._program.populations["o"])
        fired = raster[lead + self._circuit.output_step(self._layers) :: steps]
        return int((fired == (y[:, None] == np.arange(fired.shape[1]))).all(axis=1).sum())

    def arrays(self) -> Followed:
        """See :meth:`Learner.arrays`."""
        return Followed(list(self._matrices().values()), [], [])

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`: there is nothing to compare with."""
        return 0


def make_engine(
    name: str,
    program: Program,
    progress: Build | None = None,
    rehearsal: Rehearsal | None = None,
) -> Engine:
    """The engine of that name: ``golden``, or ``verilator``, which may rehearse."""
    if name == "golden":
        return GoldenCore(program.params)
    return VerilatorEngine(program.params, progress, rehearsal=rehearsal)


def rehearsal(
    circuit: Circuit,
    layers: tuple[int, ...],
    program: Program,
    x: np.ndarray,
    y: np.ndarray,
) -> Rehearsal:
    """Learn the first of some samples, for an engine that will learn many."""
    x, y = x[:REHEARSED], y[:REHEARSED]

    def learn(engine: Engine) -> None:
        engine.load(program)
        n_steps = circuit.lead + circuit.steps(layers) * len(y)
        spikes = circuit.stimulus(program, x, y, first=True)
        engine.run(n_steps, spikes, record=False)

    return learn
