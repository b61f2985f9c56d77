"""The ``backspike continual`` command."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click
import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from rich.console import Console
from rich.table import Table

from backspike.cli.options import (
    ENGINES,
    PATH,
    SIZES,
    command_line,
    data_options,
    lanes_option,
    learning_options,
)
from backspike.experiments.circuits import CIRCUITS, Followed
from backspike.experiments.continual import (
    REMEDIES,
    Lesson,
    Outcome,
    learn_lessons,
    lessons_done,
    outcome_of,
    permuted_lessons,
    split_lessons,
)
from backspike.experiments.data.datasets import DEFAULT_ENCODERS
from backspike.experiments.files import digest
from backspike.experiments.inputs import load_data, shortened
from backspike.experiments.learners import CircuitLearner, EquationsLearner, Learner, make_engine
from backspike.experiments.progress import bars, build_progress, say_interrupted
from backspike.experiments.runs import Checkpoint, Config, RunFolder
from backspike.golden.errors import UserError
from backspike.golden.nbp.equations import epoch_order, evaluate, init_weights, train
from backspike.golden.nbp.learning import Learning, Phase, random_states

__all__ = ["continual"]

matplotlib.use("Agg")
console = Console()

DEFAULTS = Learning(margin=512, window=16384, dead_zone=64)
LANES = 16


@dataclass(frozen=True)
class ContinualConfig(Config):
    """Of lessons; ``data`` as in :class:`backspike.experiments.runs.RunConfig`.

    ``classes`` and ``orders`` are None where the protocol has none, ``engine`` with the equations.
    """

    dataset: str
    encoder: str | None
    data: str
    samples: int | None
    protocol: str
    classes: int | None
    orders: int | None
    remedies: tuple[str, ...]
    kept: int
    circuit: str
    engine: str | None
    lanes: int
    layers: tuple[int, ...]
    epochs: int
    seed: int
    learning: Learning


@click.command()
@data_options(dataset="digits")
@click.option(
    "--protocol",
    type=click.Choice(["split", "permuted"]),
    default="split",
    show_default=True,
    help="new classes, or the same ones with their inputs in another order",
)
@click.option("--classes", default=2, show_default=True, type=click.IntRange(1), help="of a lesson")
@click.option(
    "--orders", default=5, show_default=True, type=click.IntRange(2, 100), help="permuted"
)
@click.option(
    "--remedy",
    "remedies",
    multiple=True,
    type=click.Choice(REMEDIES),
    help="may be repeated  [default: all that the protocol has]",
)
@click.option(
    "--kept", default=200, show_default=True, type=click.IntRange(1), help="rehearse: samples"
)
@click.option("--circuit", type=click.Choice(["equations", "folded"]), default="equations")
@click.option("--engine", type=click.Choice(ENGINES), help="folded: [default: verilator]")
@lanes_option("folded: ")
@click.option("--hidden", default="400", type=SIZES, show_default=True)
@click.option("--epochs", default=1, type=click.IntRange(1), show_default=True, help="of a lesson")
@click.option("--samples", type=click.IntRange(1), help="train on the first N samples only")
@click.option("--seed", default=1, type=click.IntRange(0), show_default=True)
@learning_options(DEFAULTS)
@click.option("--out", type=PATH, default=Path("runs/continual"), show_default=True)
@click.option("--resume", is_flag=True, help="go on from the checkpoint in --out")
def continual(
    dataset: str,
    data_dir: Path | None,
    encoder: str | None,
    protocol: str,
    classes: int,
    orders: int,
    remedies: tuple[str, ...],
    kept: int,
    circuit: str,
    engine: str | None,
    lanes: int | None,
    hidden: tuple[int, ...],
    epochs: int,
    samples: int | None,
    seed: int,
    out: Path,
    resume: bool,
    **learning: Any,
) -> None:
    """Learn one task after the other, and see what is forgotten, with and without a remedy.

    Remedies: none; gate, on chip: only a lesson's own outputs are pushed down, and after the first
    lesson only the last layer learns; rehearse: the host sends kept samples of old lessons again.
    """
    if circuit == "equations" and engine is not None:
        raise UserError("--engine is for --circuit folded")
    if protocol == "permuted" and "gate" in remedies:
        raise UserError(
            "--remedy gate is for --protocol split: every permuted lesson has all classes"
        )
    how = Learning(**learning)
    folder = RunFolder(out)
    folder.check_out(resume=resume, demo=False)
    data = load_data(dataset, data_dir, encoder)
    contents = digest((data.x_train, data.y_train, data.x_test, data.y_test))
    data = shortened(data, samples)
    lessons = (
        split_lessons(data, classes)
        if protocol == "split"
        else permuted_lessons(data, orders, seed)
    )
    _refuse_empty(lessons)
    config = ContinualConfig(
        dataset=dataset if dataset in DEFAULT_ENCODERS else "npz",
        encoder=encoder or DEFAULT_ENCODERS.get(dataset),
        data=contents,
        samples=samples,
        protocol=protocol,
        classes=classes if protocol == "split" else None,
        orders=orders if protocol == "permuted" else None,
        remedies=remedies or tuple(r for r in REMEDIES if r != "gate" or protocol == "split"),
        kept=kept,
        circuit=circuit,
        engine=None if circuit == "equations" else engine or "verilator",
        lanes=lanes or LANES,
        layers=(data.n_in, *hidden, data.n_classes),
        epochs=epochs,
        seed=seed,
        learning=how,
    )
    state = folder.load_checkpoint(config) if resume else Checkpoint([], [])
    try:
        outcomes = {name: _learn(config, lessons, name, state, folder) for name in config.remedies}
        together = _together(lessons, config.layers, epochs, seed, how)
    except KeyboardInterrupt:
        say_interrupted(console, command_line())
        raise
    title = f"{dataset}, {protocol}, {'-'.join(map(str, config.layers))}, {epochs} epochs a lesson"
    labels = [lesson.name for lesson in lessons]
    result = {
        "title": title,
        "circuit": circuit,
        "engine": config.engine,
        "lessons": labels,
        "together": together,
        "remedies": {
            name: {
                "final": outcome.final,
                "forgotten": outcome.forgotten,
                "accuracy": outcome.accuracy.tolist(),
                "mismatches": outcome.mismatches,
            }
            for name, outcome in outcomes.items()
        },
    }
    text = json.dumps(result, indent=1) + "\n"
    folder.write_text("continual.json", text)
    folder.write("continual.png", lambda path: _draw(outcomes, labels, title, path))
    console.print(_table(outcomes, together, title, checked=circuit != "equations"))
    if any(outcome.mismatches for outcome in outcomes.values()):
        raise SystemExit(1)


def _refuse_empty(lessons: Sequence[Lesson]) -> None:
    for lesson in lessons:
        if not (len(lesson.y_train) and len(lesson.y_test)):
            raise UserError(f"lesson {lesson.name} has no samples")


def _learn(
    config: ContinualConfig,
    lessons: Sequence[Lesson],
    remedy: str,
    state: Checkpoint,
    folder: RunFolder,
) -> Outcome:
    """Learn all lessons with a remedy, or go on with it; ``state`` follows."""
    done = len(lessons_done(state, remedy))
    if done == len(lessons):
        return outcome_of(state, remedy)
    if not (done or state.epoch or state.position):
        state.weights, state.totals = init_weights(config.layers, config.seed), {}
        state.random = (
            [random_states(config.lanes, config.seed)] if config.learning.rate is not None else []
        )
    total = config.epochs * sum(len(lesson.y_train) for lesson in lessons)
    if remedy == "rehearse":
        total += config.epochs * sum(len(lesson.y_train) for lesson in lessons[1:])
    learner = _learner(config, state)
    with bars(console) as progress:
        task = progress.add_task(remedy, total=total)
        learn_lessons(
            learner,
            lessons,
            state,
            remedy=remedy,
            epochs=config.epochs,
            kept=config.kept,
            seed=config.seed,
            write=partial(folder.save_checkpoint, config),
            progress=partial(progress.advance, task),
        )
    outcome = outcome_of(state, remedy)
    console.print(f"{remedy}: final {outcome.final:.4f}", highlight=False)
    return outcome


def _learner(config: ContinualConfig, state: Checkpoint) -> Learner:
    """What learns, from the weights of ``state``, which it changes."""
    followed = Followed(state.weights, [], state.random)
    if config.engine is None:
        return EquationsLearner(followed, config.learning)
    circuit = CIRCUITS[config.circuit]
    program = circuit.program(
        config.layers,
        state.weights,
        config.lanes,
        circuit.rule,
        learning=config.learning,
        seed=config.seed,
        rivals=True,
    )
    core = make_engine(config.engine, program, build_progress(console))
    return CircuitLearner(circuit, config.layers, program, core, followed, config.learning)


def _together(
    lessons: Sequence[Lesson], layers: tuple[int, ...], epochs: int, seed: int, how: Learning
) -> float:
    """Mean accuracy over the lessons where all their samples come in random order, by the
    equations: what there is to be reached."""
    weights = init_weights(layers, seed)
    random = None if how.rate is None else random_states(LANES, seed)
    x = np.concatenate([lesson.x_train for lesson in lessons])
    y = np.concatenate([lesson.y_train for lesson in lessons])
    for epoch in range(epochs):
        order = epoch_order(len(y), seed, epoch)
        train(weights, x, y, order, learning=how, phase=Phase(epoch), random=random)
    return float(
        np.mean([evaluate(weights, other.x_test, other.y_test).membrane for other in lessons])
    )


def _table(outcomes: Mapping[str, Outcome], together: float, title: str, *, checked: bool) -> Table:
    """A line per remedy."""
    table = Table("remedy", "final", "forgotten", title=title)
    if checked:
        table.add_column("weights that differ from the equations", justify="right")
    for name, outcome in outcomes.items():
        row = [name, f"{outcome.final:.4f}", f"{outcome.forgotten:.4f}"]
        table.add_row(*row, *([str(outcome.mismatches)] if checked else []))
    table.add_row("(all at once)", f"{together:.4f}", "")
    return table


def _draw(outcomes: Mapping[str, Outcome], labels: Sequence[str], title: str, path: Path) -> None:
    """A matrix per remedy: the lesson that was just learned downwards, the tested one across."""
    count = len(labels)
    size = 1.2 + 0.55 * count
    figure, all_axes = plt.subplots(
        1,
        len(outcomes),
        figsize=(size * len(outcomes), size + 1.2),
        layout="constrained",
        squeeze=False,
    )
    for axes, (name, outcome) in zip(all_axes[0], outcomes.items(), strict=True):
        # Lessons that are still to come are no memory: they stay blank.
        known = np.where(np.tri(count, dtype=bool), outcome.accuracy, np.nan)
        axes.imshow(known, vmin=0, vmax=1, cmap="viridis")
        for t in range(count):
            for j in range(t + 1):
                value = known[t, j]
                colour = "black" if value > 0.6 else "white"
                text = f"{100 * value:.0f}"
                axes.text(j, t, text, ha="center", va="center", color=colour, fontsize=9)
        axes.set_xticks(range(count), labels, rotation=45, ha="right")
        axes.set_yticks(range(count), labels)
        axes.set_title(f"{name}: {outcome.final:.1%} at the end", fontsize=10)
        axes.set_xlabel("tested on, %")
        axes.spines[:].set_visible(False)
    all_axes[0][0].set_ylabel("after learning")
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, dpi=130, metadata={"Software": None})
    plt.close(figure)
