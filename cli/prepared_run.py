"""A run from its settings, ready to learn: data, weights, state, circuit and engine."""

from contextlib import nullcontext
from dataclasses import asdict, replace
from typing import Any, NamedTuple

import numpy as np

from backspike.cli.console import console
from backspike.cli.engines import make_board_engine, make_engine
from backspike.cli.going_on import resumed_state
from backspike.cli.memory_view import say_costs
from backspike.cli.train_settings import board_of, settled, variant_of
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.files import digest
from backspike.experiments.inputs import load_data, shortened, training_samples
from backspike.experiments.kernels_ahead import compiled_ahead
from backspike.experiments.kernels_text import layer_shapes
from backspike.experiments.learners import CircuitLearner, Learner, RuleLearner, rehearsal
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings, as_json, data_of, run_identity
from backspike.experiments.train_loop import Samples
from backspike.experiments.weights_file import load_weights
from backspike.golden.nbp.initial_weights import init_kernels
from backspike.golden.nbp.layer_shapes import LayerShape, neurons_of
from backspike.hdl.params import DEFAULT_LANES, CoreParams
from backspike.sim.waiting import Building

__all__ = ["Run", "begin", "make_learner", "prepare"]

#: Samples from which on a run rehearses, so that the simulator is compiled for it.
LONG = 50_000
#: What a report tells of a run, also before its first sample.
_TOTALS = ("mismatches", "seconds_train", "seconds_check")


class Run(NamedTuple):
    """A run that is about to learn."""

    settings: TrainSettings
    """With all defaults filled in."""
    stored: dict[str, Any]
    """The settings as they were given, and how it learns: what it is gone on with."""
    data: Dataset
    samples: Samples
    shapes: tuple[LayerShape, ...]
    weights: list[np.ndarray]
    """Before the first sample."""
    identity: dict[str, Any]
    core: CoreParams | int
    """The core of a circuit, or lanes of the smallest that holds it."""


def prepare(settings: TrainSettings) -> Run:
    """Load what the settings name, and fill in their defaults."""
    given, settings = settings, settled(settings)
    source = data_of(settings)
    data = load_data(**source)
    contents = digest(data.arrays())
    data = shortened(data, settings.samples)
    samples = training_samples(data, settings.shifts, settings.seed, **source)
    sizes = data.n_in, *settings.sizes, data.n_classes
    shapes = layer_shapes(data.image_shape, settings.kernels, sizes)
    if settings.init is None:
        weights = init_kernels(shapes, settings.seed, settings.lift)
    else:
        weights = load_weights(f"--init {settings.init}", settings.init, shapes)
    stored = replace(
        given,
        hidden=settings.hidden,
        preset=settings.preset,
        **asdict(settings.learning),
    )
    files = {"data": contents, "init": digest(weights) if settings.init else None}
    identity = run_identity(settings, neurons_of(shapes), files)
    board = board_of(settings)
    core = board.params if board else settings.lanes or DEFAULT_LANES
    return Run(settings, as_json(stored), data, samples, shapes, weights, identity, core)


def begin(folder: RunFolder, run: Run) -> Checkpoint:
    """The state before the first sample, or the one to go on from."""
    state = _state(folder, run)
    state.totals = dict.fromkeys(_TOTALS, 0.0) | state.totals
    return state


def _state(folder: RunFolder, run: Run) -> Checkpoint:
    settings = run.settings
    if not settings.resume:
        variant = variant_of(settings)
        if variant is None:
            return Checkpoint([], [])
        fresh = EquationsState.fresh(
            run.weights,
            variant=variant,
            rate=settings.rate,
            lanes=settings.lanes,
            seed=settings.seed,
        )
        return Checkpoint(*fresh)
    return resumed_state(folder, run.identity, settings.epochs)


def make_learner(run: Run, state: Checkpoint) -> tuple[LearningCircuit | None, Learner]:
    """The learner in that state and, if it is one, the circuit with its very first weights."""
    settings = run.settings
    variant = variant_of(settings)
    equations = EquationsState(state.weights, state.backward, state.random)
    if settings.circuit not in CIRCUITS:
        return None, EquationsLearner(equations, settings.learning, shapes=run.shapes)
    board = board_of(settings)
    circuit = CIRCUITS[settings.circuit].learn(
        run.weights,
        run.core,
        rule=settings.rule,
        learning=settings.learning,
        seed=settings.seed,
        shapes=run.shapes,
    )
    say_costs(console, circuit.program)
    name = str(settings.engine)
    x, y = run.data.x_train, run.data.y_train
    typical = rehearsal(circuit, x, y) if settings.epochs * len(y) >= LONG else None
    # The golden core has nothing to build meanwhile.
    ahead = nullcontext() if name == "golden" else compiled_ahead(console, len(run.weights))
    with ahead, Building(console) as progress:
        if board:
            core = make_board_engine(name, board, settings.port, progress)
        else:
            core = make_engine(name, circuit.program.params, progress, typical)
    if variant is None:
        return circuit, RuleLearner(circuit, core, state.weights)
    followed = EquationsLearner(equations, settings.learning, variant, run.shapes)
    return circuit, CircuitLearner(circuit, core, followed)
