"""The work behind ``backspike train --circuit temporal``: learning over time."""

import shlex
import time
from typing import Any

import click
import numpy as np

from backspike.cli.console import console
from backspike.cli.engines import ENGINES, make_engine
from backspike.cli.going_on import given_options, resumed_settings, resumed_state
from backspike.cli.options import command_line, options
from backspike.cli.run_messages import say_where, summary
from backspike.cli.training_progress import followed
from backspike.experiments.checkpoint import Checkpoint
from backspike.experiments.equations_learner import EquationsState
from backspike.experiments.evaluation import chance
from backspike.experiments.progress import say_interrupted
from backspike.experiments.runs import RunFolder
from backspike.experiments.settings import as_json
from backspike.experiments.temporal.data import TemporalData, load_temporal
from backspike.experiments.temporal.learner import TemporalLearner
from backspike.experiments.temporal.results import accuracies, temporal_metrics, write_temporal
from backspike.experiments.temporal.settings import TemporalSettings, temporal_identity
from backspike.experiments.train_loop import Epoch, learn_epochs
from backspike.golden.compiler.compiler import compile_network
from backspike.golden.compiler.program import Program
from backspike.golden.errors import UserError
from backspike.golden.names import counted
from backspike.golden.nbp.learning import TrainingPhase
from backspike.golden.nbp.training import epoch_order
from backspike.golden.temporal.circuit import temporal_circuit
from backspike.golden.temporal.initial_weights import initial_weights
from backspike.golden.temporal.samples import TemporalSamples
from backspike.sim.waiting import Building

__all__ = ["temporal_train", "train_over_time"]


@click.command()
@options(TemporalSettings, engine={"choices": ("equations", *ENGINES)})
def temporal_train(**values: Any) -> None:
    """Train a network over time, by online surrogate gradients.

    Samples have any number of steps; hidden neurons leak, and may have synapses onto each other.
    By the equations, or in a circuit on a core (--engine). Options that are left out are those of
    the data set; the settings in docs/temporal.md say how these were chosen.
    """
    settings = TemporalSettings(**values)
    if settings.resume:
        settings = resumed_settings(TemporalSettings, settings.out, given_options(values))
    if train_over_time(settings)["mismatches"]:
        raise SystemExit(1)


def train_over_time(given: TemporalSettings) -> dict[str, Any]:
    """Train as the settings say; returns the metrics.

    Everything is checked before anything is written.

    Raises
    ------
    UserError, ValueError
        If an option, the data or the folder is unusable, or the network does not fit.
    KeyboardInterrupt
        On Ctrl-C and other signals, after a checkpoint.
    """
    if given.engine == "equations" and given.check is not None:
        option = "--check" if given.check else "--no-check"
        raise UserError(f"{option} is for an engine: it does nothing with --engine equations")
    settings = given.settled()
    folder = RunFolder(settings.out)
    folder.check_out(resume=settings.resume, demo=False)
    data = load_temporal(
        settings.dataset,
        str(settings.encoder),
        samples=settings.samples,
        data_dir=settings.data_dir,
        labels=settings.labels,
        validation=settings.validation,
    )
    program, fresh, layers = _circuit(settings, data)
    identity = temporal_identity(settings, layers, {"data": data.digest()})
    with folder.held():
        folder.check_out(resume=settings.resume, demo=False)
        state = _begin(folder, settings, identity, fresh)
        _say_what(settings, data, identity, state)
        learner = _learner(settings, program, layers, state)
        if settings.resume:
            folder.reopen()
        else:
            folder.clear()
        command = f"backspike train --circuit temporal --out {shlex.quote(str(settings.out))}"
        folder.save_settings({
            "command": command_line(),
            "go_on": command,
            "layers": list(layers),
            "settings": as_json(given),
        })
        folder.save_checkpoint(identity, state)
        try:
            _train(settings, data, identity, learner, state, folder)
            metrics = temporal_metrics(identity, data, state, command_line())
            write_temporal(folder, data, learner, metrics)
        except KeyboardInterrupt:
            say_interrupted(console, command)
            raise
    console.print(summary(metrics))
    say_where(metrics, settings.out)
    return metrics


def _circuit(
    settings: TemporalSettings, data: TemporalData
) -> tuple[Program, EquationsState, tuple[int, ...]]:
    """The compiled circuit, its first state, and sizes of layers."""
    learning, hidden = settings.learning, settings.hidden or ()
    if not hidden:
        raise UserError("--hidden must name at least one hidden layer, not none")
    layers = (data.encoder.inputs, *hidden, data.series.n_classes)
    weights = initial_weights(
        layers,
        threshold=learning.threshold,
        active=data.active,
        recurrent=learning.recurrent,
        seed=settings.seed,
        in_exponent=learning.in_exponent,
    )
    network = temporal_circuit(weights, learning, seed=settings.seed)
    program = compile_network(network, lanes=settings.lanes)
    random = program.memories["random"].astype(np.uint32)
    return program, EquationsState(list(weights.named().values()), [], [random]), layers


def _begin(
    folder: RunFolder, settings: TemporalSettings, identity: dict[str, Any], fresh: EquationsState
) -> Checkpoint:
    """The state before the first sample, or the one to go on from."""
    if settings.resume:
        state = resumed_state(folder, identity, settings.epochs or 0)
    else:
        state = Checkpoint(*fresh)
    totals = dict.fromkeys(("mismatches", "seconds_train", "seconds_check", "seconds_build"), 0.0)
    state.totals = totals | state.totals
    return state


def _learner(
    settings: TemporalSettings, program: Program, layers: tuple[int, ...], state: Checkpoint
) -> TemporalLearner:
    """The learner in that state."""
    equations = EquationsState(state.weights, state.backward, state.random)
    started = time.monotonic()
    engine = None
    if settings.engine != "equations":
        with Building(console) as progress:
            engine = make_engine(settings.engine, program.params, progress)
    learner = TemporalLearner(program, settings.learning, equations, layers, engine)
    state.totals["seconds_build"] += time.monotonic() - started
    return learner


def _say_what(
    settings: TemporalSettings, data: TemporalData, identity: dict[str, Any], state: Checkpoint
) -> None:
    """The header: data, network, how it learns, and where its results go."""
    counts = f"{len(data.train.y):,} samples to learn from"
    if data.validation is not None:
        counts += f", {len(data.validation.y):,} to choose settings on"
    learning = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in identity["learning"].items())
    begun = f" from {state.epoch} on" if state.epoch or state.position else ""
    series = data.series
    for line in (
        f"{series.name}: {counts}, {len(data.test.y):,} to test; {series.channels} channels, "
        f"{settings.encoder}",
        f"{'-'.join(map(str, identity['layers']))}, {settings.circuit}, {settings.engine}; "
        f"{learning}",
        f"{counted(settings.epochs or 0, 'epoch')}{begun}; results in {settings.out}",
    ):
        console.print(line, highlight=False, soft_wrap=True)


def _train(
    settings: TemporalSettings,
    data: TemporalData,
    identity: dict[str, Any],
    learner: TemporalLearner,
    state: Checkpoint,
    folder: RunFolder,
) -> None:
    """Train under a progress bar, with a line for every finished epoch above it."""
    n, epochs, check = len(data.train.y), settings.epochs or 0, bool(settings.check)

    def epoch(number: int) -> Epoch:
        order = epoch_order(n, settings.seed, number, settings.order)

        def inputs(part: slice) -> TemporalSamples:
            return data.train.of(order[part])

        return Epoch(TrainingPhase(number), inputs, data.train.y[order])

    def test(count: int) -> None:
        right = {"epoch": state.epoch, "train_membrane": state.hits / count}
        state.history.append(right | accuracies(learner, data))

    with followed(state, n, epochs, check=check, guessed=chance(data.test.y)) as progress:
        learn_epochs(
            learner,
            map(epoch, range(state.epoch, epochs)),
            state,
            on_end=test,
            on_epoch=progress.tell,
            progress=progress.show,
            write=lambda now: folder.save_checkpoint(identity, now),
            check=check,
        )
