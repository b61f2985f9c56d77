"""Strategies of continual learning side by side, over several seeds.

``python -m backspike.bench.continual --dataset mnist --protocol domain``

Every task is learned once, by the equations, which the circuits follow in every weight.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.cli.continual_commands import lessons_of, settled
from backspike.cli.options import PATH, with_options
from backspike.experiments.continual import (
    REMEDIES,
    LessonsResult,
    learn_lessons,
    learn_together,
    lesson_accuracies,
    result_of,
)
from backspike.experiments.continual_lessons import Lesson
from backspike.experiments.continual_settings import ContinualSettings
from backspike.experiments.continual_strategies import Strategy, strategy_of
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.inputs import load_data
from backspike.experiments.runs import Checkpoint

__all__ = [
    "MEASURES",
    "add_row",
    "held_out",
    "learned",
    "protocol_option",
    "spread",
    "task_options",
]

MEASURES = "average accuracy", "forgetting", "forward transfer", "backward transfer"


def held_out(data: Dataset, count: int) -> Dataset:
    """The data with its last training samples in place of those for test, which stay unseen."""
    if not count:
        return data
    x, y = data.x_train, data.y_train
    return replace(
        data, x_train=x[:-count], y_train=y[:-count], x_test=x[-count:], y_test=y[-count:]
    )


def learned(
    lessons: Sequence[Lesson], strategy: Strategy, remedy: str, seed: int, *, kept: int = 1
) -> LessonsResult:
    """The result of learning one lesson after the other, each sample once."""
    state, fresh = Checkpoint([], []), strategy.fresh()
    before = lesson_accuracies(lessons, fresh.weights, strategy.accuracy)
    learn_lessons(
        strategy.learner(fresh, None),
        lessons,
        state,
        remedy=remedy,
        epochs=1,
        kept=kept,
        seed=seed,
        accuracy=strategy.accuracy,
        write=lambda state: None,
        progress=lambda samples: None,
    )
    return result_of(state, remedy, np.array(before))


def spread(values: Sequence[float]) -> str:
    """Mean, least and greatest, as text."""
    return f"{np.mean(values):.4f} ({min(values):.4f} to {max(values):.4f})"


def add_row(
    console: Console, table: Table, results: Sequence[LessonsResult], name: str, *more: str
) -> None:
    """Add the spread of each of :data:`MEASURES` to a table, and tell of the first."""
    fields = "final", "forgotten", "forward", "backward"
    spreads = [spread([getattr(result, field) for result in results]) for field in fields]
    table.add_row(name, *more, *spreads)
    console.print(f"{name}: {spreads[0]}", highlight=False)


task_options = with_options(
    click.option("--dataset", default="digits", show_default=True),
    click.option("--data-dir", type=PATH, help="Folder of the IDX files."),
    click.option(
        "--held-out",
        "count",
        default=0,
        type=click.IntRange(0),
        show_default=True,
        help="Last training samples, to test on instead of the test split.",
    ),
    click.option("--seeds", default=5, type=click.IntRange(1), show_default=True),
)
"""Options of every table of continual learning."""

protocol_option = click.option(
    "--protocol",
    default="split",
    show_default=True,
    type=click.Choice(["split", "domain", "permuted"]),
)


@click.command()
@task_options
@protocol_option
@click.option("--strategy", "names", multiple=True, type=click.Choice(REMEDIES),
              help="May be repeated  [default: all that the protocol has]")  # fmt: skip
def main(
    dataset: str,
    data_dir: Path | None,
    count: int,
    protocol: str,
    names: tuple[str, ...],
    seeds: int,
) -> None:
    """Print a row for each strategy, with its settings as usual."""
    console = Console(width=140)
    data = held_out(load_data(dataset, data_dir), count)
    table = Table("strategy", *MEASURES, title=f"{dataset}, {protocol}, {seeds} seeds")
    given = ContinualSettings(protocol=protocol, remedies=names)
    cases = []
    for seed in range(1, seeds + 1):
        lessons = lessons_of(replace(given, seed=seed), data)
        cases.append((settled(replace(given, seed=seed), lessons), lessons))
    layers = data.n_in, *given.hidden, lessons[0].rivals.size
    for name in cases[0][0].remedies:
        results = [
            learned(lessons, strategy_of(name, case, layers), name, case.seed, kept=case.kept)
            for case, lessons in cases
        ]
        add_row(console, table, results, name)
    together = [
        learn_together(lessons, layers, 1, case.seed, case.learning) for case, lessons in cases
    ]
    table.add_row("(all at once)", spread(together))
    console.print(table)


if __name__ == "__main__":
    main()
