"""What learns: the equations, or a circuit on an engine with the equations beside it, or alone."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

import numpy as np

from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.equations import train
from backspike.golden.nbp_circuit import PLASTIC, RULE, paper_circuit, read_matrices
from backspike.golden.nbp_stimulus import FIRST_STEP, SAMPLE_STEPS, stimulus
from backspike.golden.program import Program
from backspike.hdl.host_map import pack_weights, unpack_weights
from backspike.hdl.params import CoreParams
from backspike.sim.engine import Engine, Record
from backspike.sim.verilator import VerilatorEngine

__all__ = [
    "CircuitLearner",
    "EquationsLearner",
    "Learner",
    "RuleLearner",
    "make_engine",
    "paper_program",
]

Build = Callable[[str, int, int], None]


class Learner(Protocol):
    """Something that learns samples, one after the other."""

    chunk: int
    """Samples of one :meth:`learn` that does not keep anybody waiting."""
    seconds_check: float
    """Time spent in the equations beside a circuit, and in comparing with them."""

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """Learn samples; returns how many were right before their own update."""
        ...

    def weights(self) -> list[np.ndarray]:
        """W1, W2, ... as they are now, int16: of a circuit, read from the core."""
        ...

    def arrays(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """``weights`` and ``backward`` of a checkpoint."""
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
    """The golden equations themselves; trains ``weights`` in place."""

    chunk = 4096
    seconds_check = 0.0

    def __init__(self, weights: list[np.ndarray]) -> None:
        self._weights = weights

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        return train(self._weights, x, y)

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        return self._weights

    def arrays(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """See :meth:`Learner.arrays`."""
        return self._weights, []

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        return 0

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {}

    def program(self) -> None:
        """See :meth:`Learner.program`."""


class _OnEngine:
    """The paper's circuit on an engine, with these matrices at first."""

    chunk = 64
    seconds_check = 0.0

    def __init__(
        self, program: Program, engine: Engine, matrices: Mapping[str, np.ndarray]
    ) -> None:
        self._program, self._engine = program, engine
        self._fresh = True
        engine.load(_with_matrices(program, matrices))
        self._before = engine.counters()

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        matrices = self._matrices()
        return [np.ascontiguousarray(matrices[name]) for name in ("W1", "W2")]

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}

    def program(self) -> Program:
        """See :meth:`Learner.program`."""
        return _with_matrices(self._program, self._matrices())

    def _matrices(self) -> dict[str, np.ndarray]:
        return read_matrices(self._program, self._engine.read("dense"))

    def _run(self, x: np.ndarray, y: np.ndarray, *, record: bool) -> tuple[Record, int]:
        """Run samples; returns the spikes, and the step in which the first sample began."""
        spikes = stimulus(self._program, x, y, first=self._fresh)
        first = FIRST_STEP if self._fresh else 0
        self._fresh = False
        return self._engine.run(first + SAMPLE_STEPS * len(y), spikes, record=record), first


class CircuitLearner(_OnEngine):
    """The paper's circuit on an engine, and the golden equations beside it.

    ``weights`` and ``backward`` are those of the equations, trained in place on the same samples;
    :meth:`mismatches` compares all eight plastic matrices of the circuit with them.
    """

    def __init__(
        self,
        program: Program,
        engine: Engine,
        weights: list[np.ndarray],
        backward: list[np.ndarray],
    ) -> None:
        self._weights, self._backward = weights, backward
        super().__init__(program, engine, self._expected())

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        self._run(x, y, record=False)
        started = time.monotonic()
        hits = train(self._weights, x, y, variant="paper", backward=self._backward)
        self.seconds_check += time.monotonic() - started
        return hits

    def arrays(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """See :meth:`Learner.arrays`."""
        return self._weights, self._backward

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        started = time.monotonic()
        got, wanted = self._matrices(), self._expected()
        count = sum(int(np.count_nonzero(got[name] != wanted[name])) for name in wanted)
        self.seconds_check += time.monotonic() - started
        return count

    def _expected(self) -> dict[str, np.ndarray]:
        """What the circuit's eight plastic matrices must hold."""
        w1, w2 = self._weights
        return {
            **dict.fromkeys(("W1", "W1_copy", "W1_copy2"), w1),
            **dict.fromkeys(("W2", "W2_copy", "W2_copy2"), w2),
            "W2T_plus": w2.T,
            "W2T_minus": self._backward[1].T,
        }


class RuleLearner(_OnEngine):
    """The paper's circuit with a rule other than nBP's, which no equations follow.

    ``matrices`` are all eight, in the order of ``PLASTIC``, or none for those of the program. What
    is right is read from the spikes of ``o``. A circuit begins with idle steps: a rule that learns
    without spikes and reward (``u0`` alone) sees them once more when a run is resumed.
    """

    def __init__(self, program: Program, engine: Engine, matrices: list[np.ndarray]) -> None:
        super().__init__(program, engine, dict(zip(PLASTIC, matrices, strict=False)))

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        record, first = self._run(x, y, record=True)
        n_steps = first + SAMPLE_STEPS * len(y)
        fired = record.raster(n_steps, *self._program.populations["o"])[first + 3 :: SAMPLE_STEPS]
        return int((fired == (y[:, None] == np.arange(fired.shape[1]))).all(axis=1).sum())

    def arrays(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """See :meth:`Learner.arrays`."""
        return list(self._matrices().values()), []

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`: there is nothing to compare with."""
        return 0


def _with_matrices(program: Program, matrices: Mapping[str, np.ndarray]) -> Program:
    """The program of a paper circuit, with these weights in its plastic matrices."""
    dense = unpack_weights(program.params, program.memories["dense"])
    for name, matrix in matrices.items():
        program.placements[name].scatter(dense, matrix)
    memories = program.memories | {"dense": pack_weights(program.params, dense)}
    return replace(program, memories=memories)


def make_engine(name: str, program: Program, progress: Build | None = None) -> Engine:
    """The engine of that name: ``golden`` or ``verilator``."""
    if name == "golden":
        return GoldenCore(program.params)
    return VerilatorEngine(program.params, progress)


def paper_program(
    layers: tuple[int, ...],
    weights: list[np.ndarray],
    lanes: int,
    rule: str = RULE,
    params: CoreParams | None = None,
) -> Program:
    """The compiled paper circuit, for the core of ``params`` or the smallest of ``lanes``.

    Raises
    ------
    ValueError
        If there is no such circuit for these layers, or no core is large enough.
    """
    circuit = paper_circuit(layers, weights, rule)
    return compile_network(circuit, params) if params else compile_network(circuit, lanes=lanes)
