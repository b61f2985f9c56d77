"""The work behind ``backspike train`` and ``backspike demo``."""

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.golden.datasets import DEFAULT_ENCODERS, Dataset, load_dataset
from backspike.golden.equations import VARIANTS, init_weights
from backspike.golden.nbp_arguments import check_weights
from backspike.sim.progress import bars, build_progress
from backspike.sim.results import metrics_of, write_results
from backspike.sim.runs import (
    Checkpoint,
    RunConfig,
    RunError,
    RunFolder,
    read_weights_file,
)
from backspike.sim.train_loop import (
    CircuitLearner,
    EquationsLearner,
    Learner,
    fresh_state,
    make_engine,
    paper_program,
    run_training,
)

__all__ = ["train_run"]


def train_run(
    console: Console,
    *,
    dataset: str,
    data_dir: Path | None,
    encoder: str | None,
    engine: str,
    circuit: str,
    hidden: tuple[int, ...],
    epochs: int,
    samples: int | None,
    seed: int,
    init: Path | None,
    order: str,
    check: bool,
    out: Path,
    resume: bool,
    lanes: int,
    lift: int,
    command: str,
) -> dict:
    """Train as the options of the command say; returns the metrics.

    Everything is checked before anything is written.

    Raises
    ------
    ValueError
        If an option, the data, the weights, the network or the folder is unusable.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint.
    """
    folder = RunFolder(out)
    if folder.is_run() and not resume:
        raise RunError(f"--out {out} holds a run already: go on with --resume, or name another")
    data = _some(load_dataset(dataset, data_dir=data_dir, encoder=encoder, progress=True), samples)
    layers = (data.n_in, *hidden, data.n_classes)
    config = RunConfig(
        dataset=dataset,
        encoder=encoder or DEFAULT_ENCODERS.get(dataset),
        engine=engine,
        circuit=circuit,
        layers=layers,
        samples=samples,
        seed=seed,
        order=order,
        init=str(init) if init else None,
        lanes=lanes,
        lift=lift,
        check=check and circuit != "equations",
    )
    state = (
        folder.load_checkpoint(config)
        if resume
        else fresh_state(_initial_weights(layers, seed, lift, init))
    )
    started = time.monotonic()
    program = None
    learner: Learner
    if circuit == "equations":
        learner, chunk = EquationsLearner(state.weights), EquationsLearner.chunk
    else:
        program = paper_program(layers, state.weights, lanes)
        core = make_engine(engine, program, build_progress(console))
        learner = CircuitLearner(program, core, state.weights, state.backward)
        chunk = CircuitLearner.chunk
    ready = time.monotonic()
    check = config.check
    try:
        with bars(console) as progress:
            total = max(epochs, state.epoch) * len(data.y_train)
            task = progress.add_task("train", total=total)

            def show(state: Checkpoint) -> None:
                done = state.epoch * len(data.y_train) + state.position
                epoch = min(state.epoch + 1, epochs)
                progress.update(task, completed=done, description=f"epoch {epoch}/{epochs}")

            show(state)
            run_training(
                config,
                data,
                learner,
                state,
                folder,
                epochs,
                chunk=chunk,
                check=check,
                progress=show,
            )
    except KeyboardInterrupt:
        console.print(f"interrupted; {out}/checkpoint.npz is saved: go on with --resume")
        raise
    trained = time.monotonic()
    metrics = metrics_of(config, data, state, checked=check, command=command)
    write_results(folder, data, state, learner.weights(), metrics, program)
    _summarise(console, metrics, out)
    console.print(
        f"build and load {ready - started:.1f} s, train and check {trained - ready:.1f} s, "
        f"report {time.monotonic() - trained:.1f} s",
        highlight=False,
    )
    return metrics


def _some(data: Dataset, samples: int | None) -> Dataset:
    """The first training samples only."""
    if samples is None:
        return data
    if samples > len(data.y_train):
        raise RunError(f"--samples must be between 1 and {len(data.y_train)}, not {samples}")
    return Dataset(
        name=data.name,
        x_train=data.x_train[:samples],
        y_train=data.y_train[:samples],
        x_test=data.x_test,
        y_test=data.y_test,
        n_classes=data.n_classes,
        image_shape=data.image_shape,
    )


def _initial_weights(
    layers: tuple[int, ...], seed: int, lift: int, init: Path | None
) -> list[np.ndarray]:
    """Random weights, or those of a file."""
    if init is None:
        return init_weights(layers, seed, lift)
    weights = read_weights_file(init)
    shapes = [tuple(w.shape) for w in weights]
    wanted = list(pairwise(layers))
    if shapes != wanted:
        raise RunError(f"weights in {init} have shapes {shapes}, the network needs {wanted}")
    check_weights(weights, VARIANTS["circuit"])
    return weights


def _summarise(console: Console, metrics: dict, out: Path) -> None:
    """A table of what matters."""
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
    console.print(table)
    console.print(f"report: {out / 'report.html'}", highlight=False)
