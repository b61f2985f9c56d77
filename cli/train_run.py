"""The work behind ``backspike train`` and ``backspike demo``: a run from its settings."""

import shlex
import time
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from backspike.cli.console import console, verdict
from backspike.cli.engines import make_board_engine, make_engine
from backspike.cli.options import command_line
from backspike.cli.train_settings import board_of, refuse_unused, settled, variant_of
from backspike.experiments.circuits import CIRCUITS
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.equations_learner import EquationsLearner, EquationsState
from backspike.experiments.files import digest
from backspike.experiments.inputs import load_data, shortened, training_samples
from backspike.experiments.learners import CircuitLearner, Learner, RuleLearner, rehearsal
from backspike.experiments.learning_circuits import LearningCircuit
from backspike.experiments.progress import bars, build_progress, epoch_line, say_interrupted
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import Checkpoint, RunFolder
from backspike.experiments.settings import TrainSettings, as_json, data_of, run_identity
from backspike.experiments.train_loop import Samples, train_on
from backspike.experiments.weights_file import load_weights
from backspike.golden.errors import UserError
from backspike.golden.nbp.initial_weights import init_weights
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["Run", "begin", "make_learner", "prepare", "summary", "train_run"]

#: Samples from which on a run rehearses, so that the simulator is compiled for it.
LONG = 50_000
VALIDATION = ("val_membrane", "val_spikes", "val_exact")


class Run(NamedTuple):
    """A run that is about to learn."""

    settings: TrainSettings
    """With all defaults filled in."""
    stored: dict[str, Any]
    """The settings as they were given, and how it learns: what it is gone on with."""
    data: Dataset
    samples: Samples
    weights: list[np.ndarray]
    """Before the first sample."""
    identity: dict[str, Any]


def train_run(settings: TrainSettings, command: str = "backspike train") -> dict[str, Any]:
    """Train as the settings say; returns the metrics.

    Everything is checked before anything is written.

    Parameters
    ----------
    command : str
        Words by which the run is gone on with.

    Raises
    ------
    ValueError
        If an option, the data, the weights, the network or the folder is unusable.
    KeyboardInterrupt
        On Ctrl-C and other signals, after a checkpoint.
    """
    refuse_unused(settings)
    folder = RunFolder(settings.out)
    folder.check_out(resume=settings.resume, demo=settings.demo)
    run = prepare(settings)
    with folder.held():
        # Another process may have been here while this one was preparing.
        folder.check_out(resume=settings.resume, demo=settings.demo)
        return _train_held(run, folder, f"{command} --out {shlex.quote(str(settings.out))}")


def _train_held(run: Run, folder: RunFolder, command: str) -> dict[str, Any]:
    """Train in a folder that no other process writes to."""
    settings = run.settings
    state = begin(folder, run)
    _say_what(run, state)
    started = time.monotonic()
    try:
        circuit, learner = make_learner(run, state)
    except KeyboardInterrupt:
        if settings.resume:
            say_interrupted(console, command)
        else:
            with suppress(OSError):  # the terminal may be gone
                console.print("interrupted before the first sample: nothing was written")
        raise
    built = time.monotonic() - started
    state.totals["seconds_build"] = state.totals.get("seconds_build", 0) + built
    if settings.resume:
        folder.reopen()
    else:
        folder.clear()
    folder.save_settings({
        "command": command_line(),
        "go_on": command,
        "layers": list(run.identity["layers"]),
        "settings": run.stored,
    })
    if run.data.preparation:
        folder.save_inputs(run.data.preparation)
    try:
        folder.save_checkpoint(run.identity, state)
        _train(run, learner, state, folder)
        metrics = metrics_of(run.identity, run.data, state, command_line())
        write_results(folder, run.data, learner, circuit, metrics)
    except KeyboardInterrupt:
        say_interrupted(console, command)
        raise
    console.print(summary(metrics))
    _say_where(metrics, settings.out)
    return metrics


def _say_what(run: Run, state: Checkpoint) -> None:
    """The header: data, network, how it learns, and where its results go."""
    settings, data = run.settings, run.data
    counts = f"{len(data.y_train):,} samples to learn from"
    if data.y_val is not None:
        counts += f", {len(data.y_val):,} to choose settings on"
    options = {**run.identity["learning"], "shifts": settings.shifts}
    learning = ", ".join(
        f"{name.replace('_', ' ')} {'always' if value is None else value}"
        for name, value in options.items()
    )
    begun = f" from {state.epoch} on" if state.epoch or state.position else ""
    layers = "-".join(map(str, run.identity["layers"]))
    for line in (
        f"{data.name}: {counts}, {len(data.y_test):,} to test; {data.preparation}",
        f"{layers}, {settings.circuit} on {settings.engine}; {learning}",
        f"{settings.epochs} epochs{begun}; results in {settings.out}",
    ):
        console.print(line, highlight=False, soft_wrap=True)


def prepare(settings: TrainSettings) -> Run:
    """Load what the settings name, and fill in their defaults."""
    source = data_of(settings)
    data = load_data(**source)
    contents = digest(data.arrays())
    data = shortened(data, settings.samples)
    samples = training_samples(data, settings.shifts, settings.seed, **source)
    layers = (data.n_in, *settings.hidden, data.n_classes)
    if settings.init is None:
        weights = init_weights(layers, settings.seed, settings.lift)
    else:
        weights = load_weights(f"--init {settings.init}", settings.init, layers)
    given, settings = settings, settled(settings)
    stored = replace(given, preset=settings.preset, **asdict(settings.learning))
    files = {"data": contents, "init": digest(weights) if settings.init else None}
    identity = run_identity(settings, layers, files)
    return Run(settings, as_json(stored), data, samples, weights, identity)


def begin(folder: RunFolder, run: Run) -> Checkpoint:
    """The state before the first sample, or the one to go on from."""
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
    state = folder.load_checkpoint(run.identity)
    begun = state.epoch + (state.position > 0)
    if settings.epochs < begun:
        raise UserError(
            f"--epochs must be at least {begun}, the epochs that the checkpoint has begun, "
            f"not {settings.epochs}"
        )
    return state


def make_learner(run: Run, state: Checkpoint) -> tuple[LearningCircuit | None, Learner]:
    """The learner in that state and, if it is one, the circuit with its very first weights."""
    settings = run.settings
    variant = variant_of(settings)
    equations = EquationsState(state.weights, state.backward, state.random)
    if settings.circuit not in CIRCUITS:
        return None, EquationsLearner(equations, settings.learning)
    board = board_of(settings)
    circuit = CIRCUITS[settings.circuit].learn(
        run.weights,
        board.params if board else settings.lanes or DEFAULT_LANES,
        rule=settings.rule,
        learning=settings.learning,
        seed=settings.seed,
    )
    progress, name = build_progress(console), str(settings.engine)
    if board:
        core = make_board_engine(name, board, settings.port, progress)
    else:
        x, y = run.data.x_train, run.data.y_train
        typical = rehearsal(circuit, x, y) if settings.epochs * len(y) >= LONG else None
        core = make_engine(name, circuit.program.params, progress, typical)
    if variant is None:
        return circuit, RuleLearner(circuit, core, state.weights)
    followed = EquationsLearner(equations, settings.learning, variant)
    return circuit, CircuitLearner(circuit, core, followed)


def _train(run: Run, learner: Learner, state: Checkpoint, folder: RunFolder) -> None:
    """Train under a progress bar, with a line for every finished epoch above it."""
    settings, n_samples = run.settings, len(run.data.y_train)
    epochs, begun = settings.epochs, time.monotonic()
    before = state.epoch * n_samples + state.position

    with bars(console) as progress:
        task = progress.add_task("train", total=epochs * n_samples)

        def show(_: int = 0) -> None:
            done = state.epoch * n_samples + state.position
            epoch = min(state.epoch + 1, epochs)
            progress.update(task, completed=done, description=f"epoch {epoch}/{epochs}")

        def tell() -> None:
            nonlocal begun, before
            show()
            now, done = time.monotonic(), state.epoch * n_samples
            rate = (done - before) / max(now - begun, 1e-9)
            begun, before = now, done
            mismatches = int(state.totals["mismatches"]) if settings.check else None
            line = epoch_line(state.history[-1], epochs, mismatches, rate)
            console.print(line, highlight=False, soft_wrap=True)

        show()
        train_on(
            learner,
            run.data,
            state,
            epochs=epochs,
            seed=settings.seed,
            order=settings.order,
            samples=run.samples,
            on_epoch=tell,
            progress=show,
            write=lambda now: folder.save_checkpoint(run.identity, now),
            check=bool(settings.check),
        )


def summary(metrics: dict[str, Any]) -> Table:
    """The results that matter."""
    table = Table(title=f"{metrics['dataset']}, {'-'.join(map(str, metrics['layers']))}")
    table.add_column("result")
    table.add_column("value", justify="right")
    for name in (*VALIDATION, "test_membrane", "test_spikes", "test_exact", "train_exact"):
        if metrics.get(name) is not None:
            table.add_row(name, f"{metrics[name]:.4f}")
    if metrics["mismatches"] is not None:
        differing = metrics["mismatches"]
        label = "weights that differ from the golden equations"
        table.add_row(label, verdict(str(differing), good=not differing))
    if metrics["cycles_per_sample"]:
        table.add_row("cycles a sample", f"{metrics['cycles_per_sample']:,.0f}")
    table.add_row("samples a second", f"{metrics['samples_per_second']:,.0f}")
    return table


def _say_where(metrics: dict[str, Any], out: Path) -> None:
    """Print where the report is, and the time that each part took."""
    console.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True)
    console.print(
        f"build {metrics['seconds_build']:.1f} s, train {metrics['seconds_train']:.1f} s, "
        f"check against the equations {metrics['seconds_check']:.1f} s, "
        f"report {metrics['seconds_report']:.1f} s",
        highlight=False,
    )
