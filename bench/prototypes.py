"""Prototypes with one constant changed after the other, on split data, over several seeds.

``python -m backspike.bench.prototypes --dataset mnist --held-out 10000``

Every row learns a pair of classes after the other, each sample once, by the equations, which the
circuit follows in every weight.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from backspike.cli.options import PATH
from backspike.experiments.continual import (
    Lesson,
    LessonsResult,
    learn_lessons,
    lesson_accuracies,
    result_of,
    split_lessons,
)
from backspike.experiments.continual_strategies import PrototypeStrategy
from backspike.experiments.data.datasets import Dataset
from backspike.experiments.inputs import load_data
from backspike.experiments.runs import Checkpoint
from backspike.golden.prototypes.options import PrototypeOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["CHANGES", "held_out", "learned", "spread"]

#: What each row changes of the usual constants.
CHANGES: tuple[dict[str, int], ...] = (
    {},
    *({"per_class": count} for count in (1, 10, 20, 80)),
    *({"rate": rate} for rate in (3, 5)),
    *({"first": pixels} for pixels in (-10, -30)),
    *({"turn": halves} for halves in (0, 2)),
)


def held_out(data: Dataset, count: int) -> Dataset:
    """The data with its last training samples in place of those for test, which stay unseen."""
    if not count:
        return data
    x, y = data.x_train, data.y_train
    return replace(
        data, x_train=x[:-count], y_train=y[:-count], x_test=x[-count:], y_test=y[-count:]
    )


def learned(lessons: Sequence[Lesson], options: PrototypeOptions, seed: int) -> LessonsResult:
    """The result of learning one lesson after the other."""
    n_in, n_classes = lessons[0].x_train.shape[1], lessons[0].rivals.size
    strategy = PrototypeStrategy(n_in, n_classes, options, DEFAULT_LANES, seed)
    state, fresh = Checkpoint([], []), strategy.fresh()
    before = lesson_accuracies(lessons, fresh.weights, strategy.accuracy)
    learn_lessons(
        strategy.learner(fresh, None),
        lessons,
        state,
        remedy="prototypes",
        epochs=1,
        kept=0,
        seed=seed,
        accuracy=strategy.accuracy,
        write=lambda state: None,
        progress=lambda samples: None,
    )
    return result_of(state, "prototypes", np.array(before))


def spread(values: Sequence[float]) -> str:
    """Mean, least and greatest, as text."""
    return f"{np.mean(values):.4f} ({min(values):.4f} to {max(values):.4f})"


@click.command()
@click.option("--dataset", default="digits", show_default=True)
@click.option("--data-dir", type=PATH, help="Folder of the IDX files.")
@click.option("--held-out", "count", default=0, type=click.IntRange(0), show_default=True,
              help="Last training samples, to test on instead of the test split.")  # fmt: skip
@click.option("--per-class", default=40, type=click.IntRange(1, 128), show_default=True)
@click.option("--seeds", default=5, type=click.IntRange(1), show_default=True)
def main(dataset: str, data_dir: Path | None, count: int, per_class: int, seeds: int) -> None:
    """Print a row for the usual constants, and one for each change of them."""
    console = Console(width=140)
    lessons = split_lessons(held_out(load_data(dataset, data_dir), count), 2)
    measures = "average accuracy", "forgetting", "forward transfer", "backward transfer"
    table = Table("changed", *measures, title=f"{dataset}, {per_class} a class, {seeds} seeds")
    for change in CHANGES:
        options = PrototypeOptions(**{"per_class": per_class, **change})
        results = [learned(lessons, options, seed) for seed in range(1, seeds + 1)]
        name = ", ".join(f"{field} {value}" for field, value in change.items()) or "nothing"
        measured = (
            [getattr(result, field) for result in results]
            for field in ("final", "forgotten", "forward", "backward")
        )
        table.add_row(name, *map(spread, measured))
        console.print(f"{name}: {spread([result.final for result in results])}", highlight=False)
    console.print(table)


if __name__ == "__main__":
    main()
