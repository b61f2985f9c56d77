"""Cycles of a sample by phase on the boards' cores: the folded circuit at 400-400-10.

``python -m backspike.bench.board_cycles [DATA_DIR]``
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.bench.alone import alone
from backspike.bench.inputs import mnist_or_noise
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.inference_circuits import InferenceCircuit
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.fpga.boards import BOARDS, Board
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Stimulus, all_cycles
from backspike.golden.errors import CapacityError
from backspike.golden.nbp.initial_weights import init_weights
from backspike.golden.nbp.training import train
from backspike.hdl.host_map import COUNTERS
from backspike.hdl.params import CoreParams
from backspike.sim.engines.verilator import VerilatorEngine

__all__ = ["LAYERS", "SAMPLES", "run"]

LAYERS = (400, 400, 10)
WARM_UP, SAMPLES = 2_000, 200
_WIDTH = 100  # of the table, for names of boards and phases in full
_PHASES = {name: name.removeprefix("cycles_") for name in COUNTERS if name.startswith("cycles_")}


def run(data_dir: Path | None = None) -> dict[str, Any]:
    """Cycles of a training sample and of an inferred one, on each core that holds the network.

    They are counted by the RTL in Verilator, after 2,000 samples that the equations learn.

    Returns
    -------
    dict
        ``data`` and, by board that holds the network, ``train``, ``train, all lists`` (learning
        waits for nothing, and no row is mute) and ``infer``: counters per sample, ``cycles``, and
        ``seconds`` at the board's clock.
    """
    source, x, y = mnist_or_noise(data_dir)
    weights = init_weights(LAYERS, seed=1)
    train(weights, x[:WARM_UP], y[:WARM_UP])
    samples = x[WARM_UP:], y[WARM_UP:]
    cores: dict[CoreParams, Board] = {}
    for board in BOARDS.values():
        if board.family == "ecp5":  # the other one is too small
            cores.setdefault(board.params, board)
    boards: dict[str, dict[str, dict[str, float]]] = {}
    too_small: list[str] = []
    for board in cores.values():
        try:
            boards[board.name] = _measure(board, weights, *samples)
        except CapacityError as error:
            too_small.append(f"not on {board.name}: {error}")
    table = Table("core", "sample", *_PHASES.values(), "all", "ms", title=f"Cycles, {source}")
    table.columns[0].no_wrap = True
    for name, kinds in boards.items():
        for kind, values in kinds.items():
            phases = (f"{values[phase]:,.0f}" for phase in _PHASES)
            cycles, seconds = values["cycles"], values["seconds"]
            table.add_row(name, kind, *phases, f"{cycles:,.0f}", f"{1e3 * seconds:.3f}")
    table.caption = "\n".join(too_small) or None
    Console(width=max(Console().width, _WIDTH)).print(table)
    return {"data": source, **boards}


def _measure(
    board: Board, weights: list[np.ndarray], x: np.ndarray, y: np.ndarray
) -> dict[str, dict[str, float]]:
    """Counters per sample of one core that learns, and of the same core that infers."""
    learns = CIRCUITS["folded"].learn(weights, board.params)
    infers = CIRCUITS["folded"].infer(weights, board.params)
    part = slice(1, 1 + SAMPLES)
    taught = [learns.stimulus(x[p], y[p], first=p != part) for p in (slice(1), part)]
    shown = [infers.stimulus(x[p], first=p != part) for p in (slice(1), part)]
    everywhere = learns.program.registers | {"mute_rows": 0, "post_rows": 0}
    runs: dict[str, tuple[LearningCircuit | InferenceCircuit, Program, list[Stimulus]]] = {
        "train": (learns, learns.program, taught),
        "train, all lists": (learns, replace(learns.program, registers=everywhere), taught),
        "infer": (infers, infers.program, shown),
    }
    engine, found = VerilatorEngine(board.params, contracts=False), {}
    for kind, (circuit, program, (first, others)) in runs.items():
        engine.load(program)
        engine.run(circuit.lead + circuit.steps, first, record=False)
        before = engine.counters()
        engine.run(circuit.steps * SAMPLES, others, record=False)
        found[kind] = _per_sample(board, before, engine.counters())
    engine.close()
    return found


def _per_sample(
    board: Board, before: Mapping[str, int], after: Mapping[str, int]
) -> dict[str, float]:
    counts = {name: (after[name] - before[name]) / SAMPLES for name in COUNTERS}
    cycles = all_cycles(counts)
    return {**counts, "cycles": cycles, "seconds": cycles / board.clock_hz}


if __name__ == "__main__":
    alone(run, __doc__)()
