"""The work behind ``backspike train`` and ``backspike demo``."""

import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.cli.options import BOARD_ENGINES
from backspike.experiments.circuits import CIRCUITS, Followed
from backspike.experiments.data.datasets import DEFAULT_ENCODERS, Dataset
from backspike.experiments.files import digest
from backspike.experiments.inputs import load_data, shortened, training_samples
from backspike.experiments.learners import (
    CircuitLearner,
    EquationsLearner,
    Learner,
    RuleLearner,
    make_engine,
    rehearsal,
)
from backspike.experiments.progress import bars, build_progress, epoch_line, say_interrupted
from backspike.experiments.results import metrics_of, write_results
from backspike.experiments.runs import Checkpoint, RunConfig, RunFolder
from backspike.experiments.train_loop import Samples, run_training
from backspike.experiments.weights_file import read_weights
from backspike.fpga.boards import DEFAULT_BOARD, Board, find_board
from backspike.fpga.engine import FpgaEngine
from backspike.fpga.netlist import NetlistEngine
from backspike.golden.compiler.program import Program
from backspike.golden.engine import Engine
from backspike.golden.errors import UserError
from backspike.golden.nbp.equations import backward_copies, init_weights
from backspike.golden.nbp.learning import PAPER, Learning, random_states
from backspike.golden.rules.microcode import compile_rule

__all__ = ["TrainOptions", "train_run"]

#: Samples from which on a run rehearses, so that the simulator is compiled for it.
LONG = 50_000


@dataclass(frozen=True, kw_only=True)
class TrainOptions:
    """Options of the command; None is one that was not given."""

    dataset: str
    data_dir: Path | None
    encoder: str | None
    circuit: str
    engine: str | None
    rule: str | None
    lanes: int | None
    check: bool | None
    hidden: tuple[int, ...]
    epochs: int
    samples: int | None
    seed: int
    init: Path | None
    order: str
    lift: int
    margin: int = PAPER.margin
    window: int = PAPER.window
    dead_zone: int = PAPER.dead_zone
    rate: int | None = PAPER.rate
    halving: int = PAPER.halving
    shifts: int = 0
    out: Path
    resume: bool
    command: str
    board: str | None = None
    port: str | None = None
    demo: bool = False


def train_run(console: Console, options: TrainOptions) -> dict[str, Any]:
    """Train as the options of the command say; returns the metrics.

    Everything is checked before anything is written.

    Raises
    ------
    ValueError
        If an option, the data, the weights, the network or the folder is unusable.
    KeyboardInterrupt
        On Ctrl-C, after a checkpoint.
    """
    _refuse_unused(options)
    folder = RunFolder(options.out)
    folder.check_out(resume=options.resume, demo=options.demo)
    data = load_data(options.dataset, options.data_dir, options.encoder)
    contents = digest((data.x_train, data.y_train, data.x_test, data.y_test))
    data = shortened(data, options.samples)
    samples = training_samples(
        data, options.dataset, options.data_dir, options.encoder, options.shifts, options.seed
    )
    config, weights = _configure(options, data, contents)
    state = _begin(folder, config, weights, options)
    started = time.monotonic()
    program, learner = _learner(console, config, weights, state, options, data)
    built = time.monotonic() - started
    state.totals["seconds_build"] = state.totals.get("seconds_build", 0) + built
    if not options.resume:
        folder.clear()
    try:
        _train(console, config, data, samples, learner, state, folder, options.epochs)
        metrics = metrics_of(config, data, state, options.command)
        write_results(folder, data, learner, program, metrics)
    except KeyboardInterrupt:
        say_interrupted(console, options.command)
        raise
    _summarise(console, metrics, options.out)
    return metrics


def _refuse_unused(options: TrainOptions) -> None:
    """Raise if an option was given that could do nothing."""
    if options.circuit == "equations":
        unused = ["engine", "rule", "check", "board", "port"]
        for name in unused if options.rate else [*unused, "lanes"]:
            if (value := getattr(options, name)) is not None:
                option = "--no-check" if value is False else f"--{name}"
                raise UserError(
                    f"{option} is for a circuit: it does nothing with --circuit equations"
                )
    of_board = options.engine in BOARD_ENGINES
    if options.engine == "fpga" and options.port is None:
        raise UserError("--engine fpga needs the --port of the board, such as /dev/ttyUSB0")
    if options.engine != "fpga" and options.port is not None:
        raise UserError("--port is for --engine fpga")
    if not of_board and options.board is not None:
        raise UserError(f"--board is for --engine {' or '.join(BOARD_ENGINES)}")
    if of_board and options.lanes is not None:
        raise UserError(f"--lanes {options.lanes}: the core of a board has its own number of lanes")
    if options.init is not None and options.lift:
        raise UserError(f"--lift {options.lift} is for random weights, and --init names a file")


def _configure(
    options: TrainOptions, data: Dataset, contents: str
) -> tuple[RunConfig, list[np.ndarray]]:
    """The configuration, and the weights before the first sample."""
    layers = (data.n_in, *options.hidden, data.n_classes)
    if options.init is None:
        weights = init_weights(layers, options.seed, options.lift)
    else:
        weights = read_weights(f"--init {options.init}", options.init, layers)
    circuit = CIRCUITS.get(options.circuit)
    rule = _rule(options, circuit.rule) if circuit else None
    learning = Learning(**{f.name: getattr(options, f.name) for f in fields(Learning)})
    _check_learning(options, learning)
    config = RunConfig(
        dataset=options.dataset if options.dataset in DEFAULT_ENCODERS else "npz",
        encoder=options.encoder or DEFAULT_ENCODERS.get(options.dataset),
        data=contents,
        init=digest(weights) if options.init else None,
        circuit=options.circuit,
        engine=options.engine or "verilator" if circuit else "numba",
        rule=rule,
        layers=layers,
        samples=options.samples,
        seed=options.seed,
        order=options.order,
        lanes=_lanes(options) if circuit or options.rate else None,
        lift=options.lift,
        learning=learning,
        shifts=options.shifts,
        check=circuit is not None and rule == circuit.rule and options.check is not False,
        demo=options.demo,
    )
    return config, weights


def _check_learning(options: TrainOptions, learning: Learning) -> None:
    """Raise if what goes beyond the paper meets what knows nothing of it."""
    if learning == PAPER:
        return
    if options.circuit not in ("folded", "equations"):
        raise UserError(
            "--margin, --window, --dead-zone and --rate are for --circuit folded or equations, "
            f"not {options.circuit}"
        )
    if options.rule is not None:
        raise UserError(
            "--rule goes without --margin, --window, --dead-zone and --rate: it is no nBP"
        )


def _board(options: TrainOptions) -> Board:
    """The board of ``--engine fpga`` or ``netlist``."""
    return find_board(options.board or DEFAULT_BOARD)


def _lanes(options: TrainOptions) -> int:
    """Lanes of the core: of a board, its own."""
    return _board(options).params.lanes if options.engine in BOARD_ENGINES else options.lanes or 16


def _rule(options: TrainOptions, own: str) -> str:
    """The rule, without spaces unless it is nBP's own, however that is written."""
    if options.rule is None:
        return own
    if compile_rule(options.rule).instructions == compile_rule(own).instructions:
        return own
    if options.check:
        raise UserError(
            f"--check compares with the equations of nBP, which learn by {own!r} only: "
            "with another --rule, leave it out"
        )
    return "".join(options.rule.split())


def _begin(
    folder: RunFolder, config: RunConfig, weights: list[np.ndarray], options: TrainOptions
) -> Checkpoint:
    """The state before the first sample, or the one to go on from."""
    if not options.resume:
        if not _follows_equations(config):
            return Checkpoint(weights=[], backward=[])
        copies = [w.copy() for w in weights]
        separate = config.circuit == "paper"
        return Checkpoint(
            weights=copies,
            backward=backward_copies(copies) if separate else [],
            random=[random_states(config.lanes or 16, config.seed)] if config.learning.rate else [],
        )
    state = folder.load_checkpoint(config)
    begun = state.epoch + (state.position > 0)
    if options.epochs < begun:
        raise UserError(
            f"--epochs must be at least {begun}, the epochs that the checkpoint has begun, "
            f"not {options.epochs}"
        )
    return state


def _follows_equations(config: RunConfig) -> bool:
    """Whether the golden equations learn the same as what is configured."""
    circuit = CIRCUITS.get(config.circuit)
    return circuit is None or config.rule == circuit.rule


def _learner(
    console: Console,
    config: RunConfig,
    weights: list[np.ndarray],
    state: Checkpoint,
    options: TrainOptions,
    data: Dataset,
) -> tuple[Program | None, Learner]:
    """What learns, and the program that a run in a circuit begins with."""
    followed = Followed(state.weights, state.backward, state.random)
    if config.lanes is None or config.rule is None:
        return None, EquationsLearner(followed, config.learning)
    circuit, layers = CIRCUITS[config.circuit], config.layers
    board = _board(options) if config.engine in BOARD_ENGINES else None
    program = circuit.program(
        layers,
        weights,
        board.params if board else config.lanes,
        config.rule,
        learning=config.learning,
        seed=config.seed,
    )
    core: Engine
    if board and config.engine == "fpga":
        core = FpgaEngine(board, str(options.port))
    elif board:
        core = NetlistEngine(board.params, board.family, build_progress(console))
    else:
        x, y = data.x_train, data.y_train
        long = options.epochs * len(y) >= LONG
        first = rehearsal(circuit, layers, program, x, y) if long else None
        core = make_engine(config.engine, program, build_progress(console), first)
    if _follows_equations(config):
        return program, CircuitLearner(circuit, layers, program, core, followed, config.learning)
    return program, RuleLearner(circuit, layers, program, core, state.weights)


def _train(
    console: Console,
    config: RunConfig,
    data: Dataset,
    samples: Samples,
    learner: Learner,
    state: Checkpoint,
    folder: RunFolder,
    epochs: int,
) -> None:
    """Train under a progress bar, with a line for every finished epoch above it."""
    n_samples = len(data.y_train)
    begun = time.monotonic()
    before = state.epoch * n_samples + state.position

    with bars(console) as progress:
        task = progress.add_task("train", total=epochs * n_samples)

        def show(state: Checkpoint) -> None:
            done = state.epoch * n_samples + state.position
            epoch = min(state.epoch + 1, epochs)
            progress.update(task, completed=done, description=f"epoch {epoch}/{epochs}")

        def tell(state: Checkpoint) -> None:
            nonlocal begun, before
            now, done = time.monotonic(), state.epoch * n_samples
            rate = (done - before) / max(now - begun, 1e-9)
            begun, before = now, done
            mismatches = int(state.totals["mismatches"]) if config.check else None
            line = epoch_line(state.history[-1], epochs, mismatches, rate)
            console.print(line, highlight=False, soft_wrap=True)

        show(state)
        run_training(
            config, data, samples, learner, state, folder, epochs, progress=show, on_epoch=tell
        )


def _summarise(console: Console, metrics: dict[str, Any], out: Path) -> None:
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
    console.print(f"report: {out / 'report.html'}", highlight=False, soft_wrap=True)
    console.print(
        f"build {metrics['seconds_build']:.1f} s, train {metrics['seconds_train']:.1f} s, "
        f"check against the equations {metrics['seconds_check']:.1f} s, "
        f"report {metrics['seconds_report']:.1f} s",
        highlight=False,
    )
