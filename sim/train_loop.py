"""Trains by the equations or by a circuit on an engine, and checks the one against the other."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from backspike.golden.compiler import compile_network
from backspike.golden.core import GoldenCore
from backspike.golden.datasets import Dataset
from backspike.golden.equations import backward_copies, epoch_order, evaluate, train
from backspike.golden.interrupts import DeferredInterrupt
from backspike.golden.nbp_circuit import paper_circuit, read_matrices
from backspike.golden.nbp_stimulus import FIRST_STEP, SAMPLE_STEPS, stimulus
from backspike.golden.program import Program
from backspike.hdl.host_map import pack_weights, unpack_weights
from backspike.sim.engine import Engine
from backspike.sim.runs import Checkpoint, RunConfig, RunFolder
from backspike.sim.verilator import VerilatorEngine

__all__ = [
    "CircuitLearner",
    "EquationsLearner",
    "Learner",
    "fresh_state",
    "make_engine",
    "paper_program",
    "run_training",
    "with_matrices",
]

CHECKPOINT_SECONDS = 60.0

Build = Callable[[str, int, int], None]


class Learner(Protocol):
    """Something that learns samples, one after the other."""

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """Learn samples; returns how many were right before their own update."""
        ...

    def weights(self) -> list[np.ndarray]:
        """W1, W2, ... as they are now, int16: of a circuit, read from the core."""
        ...

    def mismatches(self) -> int:
        """Weights that differ from the golden equations after the same samples."""
        ...

    def counters(self) -> dict[str, int]:
        """Counters of the engine so far; empty without one."""
        ...


class EquationsLearner:
    """The golden equations themselves; trains ``weights`` in place."""

    chunk = 4096

    def __init__(self, weights: list[np.ndarray]) -> None:
        self._weights = weights

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        return train(self._weights, x, y)

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        return self._weights

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        return 0

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {}


class CircuitLearner:
    """The paper's circuit on an engine, and the golden equations beside it.

    ``weights`` and ``backward`` are those of the equations, trained in place on the same samples;
    :meth:`mismatches` compares all eight plastic matrices of the circuit with them.
    """

    chunk = 64

    def __init__(
        self,
        program: Program,
        engine: Engine,
        weights: list[np.ndarray],
        backward: list[np.ndarray],
    ) -> None:
        self._program, self._engine = program, engine
        self._weights, self._backward = weights, backward
        self._fresh = True
        engine.load(with_matrices(program, weights, backward))
        self._before = engine.counters()

    def learn(self, x: np.ndarray, y: np.ndarray) -> int:
        """See :meth:`Learner.learn`."""
        spikes = stimulus(self._program, x, y, first=self._fresh)
        n_steps = SAMPLE_STEPS * len(y) + (FIRST_STEP if self._fresh else 0)
        self._engine.run(n_steps, spikes, record=False)
        self._fresh = False
        return train(self._weights, x, y, variant="paper", backward=self._backward)

    def weights(self) -> list[np.ndarray]:
        """See :meth:`Learner.weights`."""
        matrices = read_matrices(self._program, self._engine.read("dense"))
        return [np.ascontiguousarray(matrices[name]) for name in ("W1", "W2")]

    def mismatches(self) -> int:
        """See :meth:`Learner.mismatches`."""
        got = read_matrices(self._program, self._engine.read("dense"))
        wanted = circuit_matrices(self._weights, self._backward)
        return sum(int(np.count_nonzero(got[name] != wanted[name])) for name in wanted)

    def counters(self) -> dict[str, int]:
        """See :meth:`Learner.counters`."""
        return {name: n - self._before[name] for name, n in self._engine.counters().items()}


def circuit_matrices(
    weights: list[np.ndarray], backward: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """What the paper circuit's eight plastic matrices must hold."""
    w1, w2 = weights
    return {
        **dict.fromkeys(("W1", "W1_copy", "W1_copy2"), w1),
        **dict.fromkeys(("W2", "W2_copy", "W2_copy2"), w2),
        "W2T_plus": w2.T,
        "W2T_minus": backward[1].T,
    }


def with_matrices(
    program: Program, weights: list[np.ndarray], backward: list[np.ndarray]
) -> Program:
    """The program of a paper circuit, with these weights in its plastic matrices."""
    dense = unpack_weights(program.params, program.memories["dense"])
    for name, matrix in circuit_matrices(weights, backward).items():
        program.placements[name].scatter(dense, matrix)
    memories = program.memories | {"dense": pack_weights(program.params, dense)}
    return replace(program, memories=memories)


def make_engine(name: str, program: Program, progress: Build | None = None) -> Engine:
    """The engine of that name: ``golden`` or ``verilator``."""
    if name == "golden":
        return GoldenCore(program.params)
    return VerilatorEngine(program.params, progress)


def paper_program(layers: tuple[int, ...], weights: list[np.ndarray], lanes: int) -> Program:
    """The compiled paper circuit.

    Raises
    ------
    ValueError
        If there is no such circuit for these layers, or no core is large enough.
    """
    return compile_network(paper_circuit(layers, weights), lanes=lanes)


def run_training(
    config: RunConfig,
    data: Dataset,
    learner: Learner,
    state: Checkpoint,
    folder: RunFolder,
    epochs: int,
    *,
    chunk: int,
    check: bool,
    progress: Callable[[Checkpoint], None],
) -> None:
    """Train until ``epochs`` are done, from wherever ``state`` is; ``state`` follows.

    Writes a checkpoint after each epoch, every minute, and on Ctrl-C, which is raised again.
    """
    totals = dict(state.totals)
    saved = started = time.monotonic()

    def note() -> None:
        state.totals = {
            name: totals.get(name, 0) + n
            for name, n in (learner.counters() | {"seconds": time.monotonic() - started}).items()
        } | {"mismatches": state.totals.get("mismatches", 0)}

    def compare() -> None:
        # Before every checkpoint: a resumed run starts from the equations' weights.
        if check:
            worst = max(state.totals.get("mismatches", 0), learner.mismatches())
            state.totals["mismatches"] = worst

    try:
        while state.epoch < epochs:
            order = epoch_order(len(data.y_train), config.seed, state.epoch, config.order)
            while state.position < len(order):
                part = order[state.position : state.position + chunk]
                with DeferredInterrupt():
                    state.hits += learner.learn(data.x_train[part], data.y_train[part])
                    state.position += len(part)
                    note()
                progress(state)
                if time.monotonic() - saved > CHECKPOINT_SECONDS:
                    compare()
                    folder.save_checkpoint(config, state)
                    saved = time.monotonic()
            with DeferredInterrupt():
                compare()
                accuracy = evaluate(learner.weights(), data.x_test, data.y_test)
                state.history.append({
                    "epoch": state.epoch + 1,
                    "train_exact": state.hits / len(order),
                    **{f"test_{name}": value for name, value in accuracy._asdict().items()},
                })
                state.epoch, state.position, state.hits = state.epoch + 1, 0, 0
                folder.save_checkpoint(config, state)
            progress(state)
    except KeyboardInterrupt:
        compare()
        folder.save_checkpoint(config, state)
        raise


def fresh_state(weights: list[np.ndarray]) -> Checkpoint:
    """A run that has not begun."""
    return Checkpoint(weights=weights, backward=backward_copies(weights))
