"""Prototypes with one constant changed after the other, on split data, over several seeds.

``python -m backspike.bench.prototypes --dataset mnist --held-out 10000``

Every row learns a pair of classes after the other, each sample once, by the equations, which the
circuit follows in every weight.
"""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from backspike.bench.continual import (
    MEASURES,
    add_row,
    held_out,
    learned,
    task_options,
)
from backspike.experiments.continual_lessons import split_lessons
from backspike.experiments.continual_strategies import PrototypeStrategy
from backspike.experiments.inputs import load_data, shortened
from backspike.golden.prototypes.options import PrototypeOptions
from backspike.hdl.params import DEFAULT_LANES

__all__ = ["CHANGES"]

#: What each row changes of the usual constants.
CHANGES: tuple[dict[str, int], ...] = (
    {},
    *({"per_class": count} for count in (1, 2, 3, 5, 10, 20, 80)),
    *({"rate": rate} for rate in (3, 5)),
    *({"first": pixels} for pixels in (-10, -30)),
    *({"turn": halves} for halves in (0, 2)),
)


@click.command()
@task_options
@click.option("--samples", type=click.IntRange(1), help="First training samples, instead of all.")
@click.option("--per-class", default=40, type=click.IntRange(1, 128), show_default=True)
def main(
    dataset: str,
    data_dir: Path | None,
    count: int,
    samples: int | None,
    per_class: int,
    seeds: int,
) -> None:
    """Print a row for the usual constants, and one for each change of them."""
    console = Console(width=140)
    data = shortened(held_out(load_data(dataset, data_dir), count), samples)
    lessons = split_lessons(data, 2)
    table = Table("changed", *MEASURES, title=f"{dataset}, {per_class} a class, {seeds} seeds")
    for change in CHANGES:
        options = PrototypeOptions(**{"per_class": per_class, **change})
        results = [
            learned(
                lessons,
                PrototypeStrategy(data.n_in, data.n_classes, options, DEFAULT_LANES, seed),
                "prototypes",
                seed,
            )
            for seed in range(1, seeds + 1)
        ]
        name = ", ".join(f"{field} {value}" for field, value in change.items()) or "nothing"
        add_row(console, table, results, name)
    console.print(table)


if __name__ == "__main__":
    main()
