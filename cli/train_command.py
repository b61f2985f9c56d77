"""The ``backspike train`` and ``backspike demo`` commands."""

import time
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np
from rich.table import Table

from backspike.cli.console import console
from backspike.cli.engines import BOARD_ENGINES, ENGINES, make_board_engine, make_engine
from backspike.cli.options import command_line, options
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
from backspike.experiments.settings import TrainSettings, run_identity
from backspike.experiments.train_loop import Samples, train_on
from backspike.experiments.weights_file import load_weights
from backspike.fpga.boards import BOARDS
from backspike.golden.errors import UserError
from backspike.golden.nbp.initial_weights import init_weights
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["demo", "train", "train_run"]

#: Samples from which on a run rehearses, so that the simulator is compiled for it.
LONG = 50_000


@click.command()
@options(
    TrainSettings,
    "out",
    "epochs",
    "hidden",
    "seed",
    out={"default": Path("runs/demo")},
    epochs={"default": None, "shown": False, "help": "[default: 25; quick: 1]"},
    hidden={"default": None, "shown": False, "help": "[default: 64; quick: 16]"},
)
@click.option("--quick", is_flag=True, help="a small core and 200 samples: a minute")
@options(TrainSettings, "resume", resume={"help": "go on with the interrupted demo in --out"})
def demo(
    out: Path,
    epochs: int | None,
    hidden: tuple[int, ...] | None,
    seed: int,
    quick: bool,
    resume: bool,
) -> None:
    """Learn handwritten digits in the simulated RTL, and check every weight.

    A demo before it in --out is replaced, but no other run, nor files that no run writes.
    """
    console.print(
        "Backspike builds a neurocore from its RTL and lets it learn handwritten digits by\n"
        "backpropagation in spikes, inside the core: the host sends only pixels and labels.\n"
        "Beside it, the golden equations learn the same samples; every weight must agree.",
        soft_wrap=True,
    )
    started = time.monotonic()
    settings = TrainSettings(
        circuit="paper",
        engine="verilator",
        lanes=DEFAULT_LANES,
        check=True,
        hidden=hidden or ((16,) if quick else (64,)),
        epochs=epochs or (1 if quick else 25),
        samples=200 if quick else None,
        seed=seed,
        lift=64,
        out=out,
        resume=resume,
        demo=True,
    )
    metrics = train_run(settings)
    console.print(f"In all {time.monotonic() - started:.0f} s.")
    if metrics["mismatches"]:
        raise SystemExit(1)


@click.command()
@options(
    TrainSettings,
    engine={"choices": (*ENGINES, *BOARD_ENGINES)},
    board={"choices": tuple(BOARDS)},
)
def train(**values: Any) -> None:
    """Train a network by neuromorphic backpropagation (nBP).

    By the equations, or in a circuit on a core. Circuits: the authors' (paper), ours that stores
    each weight once (folded), and ours with errors that go back through random weights instead,
    layer by layer (random-feedback) or directly (direct-feedback), or with the output error of the
    delta rule (delta, with --hidden none).
    """
    if train_run(TrainSettings(**values))["mismatches"]:
        raise SystemExit(1)


class _Run(NamedTuple):
    """A run that is about to learn."""

    settings: TrainSettings
    """With all defaults filled in."""
    data: Dataset
    samples: Samples
    weights: list[np.ndarray]
    """Before the first sample."""
    identity: dict[str, Any]


def train_run(settings: TrainSettings) -> dict[str, Any]:
    """Train as the settings say; returns the metrics.

    Everything is checked before anything is written.

    Raises
    ------
    ValueError
        If an option, the data, the weights, the network or the folder is unusable.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint.
    """
    refuse_unused(settings)
    folder = RunFolder(settings.out)
    folder.check_out(resume=settings.resume, demo=settings.demo)
    run = _prepare(settings)
    state = _begin(folder, run)
    started = time.monotonic()
    circuit, learner = _learner(run, state)
    built = time.monotonic() - started
    state.totals["seconds_build"] = state.totals.get("seconds_build", 0) + built
    if not settings.resume:
        folder.clear()
    try:
        _train(run, learner, state, folder)
        metrics = metrics_of(run.identity, run.data, state, command_line())
        write_results(folder, run.data, learner, circuit, metrics)
    except KeyboardInterrupt:
        say_interrupted(console, command_line())
        raise
    console.print(_summary(metrics))
    _say_where(metrics, settings.out)
    return metrics


def _prepare(settings: TrainSettings) -> _Run:
    """Load what the settings name, and fill in their defaults."""
    source = settings.dataset, settings.data_dir, settings.encoder
    data = load_data(*source)
    contents = digest((data.x_train, data.y_train, data.x_test, data.y_test))
    data = shortened(data, settings.samples)
    samples = training_samples(data, *source, settings.shifts, settings.seed)
    layers = (data.n_in, *settings.hidden, data.n_classes)
    if settings.init is None:
        weights = init_weights(layers, settings.seed, settings.lift)
    else:
        weights = load_weights(f"--init {settings.init}", settings.init, layers)
    settings = settled(settings)
    files = {"data": contents, "init": digest(weights) if settings.init else None}
    return _Run(settings, data, samples, weights, run_identity(settings, layers, files))


def _begin(folder: RunFolder, run: _Run) -> Checkpoint:
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


def _learner(run: _Run, state: Checkpoint) -> tuple[LearningCircuit | None, Learner]:
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


def _train(run: _Run, learner: Learner, state: Checkpoint, folder: RunFolder) -> None:
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


def _summary(metrics: dict[str, Any]) -> Table:
    """The results that matter."""
    table = Table(title=f"{metrics['dataset']}, {'-'.join(map(str, metrics['layers']))}")
    table.add_column("result")
    table.add_column("value", justify="right")
    for name in ("test_membrane", "test_spikes", "test_exact", "train_exact"):
        table.add_row(name, f"{metrics[name]:.4f}")
    if metrics["mismatches"] is not None:
        colour = "red" if metrics["mismatches"] else "green"
        label = "weights that differ from the golden equations"
        table.add_row(label, f"[{colour}]{metrics['mismatches']}[/]")
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
